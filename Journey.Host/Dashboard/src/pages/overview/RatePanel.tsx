import { Chart } from '../../charts/Chart'
import { calm, timeAxis } from '../../charts/styles'
import { useRates } from '../../api/live'
import { decimal, perSecond } from '../../format/numbers'
import { Channel, channelColour } from '../../ui/channel'
import { Panel } from '../../ui/layout'
import { Table } from '../../ui/table'
import { useOverviewTexts } from './texts'

const longest = 180_000
const shortest = 30_000

/** Events per second by channel, moving by itself: as far back as this page has been listening, and three minutes at most. */
export function RatePanel() {
  const t = useOverviewTexts()
  const rates = useRates()
  const last = rates.at(-1)
  const end = last?.at ?? Date.now()
  const begin = Math.max(end - longest, Math.min(rates[0]?.at ?? end, end - shortest))
  const channels = [...new Set(rates.flatMap(sample => Object.keys(sample.byChannel)))].sort()
  return (
    <Panel title={t.rate} note={t.rateNote}>
      <Chart
        label={t.rateLabel}
        height={228}
        of={[last?.at]}
        legend={channels.map(channel => (
          <Channel key={channel} name={channel} />
        ))}
        option={ink => ({
          ...calm(ink, perSecond),
          animation: false,
          xAxis: { ...timeAxis(ink), min: begin, max: end } as object,
          series: channels.map(channel => ({
            name: channel,
            type: 'line',
            stack: 'all',
            symbol: 'none',
            smooth: 0.25,
            lineStyle: { width: 1, color: ink(channelColour(channel)) },
            itemStyle: { color: ink(channelColour(channel)) },
            areaStyle: { color: ink(channelColour(channel)), opacity: 0.55 },
            data: rates.map(sample => [sample.at, sample.byChannel[channel] ?? 0]),
          })),
        })}
        table={
          <Table
            label={t.rate}
            dense
            rows={channels}
            keyOf={channel => channel}
            columns={[
              { key: 'channel', head: t.channel, cell: channel => <Channel name={channel} /> },
              { key: 'rate', head: t.rate, align: 'end', cell: channel => decimal(last?.byChannel[channel] ?? 0) },
            ]}
          />
        }
      />
    </Panel>
  )
}
