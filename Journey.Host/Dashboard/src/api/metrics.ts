import { useQuery } from '@tanstack/preact-query'
import { getText } from './http'

export interface Latency {
  median: number
  p95: number
  count: number
}

const name = 'journey_event_to_decision_seconds'
const bucket = new RegExp(`^${name}_bucket\\{[^}]*le="([^"]+)"[^}]*\\}\\s+(\\S+)`, 'gm')

/** Cumulative counts by upper bound, in seconds. */
export function buckets(text: string): Map<number, number> {
  const found = new Map<number, number>()
  for (const [, bound, count] of text.matchAll(bucket)) {
    const le = bound === '+Inf' ? Infinity : Number(bound)
    found.set(le, (found.get(le) ?? 0) + Number(count))
  }
  return found
}

/** As Prometheus does it: within a bucket values are taken to be spread evenly. */
export function quantile(of: Map<number, number>, share: number): number {
  const bounds = [...of.keys()].sort((a, b) => a - b)
  const rank = share * (of.get(Infinity) ?? 0)
  let [lower, below] = [0, 0]
  for (const bound of bounds) {
    const count = of.get(bound)!
    if (count >= rank) return bound === Infinity ? lower : lower + (bound - lower) * (count > below ? (rank - below) / (count - below) : 1)
    ;[lower, below] = [bound, count]
  }
  return lower
}

let before: Map<number, number> | null = null

/** From an event's arrival to the decision on it, over the time since the reading before. */
export function useLatency(): Latency | null {
  return (
    useQuery<Latency | null>({
      queryKey: ['/metrics#latency'],
      queryFn: async ({ signal }) => {
        const all = buckets(await getText('/metrics', signal))
        const since =
          before && [...all].some(([bound, count]) => count > (before!.get(bound) ?? 0))
            ? new Map([...all].map(([bound, count]) => [bound, count - (before!.get(bound) ?? 0)]))
            : all
        before = all
        const count = since.get(Infinity) ?? 0
        return count > 0 ? { median: quantile(since, 0.5), p95: quantile(since, 0.95), count } : null
      },
      refetchInterval: 5_000,
    }).data ?? null
  )
}
