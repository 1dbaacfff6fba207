import type { DeliveryStats } from '../../api/contract'
import { address } from '../../api/http'
import { useGet } from '../../api/queries'
import { useNames, wordsFor } from '../../i18n/names'
import { count, percent } from '../../format/numbers'
import { useChoice } from '../../shell/address'
import { Segmented } from '../../ui/controls'
import { Panel } from '../../ui/layout'
import { Empty, Reading } from '../../ui/states'
import { Table } from '../../ui/table'
import { useDeliveryTexts } from './texts'

type By = 'channel' | 'journey' | 'step' | 'template'
type Row = DeliveryStats['items'][number]

/** How many were sent, and why the others were not. */
export function DeliveryNumbers() {
  const t = useDeliveryTexts()
  const [by, setBy] = useChoice('by', 'channel')
  const stats = useGet<DeliveryStats>(address('/v1/deliveries/stats', { by }), { every: 10_000 })
  const share = (part: number, of: number): string => (of > 0 ? percent(part / of) : '–')
  return (
    <>
      <Panel
        title={t.numbers}
        flush
        actions={
          <Segmented
            label={t.by}
            value={by as By}
            onChange={setBy}
            choices={(['channel', 'journey', 'step', 'template'] as const).map(value => ({ value, label: t.bys[value] }))}
          />
        }
      >
        <Reading of={stats} lines={6} isEmpty={page => page.items.length === 0} empty={<Empty title={t.none} />}>
          {page => (
            <Table<Row>
              label={t.numbers}
              rows={page.items}
              keyOf={row => row.name}
              columns={[
                { key: 'name', head: t.name, cell: row => row.name },
                { key: 'requested', head: t.requested, align: 'end', cell: row => count(row.requested) },
                { key: 'sent', head: t.sent, align: 'end', cell: row => count(row.sent) },
                { key: 'delivered', head: t.delivered, align: 'end', cell: row => share(row.delivered, row.sent) },
                { key: 'opened', head: t.opened, align: 'end', cell: row => share(row.opened, row.sent) },
                { key: 'clicked', head: t.clicked, align: 'end', cell: row => share(row.clicked, row.sent) },
                { key: 'bounced', head: t.bounced, align: 'end', minor: true, cell: row => count(row.bounced) },
                { key: 'failed', head: t.failed, align: 'end', minor: true, cell: row => count(row.failed) },
                { key: 'withheld', head: t.withheld, align: 'end', cell: row => count(row.suppressed.reduce((sum, part) => sum + part.count, 0)) },
              ]}
            />
          )}
        </Reading>
      </Panel>
      {stats.data && <Withheld rows={stats.data.items} />}
    </>
  )
}

function Withheld({ rows }: { rows: Row[] }) {
  const t = useDeliveryTexts()
  const names = useNames()
  const sums = new Map<string, number>()
  for (const { reason, count: n } of rows.flatMap(row => row.suppressed)) sums.set(reason, (sums.get(reason) ?? 0) + n)
  const list = [...sums].sort((a, b) => b[1] - a[1])
  const all = list.reduce((sum, [, n]) => sum + n, 0)
  if (all === 0) return null
  return (
    <Panel title={t.withheldWhy}>
      <ol class="stages">
        {list.map(([reason, n]) => (
          <li key={reason}>
            <span class="stage-name">{wordsFor(names.reasons, reason)}</span>
            <span class="number">{count(n)}</span>
            <span class="soft small number stage-share">{percent(n / all)}</span>
            <span class="meter" aria-hidden="true">
              <span style={{ width: `${(100 * n) / all}%` }} />
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
