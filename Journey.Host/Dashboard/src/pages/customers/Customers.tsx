import { Link } from 'wouter-preact'
import { address } from '../../api/http'
import { useGet } from '../../api/queries'
import type { CustomerSummary, Page } from '../../api/types'
import { count, money } from '../../format/numbers'
import { useChoice, useChoices, useTrail } from '../../shell/address'
import { useShellTexts } from '../../shell/texts'
import { Channel } from '../../ui/channel'
import { SearchField, Select } from '../../ui/controls'
import { Badge, PageHead, Panel } from '../../ui/layout'
import { Moment } from '../../ui/moment'
import { Empty, Reading } from '../../ui/states'
import { Pager, Table } from '../../ui/table'
import { useCustomerTexts } from './texts'
import './customers.css'

const channels = ['web', 'app', 'email', 'store', 'call-center', 'social', 'chat', 'kiosk']

export function Customers() {
  const t = useCustomerTexts()
  const shell = useShellTexts()
  const [q] = useChoice('q')
  const [channel] = useChoice('channel')
  const [, change] = useChoices()
  const [trail, after, turn] = useTrail()
  const found = useGet<Page<CustomerSummary>>(address('/v1/customers', { q, channel, limit: 50, after }), {
    every: q || trail.length > 0 ? false : 5_000,
  })
  return (
    <>
      <PageHead title={shell.pages.customers} lead={t.lead} />
      <div class="customers-find">
        <SearchField label={t.search} placeholder={t.placeholder} value={q} onSearch={text => change({ q: text, page: '' })} />
        <Select
          label={t.channelFilter}
          hideLabel
          value={channel}
          onChange={value => change({ channel: value, page: '' })}
          choices={[{ value: '', label: t.all }, ...channels.map(value => ({ value, label: value }))]}
        />
      </div>
      <Panel title={t.list} note={q ? t.found(q) : t.latest} flush>
        <Reading
          of={found}
          lines={8}
          isEmpty={page => page.items.length === 0}
          empty={q || channel ? <Empty title={t.none}>{t.noneText}</Empty> : <Empty title={t.empty}>{t.emptyText}</Empty>}
        >
          {page => (
            <>
              <CustomerTable rows={page.items} />
              <Pager next={page.next} trail={trail} onChange={turn} />
            </>
          )}
        </Reading>
      </Panel>
    </>
  )
}

/** Used wherever customers are listed: a segment's, an arc's, a report's. */
export function CustomerTable({ rows }: { rows: CustomerSummary[] }) {
  const t = useCustomerTexts()
  return (
    <Table
      label={t.list}
      rows={rows}
      keyOf={row => row.id}
      columns={[
        {
          key: 'name',
          head: t.name,
          cell: row => (
            <Link href={`/customers/${row.id}`} class="customer-name">
              <Initials name={row.name} />
              <span class="customer-who">
                <span>{row.name ?? row.email ?? t.anonymous}</span>
                <span class="soft small cut">{row.name ? row.email : row.id}</span>
              </span>
            </Link>
          ),
        },
        { key: 'seen', head: t.lastSeen, cell: row => <Moment at={row.lastSeenAt} style="ago" /> },
        {
          key: 'channels',
          head: t.channels,
          minor: true,
          cell: row => (
            <span class="row channel-row">
              {row.channels.map(name => (
                <Channel key={name} name={name} />
              ))}
            </span>
          ),
        },
        {
          key: 'segments',
          head: t.segments,
          minor: true,
          cell: row => (
            <span class="row channel-row">
              {row.segments.map(name => (
                <Badge key={name} tone={name === 'vip' ? 'accent' : 'plain'}>
                  {name}
                </Badge>
              ))}
            </span>
          ),
        },
        { key: 'orders', head: t.orders, align: 'end', minor: true, cell: row => count(row.orders) },
        { key: 'value', head: t.value, align: 'end', cell: row => (row.lifetimeValue === null ? '–' : money(row.lifetimeValue, row.currency)) },
      ]}
    />
  )
}

/** A face for a name: two letters on a colour that stays the customer's. */
export function Initials({ name, large = false }: { name: string | null; large?: boolean }) {
  const letters = (name ?? '')
    .split(/\s+/)
    .filter(Boolean)
    .map(word => word[0]!.toUpperCase())
  return (
    <span class={`initials ${large ? 'initials-large' : ''}`} aria-hidden="true">
      {letters.length > 0 ? `${letters[0]}${letters.length > 1 ? letters.at(-1) : ''}` : '?'}
    </span>
  )
}
