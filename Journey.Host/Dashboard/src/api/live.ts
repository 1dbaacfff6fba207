import { useEffect, useState } from 'preact/hooks'
import type { LiveEvent, Overview } from './types'
import { readAgain } from './queries'

export type Connection = 'connecting' | 'live' | 'lost'

const kept = 60
const ratesKept = 180
const silenceAtMost = 8_000
const tryAgainAfter = [500, 1_000, 2_000, 4_000]

/** Events per second at a moment of the viewer's own clock. */
export interface RateSample {
  at: number
  byChannel: Record<string, number>
  decisions: number
}

/** One connection for the whole dashboard: browsers allow a page only a few, and the server too. */
class LiveFeed {
  connection: Connection = 'connecting'
  overview: Overview | null = null
  events: LiveEvent[] = []
  /** The last three minutes, a sample a second: kept here, so that a page that comes back has them. */
  rates: RateSample[] = []
  private source: EventSource | null = null
  private readonly watchers = new Set<() => void>()
  private readonly hearers = new Set<(event: LiveEvent) => void>()
  private tries = 0
  private lastSign = 0
  private wasLost = false
  private pending = false

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher)
    if (!this.source) this.connect()
    return () => this.watchers.delete(watcher)
  }

  hear(hearer: (event: LiveEvent) => void): () => void {
    this.hearers.add(hearer)
    return () => this.hearers.delete(hearer)
  }

  private connect(): void {
    this.source?.close()
    const source = new EventSource('/v1/live?events=60')
    this.source = source
    this.lastSign = Date.now()
    source.addEventListener('overview', message => {
      this.overview = JSON.parse(message.data as string) as Overview
      this.rates = [
        ...this.rates.slice(1 - ratesKept),
        { at: Date.now(), byChannel: this.overview.rates.byChannel, decisions: this.overview.rates.decisions },
      ]
      this.alive()
    })
    const told = (message: MessageEvent<string>): void => {
      const event = JSON.parse(message.data) as LiveEvent
      this.events = [event, ...this.events].slice(0, kept)
      for (const hearer of this.hearers) hearer(event)
      this.alive()
    }
    source.addEventListener('event', told)
    source.addEventListener('decision', told)
    source.onerror = () => this.lose()
    window.setTimeout(() => this.listen(source), silenceAtMost)
  }

  /** A connection that says nothing is none: an overview comes every second. */
  private listen(source: EventSource): void {
    if (this.source !== source) return
    if (Date.now() - this.lastSign > silenceAtMost && !document.hidden) this.lose()
    else window.setTimeout(() => this.listen(source), 2_000)
  }

  private alive(): void {
    this.lastSign = Date.now()
    this.tries = 0
    if (this.connection !== 'live') {
      this.connection = 'live'
      if (this.wasLost) void readAgain()
      this.wasLost = false
    }
    this.tell()
  }

  private lose(): void {
    this.source?.close()
    this.source = null
    this.connection = 'lost'
    this.wasLost = true
    this.tell()
    window.setTimeout(
      () => {
        if (!this.source) this.connect()
      },
      tryAgainAfter[Math.min(this.tries++, tryAgainAfter.length - 1)],
    )
  }

  /** Many events in one breath are one drawing. */
  private tell(): void {
    if (this.pending) return
    this.pending = true
    window.setTimeout(() => {
      this.pending = false
      for (const watcher of this.watchers) watcher()
    }, 100)
  }
}

export const live = new LiveFeed()

function useLive<T>(read: () => T): T {
  const [value, set] = useState<T>(read)
  useEffect(() => {
    const take = (): void => set(() => read())
    take()
    return live.watch(take)
  }, [])
  return value
}

export const useOverview = (): Overview | null => useLive(() => live.overview)
export const useConnection = (): Connection => useLive(() => live.connection)
export const useRates = (): RateSample[] => useLive(() => live.rates)
export const useLatest = (): LiveEvent[] => useLive(() => live.events)

/** The server's own time: a demo's clock runs fast, and "an hour ago" is an hour of the shop's. */
export function useNow(): number {
  return useLive(() => (live.overview ? Date.parse(live.overview.at) : Date.now()))
}
