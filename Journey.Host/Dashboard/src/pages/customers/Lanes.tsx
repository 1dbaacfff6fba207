import { useEffect, useRef, useState } from 'preact/hooks'
import { useNow } from '../../api/live'
import type { TimelineEvent } from '../../api/types'
import { dayText, exactTime, shortTime } from '../../format/times'
import { useNames, wordsFor } from '../../i18n/names'
import { Channel, channelColour } from '../../ui/channel'
import type { Profile } from './Customer'
import { useCustomerTexts } from './texts'

const runsShown = 6
const runHeight = 20
const big = new Set(['Order Completed', 'Message Requested', 'Message Suppressed', 'Task Requested', 'Cart Abandoned', 'Goal Reached', 'Erased'])

/** A lane for each channel with its sessions and events, and one for the journeys with their runs and messages. */
export function Lanes({
  events,
  profile,
  from,
  to,
  picked,
  onPick,
}: {
  events: TimelineEvent[]
  profile: Profile
  from: number
  to: number
  picked: number | null
  onPick: (position: number) => void
}) {
  const t = useCustomerTexts()
  const names = useNames()
  const now = useNow()
  const place = (at: number): number => (100 * (at - from)) / (to - from)
  const inView = events.filter(event => Date.parse(event.occurredAt) >= from && Date.parse(event.occurredAt) <= to)
  const lanes = [...new Set(events.map(event => event.channel).filter(name => name !== 'journey'))].sort()
  const sessions = profile.sessions.filter(session => session.startedAt && session.lastAt && Date.parse(session.lastAt) >= from)
  const runs = profile.runs
    .filter(run => run.enteredAt && (!run.endedAt || Date.parse(run.endedAt) >= from) && Date.parse(run.enteredAt) <= to)
    .slice(0, runsShown)
  const journeyEvents = inView.filter(event => event.channel === 'journey' && big.has(event.name))
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(share => from + share * (to - from))
  const clip = (value: number): number => Math.max(0, Math.min(100, value))
  return (
    <div class="lanes" role="group" aria-label={t.lanes}>
      {lanes.map(lane => (
        <Lane key={lane} name={<Channel name={lane} />}>
          {sessions
            .filter(session => session.channels.includes(lane))
            .map(session => {
              const left = clip(place(Date.parse(session.startedAt!)))
              return (
                <span
                  key={session.id}
                  class="lane-session"
                  aria-hidden="true"
                  style={{ left: `${left}%`, width: `${clip(place(Date.parse(session.lastAt!))) - left}%`, background: channelColour(lane) }}
                />
              )
            })}
          <Marks events={inView.filter(event => event.channel === lane)} place={place} picked={picked} onPick={onPick} />
        </Lane>
      ))}
      {runs.length > 0 && (
        <Lane name={<span class="lane-runs-name">{t.laneRuns}</span>} height={runs.length * runHeight + 8}>
          {runs.map((run, i) => {
            const left = clip(place(Date.parse(run.enteredAt!)))
            const width = clip(run.endedAt ? place(Date.parse(run.endedAt)) : place(to)) - left
            const says = [run.journey, run.endedAt ? wordsFor(names.reasons, run.exitReason) : run.step].filter(Boolean).join(' · ')
            return (
              <span
                key={run.id}
                class={`lane-run ${run.endedAt ? 'lane-run-ended' : ''} ${left > 55 ? 'lane-run-late' : ''}`}
                title={says}
                style={{ top: `${5 + i * runHeight}px`, left: `${left}%`, width: `${width}%` }}
              >
                {says}
              </span>
            )
          })}
        </Lane>
      )}
      <Lane name={<Channel name="journey" />}>
        <Marks events={journeyEvents} place={place} picked={picked} onPick={onPick} />
      </Lane>
      <div class="lane-axis number" aria-hidden="true">
        {ticks.map((tick, i) => (
          <span key={i} style={{ left: `${25 * i}%` }}>
            {to - from > 3 * 86_400_000 ? dayText(tick) : shortTime(tick, now)}
          </span>
        ))}
      </div>
    </div>
  )
}

function Lane({ name, height, children }: { name: preact.ComponentChildren; height?: number; children: preact.ComponentChildren }) {
  return (
    <>
      <div class="lane-name">{name}</div>
      <div class="lane" style={height ? { height: `${height}px` } : undefined}>
        {children}
      </div>
    </>
  )
}

interface MarksProps {
  events: TimelineEvent[]
  place: (at: number) => number
  picked: number | null
  onPick: (position: number) => void
}

/** Marks that would lie on each other are one: the latest, which says how many there are. */
function Marks({ events, place, picked, onPick }: MarksProps) {
  const names = useNames()
  const [width, gap] = useGap()
  const groups: { event: TimelineEvent; at: number; more: number }[] = []
  for (const event of events.toSorted((a, b) => b.occurredAt.localeCompare(a.occurredAt))) {
    const at = place(Date.parse(event.occurredAt))
    const last = groups.at(-1)
    if (last && last.at - at < gap) {
      last.more++
      if (big.has(event.name) && !big.has(last.event.name)) last.event = event
    } else groups.push({ event, at, more: 0 })
  }
  return (
    <>
      <span ref={width} class="lane-width" aria-hidden="true" />
      {groups.map(({ event, at, more }) => {
        const label = `${wordsFor(names.events, event.name)}${more > 0 ? ` (+${more})` : ''}, ${exactTime(Date.parse(event.occurredAt))}`
        return (
          <button
            key={event.position}
            type="button"
            class={`lane-mark ${big.has(event.name) ? 'lane-mark-big' : ''} ${event.name === 'Message Suppressed' ? 'lane-mark-withheld' : ''}`}
            style={{ left: `${at}%`, '--mark': channelColour(event.channel) }}
            title={label}
            aria-label={label}
            aria-pressed={picked === event.position}
            onClick={() => onPick(event.position)}
          />
        )
      })}
    </>
  )
}

const markPixels = 26

/** How far apart marks must be for a finger, in percent of the lane: a narrow lane has fewer. */
function useGap(): [{ current: HTMLSpanElement | null }, number] {
  const width = useRef<HTMLSpanElement>(null)
  const [gap, setGap] = useState(12)
  useEffect(() => {
    const element = width.current
    if (!element) return
    const watch = new ResizeObserver(() => setGap((100 * markPixels) / Math.max(1, element.clientWidth)))
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  return [width, gap]
}
