import { Plus } from 'lucide-preact'
import { Link } from 'wouter-preact'
import { useGet } from '../../api/queries'
import type { JourneySummary } from '../../api/types'
import { count, percent } from '../../format/numbers'
import { useShellTexts } from '../../shell/texts'
import { Badge, PageHead, Panel } from '../../ui/layout'
import { Empty, Reading } from '../../ui/states'
import { Table } from '../../ui/table'
import { useJourneyTexts } from './texts'
import './journeys.css'

export function Journeys() {
  const t = useJourneyTexts()
  const shell = useShellTexts()
  const journeys = useGet<JourneySummary[]>('/v1/journeys', { every: 3_000 })
  return (
    <>
      <PageHead title={shell.pages.journeys} lead={t.lead}>
        <Link href="/journeys/+/edit" class="button button-main">
          <Plus size={16} aria-hidden="true" />
          {t.create}
        </Link>
      </PageHead>
      <Panel title={t.list} flush>
        <Reading of={journeys} lines={8} isEmpty={list => list.length === 0} empty={<Empty title={t.none}>{t.noneText}</Empty>}>
          {list => (
            <Table
              label={t.list}
              rows={list}
              keyOf={row => row.name}
              columns={[
                {
                  key: 'name',
                  head: t.name,
                  cell: row => (
                    <span class="journey-name">
                      <Link href={`/journeys/${row.name}`}>{row.name}</Link>
                      <span class="soft small">{row.description}</span>
                    </span>
                  ),
                },
                {
                  key: 'status',
                  head: t.status,
                  cell: row => (
                    <Badge tone={row.status === 'paused' ? 'warn' : 'good'}>{t.statuses[row.status as keyof typeof t.statuses] ?? row.status}</Badge>
                  ),
                },
                { key: 'active', head: t.active, align: 'end', cell: row => count(row.counts.active) },
                { key: 'entered', head: t.entered, align: 'end', minor: true, cell: row => count(row.counts.entered) },
                { key: 'sent', head: t.sent, align: 'end', cell: row => count(row.counts.sent) },
                { key: 'withheld', head: t.withheld, align: 'end', minor: true, cell: row => count(row.counts.suppressed) },
                { key: 'goals', head: t.goals, align: 'end', minor: true, cell: row => count(row.counts.goals) },
                {
                  key: 'conversion',
                  head: t.conversion,
                  align: 'end',
                  cell: row => (row.counts.entered > 0 ? percent(Math.min(1, row.counts.goals / row.counts.entered)) : '–'),
                },
                { key: 'version', head: t.version, align: 'end', minor: true, cell: row => row.version },
              ]}
            />
          )}
        </Reading>
      </Panel>
    </>
  )
}
