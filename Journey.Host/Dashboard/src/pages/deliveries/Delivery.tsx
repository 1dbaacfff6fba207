import { ArrowLeft, CircleHelp } from 'lucide-preact'
import { Link, useParams } from 'wouter-preact'
import { segment } from '../../api/http'
import { useGet } from '../../api/queries'
import type { MessageSummary, TimelineEvent } from '../../api/types'
import { useNames } from '../../i18n/names'
import { Channel } from '../../ui/channel'
import { Badge, Fact, Facts, PageHead, Panel } from '../../ui/layout'
import { Moment } from '../../ui/moment'
import { Failed, Loading } from '../../ui/states'
import { EventList } from '../customers/EventList'
import { stateTone } from './Deliveries'
import { useDeliveryTexts } from './texts'
import '../customers/customers.css'

type Message = MessageSummary & { message?: MessageSummary; events?: TimelineEvent[]; life?: TimelineEvent[] }

/** One message, from the decision to what became of it. */
export function Delivery() {
  const t = useDeliveryTexts()
  const names = useNames()
  const { id = '' } = useParams<{ id: string }>()
  const read = useGet<Message>(`/v1/deliveries/${segment(id)}`, { every: 4_000 })
  const message = read.data?.message ?? read.data
  const events = read.data?.events ?? read.data?.life ?? []
  const back = (
    <Link href="/deliveries" class="back-link">
      <ArrowLeft size={14} aria-hidden="true" />
      {t.back}
    </Link>
  )
  if (!message) {
    return (
      <>
        <PageHead title={t.one} before={back} />
        {read.error ? <Failed error={read.error} again={() => void read.refetch()} /> : <Loading lines={6} />}
      </>
    )
  }

  return (
    <>
      <PageHead
        title={message.template ?? t.one}
        before={back}
        lead={
          <span class="row">
            <Badge tone={stateTone[message.state ?? ''] ?? 'plain'}>{t.states[message.state as keyof typeof t.states] ?? message.state}</Badge>
            <Channel name={message.channel} />
          </span>
        }
      >
        <Link class="button button-plain" href={`/customers/${message.customer}?why=${message.journey ?? ''}#why`}>
          <CircleHelp size={16} aria-hidden="true" />
          {t.why}
        </Link>
      </PageHead>
      {message.reason && (
        <Panel title={t.notSent} class="notice">
          <p>
            {names.why[message.reason as keyof typeof names.why] ?? message.reason} <code class="soft small">{message.reason}</code>
          </p>
        </Panel>
      )}
      <div class="columns">
        <Panel title={t.life} note={t.lifeNote}>
          {events.length > 0 ? <EventList events={events} picked={null} /> : <Times message={message} />}
        </Panel>
        <Panel title={t.about}>
          <Facts>
            <Fact name={t.customer}>
              <Link href={`/customers/${message.customer}`}>{message.customer}</Link>
            </Fact>
            <Fact name={t.journey}>
              <Link href={`/journeys/${message.journey}`}>{message.journey}</Link>
            </Fact>
            <Fact name={t.version}>{message.version}</Fact>
            <Fact name={t.step}>{message.step}</Fact>
            <Fact name={t.template}>{message.template}</Fact>
            <Fact name={t.run}>
              <span class="mono small">{message.run}</span>
            </Fact>
            <Fact name="Id">
              <span class="mono small">{message.id}</span>
            </Fact>
          </Facts>
        </Panel>
      </div>
    </>
  )
}

function Times({ message }: { message: MessageSummary }) {
  const t = useDeliveryTexts()
  const times = [
    [t.states.requested, message.requestedAt],
    [t.states.sent, message.sentAt],
    [t.states.delivered, message.deliveredAt],
    [t.states.opened, message.openedAt],
    [t.states.clicked, message.clickedAt],
  ] as const
  return (
    <Facts>
      {times
        .filter(([, at]) => at)
        .map(([name, at]) => (
          <Fact key={name} name={name}>
            <Moment at={at} />
          </Fact>
        ))}
    </Facts>
  )
}
