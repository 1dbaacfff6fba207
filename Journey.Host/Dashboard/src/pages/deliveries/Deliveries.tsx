import { Link } from 'wouter-preact'
import { address } from '../../api/http'
import { useGet } from '../../api/queries'
import type { JourneySummary, MessageSummary, Page } from '../../api/types'
import { useChoice, useChoices, useTrail } from '../../shell/address'
import { useShellTexts } from '../../shell/texts'
import { useNames, wordsFor } from '../../i18n/names'
import { Channel } from '../../ui/channel'
import { SearchField, Segmented, Select } from '../../ui/controls'
import { Badge, PageHead, Panel, type Tone } from '../../ui/layout'
import { Moment } from '../../ui/moment'
import { Empty, Reading } from '../../ui/states'
import { Pager, Table } from '../../ui/table'
import { DeadLetters } from './DeadLetters'
import { DeliveryNumbers } from './DeliveryNumbers'
import { useDeliveryTexts } from './texts'

const channels = ['email', 'sms', 'push', 'webhook', 'task']
const states = ['requested', 'sent', 'delivered', 'opened', 'clicked', 'bounced', 'failed', 'suppressed'] as const
type View = 'messages' | 'dead' | 'numbers'

export const stateTone: Record<string, Tone> = {
  requested: 'plain',
  sent: 'info',
  delivered: 'good',
  opened: 'good',
  clicked: 'good',
  bounced: 'bad',
  failed: 'bad',
  suppressed: 'warn',
}

export function Deliveries() {
  const t = useDeliveryTexts()
  const shell = useShellTexts()
  const [view] = useChoice('view', 'messages')
  const [, change] = useChoices()
  return (
    <>
      <PageHead title={shell.pages.deliveries} lead={t.lead}>
        <Segmented
          label={t.view}
          value={view as View}
          onChange={value => change({ view: value === 'messages' ? '' : value, page: '' }, { replace: false })}
          choices={(['messages', 'dead', 'numbers'] as const).map(value => ({ value, label: t.views[value] }))}
        />
      </PageHead>
      {view === 'dead' ? <DeadLetters /> : view === 'numbers' ? <DeliveryNumbers /> : <Messages />}
    </>
  )
}

function Messages() {
  const t = useDeliveryTexts()
  const [all, change] = useChoices()
  const [trail, after, turn] = useTrail()
  const journeys = useGet<JourneySummary[]>('/v1/journeys')
  const filter = Object.fromEntries(['state', 'channel', 'journey', 'step', 'customer'].map(name => [name, all.get(name) ?? '']))
  const found = useGet<Page<MessageSummary>>(address('/v1/deliveries', { ...filter, limit: 50, after }), { every: trail.length > 0 ? false : 4_000 })
  const set = (name: string) => (value: string) => change({ [name]: value, page: '' })
  return (
    <>
      <div class="row filters">
        <Select
          label={t.state}
          hideLabel
          value={filter['state']!}
          onChange={set('state')}
          choices={[{ value: '', label: t.allStates }, ...states.map(value => ({ value, label: t.states[value] }))]}
        />
        <Select
          label={t.channel}
          hideLabel
          value={filter['channel']!}
          onChange={set('channel')}
          choices={[{ value: '', label: t.allChannels }, ...channels.map(value => ({ value, label: value }))]}
        />
        <Select
          label={t.journey}
          hideLabel
          value={filter['journey']!}
          onChange={set('journey')}
          choices={[{ value: '', label: t.allJourneys }, ...(journeys.data ?? []).map(({ name }) => ({ value: name, label: name }))]}
        />
        <SearchField label={t.customerHint} value={filter['customer']!} onSearch={set('customer')} />
      </div>
      <Panel title={t.list} note={t.listNote} flush>
        <Reading of={found} lines={8} isEmpty={page => page.items.length === 0} empty={<Empty title={t.none} />}>
          {page => (
            <>
              <MessageTable rows={page.items} />
              <Pager next={page.next} trail={trail} onChange={turn} />
            </>
          )}
        </Reading>
      </Panel>
    </>
  )
}

function MessageTable({ rows }: { rows: MessageSummary[] }) {
  const t = useDeliveryTexts()
  const names = useNames()
  return (
    <Table
      label={t.list}
      rows={rows}
      keyOf={row => row.id}
      columns={[
        { key: 'template', head: t.template, cell: row => <Link href={`/deliveries/${row.id}`}>{row.template ?? row.id}</Link> },
        {
          key: 'state',
          head: t.state,
          cell: row => (
            <span class="row">
              <Badge tone={stateTone[row.state ?? ''] ?? 'plain'}>{t.states[row.state as keyof typeof t.states] ?? row.state}</Badge>
              {row.reason && <span class="soft small">{wordsFor(names.reasons, row.reason)}</span>}
            </span>
          ),
        },
        { key: 'channel', head: t.channel, cell: row => <Channel name={row.channel} /> },
        { key: 'journey', head: t.journey, minor: true, cell: row => <Link href={`/journeys/${row.journey ?? ''}`}>{row.journey}</Link> },
        { key: 'step', head: t.step, minor: true, cell: row => row.step },
        {
          key: 'customer',
          head: t.customer,
          cell: row => (
            <Link href={`/customers/${row.customer ?? ''}`} class="mono small">
              {row.customer}
            </Link>
          ),
        },
        { key: 'requested', head: t.requested, align: 'end', cell: row => <Moment at={row.requestedAt} /> },
      ]}
    />
  )
}
