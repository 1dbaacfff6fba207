import { Chart } from '../../charts/Chart'
import { calm, dayAxis } from '../../charts/styles'
import { count, percent } from '../../format/numbers'
import { dayText } from '../../format/times'
import { Panel } from '../../ui/layout'
import { Table } from '../../ui/table'
import { useFunnelTexts } from './texts'

interface Day {
  day: string
  entered: number
  completed: number
}

const share = (day: Day): number => (day.entered > 0 ? day.completed / day.entered : 0)

/** The share that comes through from the first stage to the last, by the day of entering. */
export function OverTime({ days }: { days: Day[] }) {
  const t = useFunnelTexts()
  return (
    <Panel title={t.overTime} note={t.overTimeNote}>
      <Chart
        label={t.overTimeLabel}
        height={210}
        of={[days.length, days[0]?.day, days.at(-1)?.entered, days.at(-1)?.completed, days.reduce((sum, day) => sum + day.completed, 0)]}
        option={ink => ({
          ...calm(ink, value => percent(value)),
          xAxis: dayAxis(
            ink,
            days.map(day => day.day),
          ) as object,
          series: [
            {
              name: t.conversion,
              type: 'line',
              symbol: 'circle',
              showSymbol: days.length < 3,
              data: days.map(share),
              itemStyle: { color: ink('--accent') },
              lineStyle: { width: 2 },
              areaStyle: { opacity: 0.14 },
            },
          ],
        })}
        table={
          <Table
            label={t.overTime}
            dense
            rows={days}
            keyOf={day => day.day}
            columns={[
              { key: 'day', head: t.day, cell: day => dayText(Date.parse(day.day)) },
              { key: 'entered', head: t.entered, align: 'end', cell: day => count(day.entered) },
              { key: 'completed', head: t.completed, align: 'end', cell: day => count(day.completed) },
              { key: 'share', head: t.conversion, align: 'end', cell: day => percent(share(day)) },
            ]}
          />
        }
      />
    </Panel>
  )
}
