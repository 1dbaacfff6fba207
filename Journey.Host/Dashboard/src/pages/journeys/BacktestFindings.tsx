import { Link } from 'wouter-preact'
import type { BacktestFigures, BacktestReport } from '../../api/contract'
import { segment } from '../../api/http'
import { count, percent } from '../../format/numbers'
import { Figure, Figures } from '../../ui/layout'
import { Moment } from '../../ui/moment'
import { Table } from '../../ui/table'
import { useJourneyTexts } from './texts'

const examplesShown = 5

/** Who would be treated differently, and how; the whole report is a page of its own. */
export function BacktestFindings({ id, report }: { id: string; report: BacktestReport }) {
  const t = useJourneyTexts()
  const { differences } = report
  return (
    <div class="stack">
      <div class="row row-apart">
        <h3>{t.report}</h3>
        <a class="small" href={`/v1/backtests/${segment(id)}/report.html`} target="_blank" rel="noreferrer">
          {t.reportFile}
        </a>
      </div>
      <Figures>
        <Figure label={t.customersLooked} value={count(report.customers)} />
        {differences && <Figure label={t.affected} value={count(differences.customers)} note={t.affectedOf(percent(differences.share / 100))} />}
      </Figures>
      {report.journeys
        .filter(journey => journey.isDraft)
        .map(journey => (
          <Comparison key={journey.name} name={journey.name} after={journey} before={journey.against} />
        ))}
      {differences?.customers === 0 && <p class="soft">{t.noDifference}</p>}
      {differences?.kinds.map(kind => (
        <details key={kind.says}>
          <summary>
            {kind.says}: <span class="number">{count(kind.customers)}</span>
          </summary>
          <ul class="plain-rows" aria-label={t.examples}>
            {kind.examples.slice(0, examplesShown).map(example => (
              <li key={`${example.customer} ${example.at}`}>
                <Link href={`/customers/${example.customer}`}>{example.customer}</Link>{' '}
                <span class="soft small">
                  <Moment at={example.at} /> · {[example.against, example.draft].filter(Boolean).join(' → ')} {example.because}
                </span>
              </li>
            ))}
          </ul>
        </details>
      ))}
      {report.limits.length > 0 && (
        <details>
          <summary>{t.limits}</summary>
          <ul class="in-flight small">
            {report.limits.map(limit => (
              <li key={limit}>{limit}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

function Comparison({ name, before, after }: { name: string; before: BacktestFigures | null; after: BacktestFigures }) {
  const t = useJourneyTexts()
  const rows: { name: string; of: (figures: BacktestFigures) => number }[] = [
    { name: t.entered, of: figures => figures.entered },
    { name: t.sent, of: figures => figures.messages },
    {
      name: t.withheld,
      of: ({ suppressed }) => (typeof suppressed === 'number' ? suppressed : suppressed.reduce((sum, row) => sum + row.count, 0)),
    },
    { name: t.tasks, of: figures => figures.tasks },
    { name: t.goals, of: figures => figures.goals.goals },
  ]
  return (
    <Table
      label={name}
      dense
      rows={rows}
      keyOf={row => row.name}
      columns={[
        { key: 'figure', head: t.figure, cell: row => row.name },
        { key: 'before', head: t.before, align: 'end', cell: row => (before ? count(row.of(before)) : '–') },
        { key: 'after', head: t.after, align: 'end', cell: row => count(row.of(after)) },
      ]}
    />
  )
}
