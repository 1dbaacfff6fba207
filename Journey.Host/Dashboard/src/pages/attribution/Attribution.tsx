import { address } from '../../api/http'
import { useGet } from '../../api/queries'
import { decimal, money, percent, type Amount } from '../../format/numbers'
import { useChoice } from '../../shell/address'
import { useShellTexts } from '../../shell/texts'
import { Segmented, Select } from '../../ui/controls'
import { Figure, Figures, PageHead, Panel } from '../../ui/layout'
import { Empty, Reading } from '../../ui/states'
import { Table } from '../../ui/table'
import { useAttributionTexts } from './texts'
import './attribution.css'

interface Row {
  name: string
  conversions: number
  revenue: Amount
  cost: Amount | null
  roi: number | null
}

interface Answer {
  conversions: number
  revenue: Amount
  currency?: string
  models: { model: string; rows: Row[]; note?: string | null }[]
}

/** The same conversions by every model, side by side: where they differ is where to look. */
export function Attribution() {
  const t = useAttributionTexts()
  const shell = useShellTexts()
  const [by, setBy] = useChoice('by', 'channel')
  const [lookback, setLookback] = useChoice('lookback', '30d')
  const [show, setShow] = useChoice('show', 'conversions')
  const answer = useGet<Answer>(address('/v1/attribution', { by, lookback }))
  return (
    <>
      <PageHead title={shell.pages.attribution} lead={t.lead}>
        <Segmented
          label={t.by}
          value={by as 'channel' | 'campaign'}
          onChange={setBy}
          choices={(['channel', 'campaign'] as const).map(value => ({ value, label: t.bys[value] }))}
        />
        <Select
          label={t.lookback}
          hideLabel
          value={lookback}
          onChange={setLookback}
          choices={(['7d', '30d', '90d'] as const).map(value => ({ value, label: t.lookbacks[value] }))}
        />
      </PageHead>
      <Reading of={answer} lines={8} isEmpty={found => found.conversions === 0} empty={<Empty title={t.none} />}>
        {found => (
          <>
            <Figures>
              <Figure label={t.conversions} value={decimal(found.conversions, 0)} />
              <Figure
                label={t.revenue}
                value={money(found.revenue, found.currency, 0)}
                note={found.conversions > 0 && `${money(Number(found.revenue) / found.conversions, found.currency, 0)} ${t.perOrder}`}
              />
            </Figures>
            <Panel
              title={t.sideBySide}
              flush
              actions={
                <Segmented
                  label={t.show}
                  value={show as 'conversions' | 'revenue' | 'roi'}
                  onChange={setShow}
                  choices={(['conversions', 'revenue', 'roi'] as const).map(value => ({ value, label: t.shows[value] }))}
                />
              }
            >
              <SideBySide answer={found} show={show} name={t.names[by as 'channel' | 'campaign']} />
              {show === 'roi' && found.models.every(model => model.rows.every(row => row.roi === null)) && (
                <p class="soft small panel-text">{t.noCost}</p>
              )}
            </Panel>
          </>
        )}
      </Reading>
    </>
  )
}

function SideBySide({ answer, show, name: head }: { answer: Answer; show: string; name: string }) {
  const t = useAttributionTexts()
  const models = answer.models.filter(model => model.rows.length > 0)
  const names = [...new Set(models.flatMap(model => model.rows.map(row => row.name)))]
  const rowOf = (model: Answer['models'][number], name: string): Row | undefined => model.rows.find(row => row.name === name)
  const creditOf = (row: Row | undefined): number => Number((show === 'revenue' ? row?.revenue : row?.conversions) ?? 0)
  const greatest = Math.max(1, ...models.flatMap(model => model.rows.map(creditOf)))
  const text = (row: Row | undefined): string => {
    if (!row) return '–'
    if (show === 'revenue') return money(row.revenue, answer.currency, 0)
    if (show === 'roi') return row.roi === null ? '–' : percent(row.roi)
    return decimal(Number(row.conversions), 1)
  }
  return (
    <Table
      label={t.sideBySide}
      dense
      rows={names}
      keyOf={name => name}
      columns={[
        { key: 'name', head, cell: name => name },
        ...models.map(model => ({
          key: model.model,
          head: t.models[model.model as keyof typeof t.models] ?? model.model,
          align: 'end' as const,
          cell: (name: string) => (
            <span class="credit">
              {text(rowOf(model, name))}
              {show !== 'roi' && (
                <span class="meter" aria-hidden="true">
                  <span style={{ width: `${(100 * creditOf(rowOf(model, name))) / greatest}%` }} />
                </span>
              )}
            </span>
          ),
        })),
      ]}
    />
  )
}
