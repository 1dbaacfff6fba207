import { useLocation, useParams } from 'wouter-preact'
import type { FunnelResult } from '../../api/contract'
import { address, segment } from '../../api/http'
import { useNow } from '../../api/live'
import { useGet } from '../../api/queries'
import { useChoice } from '../../shell/address'
import { useShellTexts } from '../../shell/texts'
import { Segmented, Select } from '../../ui/controls'
import { PageHead, Panel } from '../../ui/layout'
import { Empty, Reading } from '../../ui/states'
import { Draft, PublishedDraft } from '../segments/Draft'
import '../segments/segments.css'
import { OverTime } from './OverTime'
import { Stages } from './Stages'
import { useFunnelTexts } from './texts'

const channels = ['web', 'app', 'store', 'call-center', 'chat', 'kiosk', 'social']
const day = 86_400_000
const example = `funnel: store-visit
stages:
  - Product Viewed
  - Store Visited
  - Order Completed
within: 14d
`

export function Funnels() {
  const t = useFunnelTexts()
  const shell = useShellTexts()
  const { name: asked } = useParams<{ name?: string }>()
  const funnels = useGet<{ items: { name: string; description?: string | null }[] }>('/v1/funnels')
  return (
    <>
      <PageHead title={shell.pages.funnels} lead={t.lead} />
      <Reading of={funnels} lines={5} isEmpty={page => page.items.length === 0} empty={<Empty title={t.none}>{t.noneText}</Empty>}>
        {page => {
          const name = asked ?? page.items[0]!.name
          return (
            <>
              <One names={page.items.map(funnel => funnel.name)} name={name} />
              <PublishedDraft key={name} kind="funnel" name={name} title={t.change(name)} />
            </>
          )
        }}
      </Reading>
      <Draft kind="funnel" text={example} title={t.define} />
    </>
  )
}

function One({ names, name }: { names: string[]; name: string }) {
  const t = useFunnelTexts()
  const now = useNow()
  const [, go] = useLocation()
  const [counting, setCounting] = useChoice('counting', 'closed')
  const [channel, setChannel] = useChoice('channel')
  const [period, setPeriod] = useChoice('period', 'all')
  const from = period === 'all' ? '' : new Date(Math.floor(now / day) * day - (Number(period) - 1) * day).toISOString()
  const funnel = useGet<FunnelResult>(address(`/v1/funnels/${segment(name)}`, { counting, channel, from }))
  return (
    <>
      <Panel
        title={name}
        note={funnel.data?.within && t.within(funnel.data.within)}
        actions={
          <>
            {names.length > 1 && (
              <Select
                label={t.funnel}
                hideLabel
                value={name}
                onChange={next => go(`/funnels/${next}`)}
                choices={names.map(value => ({ value, label: value }))}
              />
            )}
            <Select
              label={t.channel}
              hideLabel
              value={channel}
              onChange={setChannel}
              choices={[{ value: '', label: t.allChannels }, ...channels.map(value => ({ value, label: value }))]}
            />
            <Select
              label={t.period}
              hideLabel
              value={period}
              onChange={setPeriod}
              choices={(['all', '1', '7', '30'] as const).map(value => ({ value, label: t.periods[value] }))}
            />
            <Segmented
              label={t.counting}
              value={counting as 'closed' | 'open'}
              onChange={setCounting}
              choices={(['closed', 'open'] as const).map(value => ({ value, label: t.countings[value] }))}
            />
          </>
        }
      >
        <Reading of={funnel} lines={6}>
          {answer => <Stages stages={answer.stages} />}
        </Reading>
      </Panel>
      {funnel.data?.days && funnel.data.days.length > 1 && <OverTime days={funnel.data.days} />}
    </>
  )
}
