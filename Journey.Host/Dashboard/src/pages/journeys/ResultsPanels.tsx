import type { JourneyResults } from '../../api/contract'
import { useNames, wordsFor } from '../../i18n/names'
import { count, percent } from '../../format/numbers'
import { Panel } from '../../ui/layout'
import { Table } from '../../ui/table'
import { useJourneyTexts } from './texts'

/** What came of the journey: how runs ended, what was withheld, which arm does better, and what it lifts. */
export function ResultsPanels({ results }: { results: JourneyResults }) {
  const t = useJourneyTexts()
  const names = useNames()
  const { goals } = results
  return (
    <div class="columns">
      {goals && (
        <Panel title={t.lift}>
          <Bars
            rows={[
              { name: t.treated, share: goals.treated.rate ?? 0, says: t.rate(count(goals.treated.goals), count(goals.treated.runs)) },
              { name: t.holdout, share: goals.holdout.rate ?? 0, says: t.rate(count(goals.holdout.goals), count(goals.holdout.runs)) },
            ]}
          />
        </Panel>
      )}
      <Shares title={t.ended} rows={results.ended.map(row => ({ name: wordsFor(names.reasons, row.reason), count: row.count }))} />
      <Shares title={t.suppressed} rows={results.suppressed.map(row => ({ name: wordsFor(names.reasons, row.reason), count: row.count }))} />
      {results.splits.map(split => (
        <Panel key={split.step} title={`${t.splits}: ${split.step}`} flush>
          <Table
            label={split.step}
            dense
            rows={split.arms}
            keyOf={row => row.arm}
            columns={[
              { key: 'arm', head: t.arm, cell: row => row.arm },
              { key: 'runs', head: t.runs, align: 'end', cell: row => count(row.runs) },
              { key: 'goals', head: t.goals, align: 'end', cell: row => count(row.goals) },
              { key: 'rate', head: t.conversion, align: 'end', cell: row => (row.rate == null ? '–' : percent(row.rate)) },
            ]}
          />
        </Panel>
      ))}
    </div>
  )
}

function Shares({ title, rows }: { title: string; rows: { name: string; count: number }[] }) {
  const t = useJourneyTexts()
  const all = rows.reduce((sum, row) => sum + row.count, 0)
  return (
    <Panel title={title}>
      {all === 0 ? (
        <p class="soft">{t.nothing}</p>
      ) : (
        <Bars rows={rows.toSorted((a, b) => b.count - a.count).map(row => ({ name: row.name, share: row.count / all, says: count(row.count) }))} />
      )}
    </Panel>
  )
}

export function Bars({ rows }: { rows: { name: string; share: number; says: string }[] }) {
  return (
    <ol class="stages">
      {rows.map(row => (
        <li key={row.name}>
          <span class="stage-name">{row.name}</span>
          <span class="number">{row.says}</span>
          <span class="soft small number stage-share">{percent(row.share)}</span>
          <span class="meter" aria-hidden="true">
            <span style={{ width: `${Math.min(100, 100 * row.share)}%` }} />
          </span>
        </li>
      ))}
    </ol>
  )
}
