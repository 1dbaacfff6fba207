import { useEffect, useRef } from 'preact/hooks'
import type { TimelineEvent } from '../../api/types'
import { useNames, wordsFor } from '../../i18n/names'
import { Channel, channelColour } from '../../ui/channel'
import { Badge } from '../../ui/layout'
import { Moment } from '../../ui/moment'
import { isEngine } from './TimelinePanel'
import { useCustomerTexts } from './texts'

/** What each event says, in one line; as it was recorded behind it. */
export function EventList({ events, picked }: { events: TimelineEvent[]; picked: number | null }) {
  return (
    <ol class="event-list">
      {events.map(event => (
        <Line key={event.position} event={event} picked={event.position === picked} />
      ))}
    </ol>
  )
}

function Line({ event, picked }: { event: TimelineEvent; picked: boolean }) {
  const t = useCustomerTexts()
  const names = useNames()
  const line = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (picked) line.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' })
  }, [picked])
  return (
    <li ref={line} class="event-line" data-picked={picked || undefined}>
      <span
        class={`event-dot ${isEngine(event) ? 'event-dot-engine' : ''}`}
        style={{ background: channelColour(event.channel) }}
        aria-hidden="true"
      />
      <span class="row">
        <span class="event-name">{isEngine(event) ? wordsFor(names.events, event.name) : event.name}</span>
        {event.name === 'Message Suppressed' && (
          <Badge tone="warn">{wordsFor(names.reasons, String(event.content.properties?.['reason'] ?? ''))}</Badge>
        )}
        <span class="soft small">
          <Channel name={event.channel} />
        </span>
      </span>
      <span class="soft small">
        <Moment at={event.occurredAt} />
      </span>
      <details>
        <summary>{saysOf(event) || t.details}</summary>
        <pre tabIndex={0} aria-label={t.details}>
          {JSON.stringify({ position: event.position, source: event.source, id: event.id, kind: event.kind, ...event.content }, null, 2)}
        </pre>
      </details>
    </li>
  )
}

const told = ['name', 'title', 'journey', 'step', 'reason', 'template', 'total', 'currency', 'store', 'query', 'topic', 'text', 'rating', 'order_id']

/** The few properties that tell an event from others of its name. */
export function saysOf(event: TimelineEvent): string {
  const properties = event.content.properties ?? event.content.traits ?? {}
  return told
    .map(name => properties[name])
    .filter(value => typeof value === 'string' || typeof value === 'number')
    .slice(0, 4)
    .join(' · ')
}
