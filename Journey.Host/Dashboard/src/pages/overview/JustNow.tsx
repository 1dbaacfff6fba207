import { ArrowRight, Ban, Check, Clock, Goal, Mail, Phone, ShoppingCart } from 'lucide-preact'
import { Link } from 'wouter-preact'
import { useLatest } from '../../api/live'
import type { LiveEvent } from '../../api/types'
import { useNames, wordsFor } from '../../i18n/names'
import { Moment } from '../../ui/moment'
import { Panel } from '../../ui/layout'
import { Empty } from '../../ui/states'
import { useOverviewTexts } from './texts'

const shown = 8
const icons: Record<string, typeof Mail> = {
  'Message Requested': Mail,
  'Message Suppressed': Ban,
  'Task Requested': Phone,
  'Goal Reached': Goal,
  'Cart Abandoned': ShoppingCart,
  'Checkout Abandoned': ShoppingCart,
  'Cart Recovered': Check,
  'Run Waiting': Clock,
}

/** The engine's latest decisions, the telling ones: that somebody waits is no news. */
export function JustNow() {
  const t = useOverviewTexts()
  const told = useLatest()
    .filter(event => event.name in icons && event.name !== 'Run Waiting')
    .slice(0, shown)
  return (
    <Panel title={t.now} note={t.nowNote}>
      {told.length === 0 ? (
        <Empty title={t.quiet} />
      ) : (
        <ol class="just-now">
          {told.map(event => (
            <Line key={event.position} event={event} />
          ))}
        </ol>
      )}
    </Panel>
  )
}

function Line({ event }: { event: LiveEvent }) {
  const names = useNames()
  const Icon = icons[event.name] ?? ArrowRight
  const about = [event.says?.['journey'], event.says?.['step'], wordsFor(names.reasons, event.says?.['reason'])].filter(Boolean).join(' · ')
  return (
    <li class={`just-now-line ${event.name === 'Message Suppressed' ? 'just-now-soft' : ''}`}>
      <span class="just-now-icon" aria-hidden="true">
        <Icon size={15} />
      </span>
      <Link href={`/customers/${event.customer}`} class="grow just-now-text">
        <span class="just-now-name">{wordsFor(names.events, event.name)}</span>
        {about && (
          <span class="soft" title={about}>
            {' '}
            {about}
          </span>
        )}
      </Link>
      <span class="soft small">
        <Moment at={event.occurredAt} />
      </span>
    </li>
  )
}
