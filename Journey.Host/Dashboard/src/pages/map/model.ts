import type { Query } from '../../api/http'

/** A journey map as the API answers it; what an older server leaves out is not there. */
export interface MapAnswer {
  cases: number
  events: number
  meanThroughputSeconds?: number | null
  activities: Activity[]
  edges: Arc[]
  starts: { name: string; count: number }[]
  ends: { name: string; count: number }[]
  throughput?: { meanSeconds: number | null; medianSeconds: number | null; p95Seconds: number | null } | null
  happyPath?: string[] | null
}

export interface Activity {
  name: string
  count: number
  cases: number
  starts?: number
  ends?: number
  rework?: number
  selfLoops?: number
}

export interface Arc {
  from: string
  to: string
  count: number
  cases: number
  meanSeconds: number | null
  medianSeconds: number | null
  p95Seconds?: number | null
}

export interface Variants {
  items: { activities: string[]; count: number; share: number }[]
}

export type Highlight = 'none' | 'happy' | 'rework'

/** What is looked at, as the API and the address take it. */
export interface View {
  case: 'customer' | 'session'
  activity: 'name' | 'channel' | 'name-channel'
  channel: string
  segment: string
  period: string
  view: string
  asOf: string
}

const day = 86_400_000

export function queryOf(view: View, now: number): Query {
  return {
    case: view.case,
    activity: view.activity,
    channel: view.channel,
    segment: view.segment,
    from: view.period === 'all' ? '' : new Date(Math.floor((now - Number(view.period) * day) / day) * day).toISOString(),
    view: view.view === 'arrival' ? '' : view.view,
    asOf: view.asOf ? new Date(view.asOf).toISOString() : '',
  }
}

/** The most frequent activities and, between them, the share of arcs that is asked for: every activity keeps its busiest way in and out. */
export function focus(map: MapAnswer, activities: number, arcs: number): { activities: Activity[]; edges: Arc[] } {
  const kept = map.activities.toSorted((a, b) => b.count - a.count).slice(0, activities)
  const names = new Set(kept.map(activity => activity.name))
  const between = map.edges.filter(arc => names.has(arc.from) && names.has(arc.to)).sort((a, b) => b.count - a.count)
  const busiest = new Set(between.slice(0, Math.max(1, Math.round(between.length * arcs))))
  for (const { name } of kept) {
    const into = between.find(arc => arc.to === name && arc.from !== name)
    const out = between.find(arc => arc.from === name && arc.to !== name)
    if (into) busiest.add(into)
    if (out) busiest.add(out)
  }
  return { activities: kept, edges: between.filter(arc => busiest.has(arc)) }
}
