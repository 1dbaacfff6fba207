import { compact } from '../../format/numbers'
import { duration } from '../../format/times'
import type { Activity, Arc, Highlight, MapAnswer } from './model'

const text = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

interface Drawn {
  map: MapAnswer
  activities: Activity[]
  edges: Arc[]
  show: 'count' | 'time'
  highlight: Highlight
  startWord: string
  endWord: string
}

/** The map in Graphviz' language. Colours are classes, so that light and dark are the page's affair. */
export function dotOf({ map, activities, edges, show, highlight, startWord, endWord }: Drawn): string {
  const most = Math.max(1, ...activities.map(activity => activity.count))
  const mostOnArc = Math.max(1, ...edges.map(arc => arc.count))
  const happy =
    highlight === 'happy' ? new Set((map.happyPath ?? []).slice(0, -1).map((name, i) => `${name}\u0000${map.happyPath![i + 1]}`)) : new Set<string>()
  const happyNames = new Set(highlight === 'happy' ? (map.happyPath ?? []) : [])
  const lines = [
    'digraph {',
    'graph [rankdir=TB, nodesep=0.45, ranksep=0.55, bgcolor="transparent", margin=0, splines=true]',
    'node [shape=box, style="filled,rounded", fontname="Helvetica", fontsize=13, margin="0.16,0.09", penwidth=1]',
    'edge [fontname="Helvetica", fontsize=11.5, arrowsize=0.65]',
    `start [label=${text(startWord)}, shape=ellipse, class="map-end"]`,
    `finish [label=${text(endWord)}, shape=ellipse, class="map-end"]`,
  ]
  activities.forEach((activity, i) => {
    const level = Math.min(4, Math.floor(5 * Math.sqrt(activity.count / most)))
    const looped = (activity.rework ?? 0) > 0
    const mark = happyNames.has(activity.name) ? ' map-happy' : highlight === 'rework' && looped ? ' map-rework' : ''
    lines.push(`n${i} [label=${text(`${activity.name}\n${compact(activity.count)}`)}, id="n${i}", class="map-node map-level-${level}${mark}"]`)
  })
  const place = new Map(activities.map((activity, i) => [activity.name, i]))
  edges.forEach((arc, i) => {
    const mark = happy.has(`${arc.from}\u0000${arc.to}`)
      ? ' map-happy'
      : highlight === 'rework' && (arc.from === arc.to || backwards(arc, edges))
        ? ' map-rework'
        : ''
    const label = show === 'count' ? compact(arc.count) : duration(arc.medianSeconds ?? arc.meanSeconds)
    const width = (0.8 + 4.2 * Math.sqrt(arc.count / mostOnArc)).toFixed(2)
    lines.push(
      `n${place.get(arc.from)} -> n${place.get(arc.to)} [label=${text(` ${label} `)}, penwidth=${width}, weight=${Math.ceil((10 * arc.count) / mostOnArc)}, id="e${i}", class="map-arc${mark}"]`,
    )
  })
  const ends = (list: { name: string; count: number }[]): { name: string; count: number }[] =>
    list
      .filter(({ name }) => place.has(name))
      .sort((a, b) => b.count - a.count)
      .slice(0, 4)
  for (const { name } of ends(map.starts)) lines.push(`start -> n${place.get(name)} [style=dashed, class="map-arc map-outer"]`)
  for (const { name } of ends(map.ends)) lines.push(`n${place.get(name)} -> finish [style=dashed, class="map-arc map-outer"]`)
  lines.push('}')
  return lines.join('\n')
}

/** An arc against the stream: the way back is taken less often than the way there. */
function backwards(arc: Arc, edges: Arc[]): boolean {
  const other = edges.find(candidate => candidate.from === arc.to && candidate.to === arc.from)
  return other !== undefined && other.count > arc.count
}
