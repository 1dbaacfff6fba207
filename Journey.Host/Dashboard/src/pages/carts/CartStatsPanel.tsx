import type { CartStats } from '../../api/contract'
import { address } from '../../api/http'
import { useNow } from '../../api/live'
import { useGet } from '../../api/queries'
import { Chart } from '../../charts/Chart'
import { calm, dayAxis } from '../../charts/styles'
import { count, monies, money, percent } from '../../format/numbers'
import { dayText, duration } from '../../format/times'
import { useChoice, useChoices } from '../../shell/address'
import { Segmented } from '../../ui/controls'
import { Figure, Figures, Panel } from '../../ui/layout'
import { Loading, Unavailable } from '../../ui/states'
import { Table } from '../../ui/table'
import { useCartTexts } from './texts'

const day = 86_400_000

interface DaySum {
  day: string
  abandoned: number
  recovered: number
  value: number
}

/** How many come back, and what that is worth. */
export function CartStatsPanel() {
  const t = useCartTexts()
  const now = useNow()
  const [all] = useChoices()
  const [period, setPeriod] = useChoice('days', '30')
  const from = new Date(Math.floor(now / day) * day - (Number(period) - 1) * day).toISOString()
  const stats = useGet<CartStats>(address('/v1/carts/stats', { from, channel: all.get('channel') }), { every: 10_000 })
  if (stats.error?.isUnavailable)
    return (
      <Panel title={t.stats}>
        <Unavailable />
      </Panel>
    )
  if (!stats.data) return <Loading lines={4} />
  const { data } = stats
  const days = byDay(data)
  const currency = data.recovered[0]?.currency ?? data.atRisk[0]?.currency ?? 'EUR'
  return (
    <>
      <Figures four>
        <Figure label={t.atRisk} value={monies(data.atRisk)} tone="warn" note={t.atRiskNote} />
        <Figure label={t.rate} value={data.recoveryRate === null ? '–' : percent(data.recoveryRate)} note={t.rateOf} />
        <Figure label={t.recovered} value={monies(data.recovered)} tone="good" />
        <Figure label={t.medianTime} value={duration(data.medianSecondsToRecovery)} note={t.half} />
      </Figures>
      <div class="columns columns-even">
        <Panel
          title={t.stats}
          note={t.statsNote}
          actions={
            <Segmented
              label={t.period}
              value={period as '7' | '30' | '90'}
              onChange={setPeriod}
              choices={(['7', '30', '90'] as const).map(value => ({ value, label: t.periods[value] }))}
            />
          }
        >
          <Chart
            label={t.chartLabel}
            height={210}
            of={[days.length, days.at(-1)?.abandoned, days.at(-1)?.recovered, days[0]?.day]}
            option={ink => ({
              ...calm(ink, count),
              xAxis: dayAxis(
                ink,
                days.map(row => row.day),
              ) as object,
              series: [
                {
                  name: t.abandoned,
                  type: 'bar',
                  data: days.map(row => row.abandoned),
                  itemStyle: { color: ink('--line-strong'), opacity: 0.55, borderRadius: [3, 3, 0, 0] },
                  barMaxWidth: 22,
                },
                {
                  name: t.recovered,
                  type: 'bar',
                  data: days.map(row => row.recovered),
                  itemStyle: { color: ink('--good'), borderRadius: [3, 3, 0, 0] },
                  barMaxWidth: 22,
                  barGap: '-100%',
                },
              ],
            })}
            table={<DayTable days={days} currency={currency} />}
          />
        </Panel>
        <Panel title={t.rateChart} note={t.rateNote}>
          <Chart
            label={t.valueLabel}
            height={210}
            of={[days.length, days.at(-1)?.value, days[0]?.day]}
            option={ink => ({
              ...calm(ink, value => money(value, currency, 0)),
              xAxis: dayAxis(
                ink,
                days.map(row => row.day),
              ) as object,
              series: [
                {
                  name: t.rateChart,
                  type: 'line',
                  smooth: 0.2,
                  symbol: 'circle',
                  showSymbol: days.length < 3,
                  data: days.map(row => row.value),
                  itemStyle: { color: ink('--accent') },
                  lineStyle: { width: 2 },
                  areaStyle: { opacity: 0.14 },
                },
              ],
            })}
            table={<DayTable days={days} currency={currency} />}
          />
        </Panel>
      </div>
    </>
  )
}

function byDay(stats: CartStats): DaySum[] {
  const days = new Map<string, DaySum>()
  for (const row of stats.days) {
    const sum = days.get(row.day) ?? { day: row.day, abandoned: 0, recovered: 0, value: 0 }
    sum.abandoned += row.abandoned
    sum.recovered += row.recovered
    sum.value += row.recoveredValue.reduce((total, value) => total + Number(value.amount), 0)
    days.set(row.day, sum)
  }
  return [...days.values()].sort((a, b) => a.day.localeCompare(b.day))
}

function DayTable({ days, currency }: { days: DaySum[]; currency: string }) {
  const t = useCartTexts()
  return (
    <Table
      label={t.stats}
      dense
      rows={days}
      keyOf={row => row.day}
      columns={[
        { key: 'day', head: t.day, cell: row => dayText(Date.parse(row.day)) },
        { key: 'abandoned', head: t.abandoned, align: 'end', cell: row => count(row.abandoned) },
        { key: 'recovered', head: t.recovered, align: 'end', cell: row => count(row.recovered) },
        { key: 'value', head: t.value, align: 'end', cell: row => money(row.value, currency, 0) },
      ]}
    />
  )
}
