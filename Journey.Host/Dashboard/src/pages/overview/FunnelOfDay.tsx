import type { FunnelResult } from '../../api/contract'
import { address, segment } from '../../api/http'
import { useGet } from '../../api/queries'
import type { Overview } from '../../api/types'
import { count, percent } from '../../format/numbers'
import { Panel } from '../../ui/layout'
import { useOverviewTexts } from './texts'

interface Stage {
  name: string
  count: number
}

/** The first published funnel over today; until one is published, what became of carts. */
export function FunnelOfDay({ overview }: { overview: Overview }) {
  const t = useOverviewTexts()
  const published = useGet<{ items: { name: string }[] }>('/v1/funnels')
  const name = published.data?.items?.[0]?.name
  const day = overview.at.slice(0, 10)
  const today = useGet<FunnelResult>(name ? address(`/v1/funnels/${segment(name)}`, { from: `${day}T00:00:00Z` }) : null, { every: 10_000 })
  const totals = overview.cartTotals
  if (today.data && today.data.stages.length > 0) {
    return (
      <Stages
        title={`${t.funnelDay}: ${today.data.name}`}
        note=""
        isNamed
        stages={today.data.stages.map(stage => ({ name: stage.name ?? stage.event, count: stage.count }))}
      />
    )
  }
  return (
    <Stages
      title={t.funnel}
      note={t.funnelNote}
      stages={(['started', 'abandoned', 'recovered', 'converted', 'expired'] as const).map(key => ({
        name: t.funnelStages[key],
        count: totals[key],
      }))}
    />
  )
}

/** @param isNamed the stages have the names that a document gave them */
function Stages({ title, note, stages, isNamed = false }: { title: string; note: string; stages: Stage[]; isNamed?: boolean }) {
  const t = useOverviewTexts()
  const all = Math.max(1, stages[0]?.count ?? 0)
  return (
    <Panel title={title} note={note || undefined}>
      <ol class="stages">
        {stages.map(stage => (
          <li key={stage.name}>
            <span class="stage-name" translate={isNamed ? false : undefined}>
              {stage.name}
            </span>
            <span class="number">{count(stage.count)}</span>
            <span class="soft small number stage-share">
              {percent(stage.count / all)}
              <span class="unseen"> {t.ofAll('')}</span>
            </span>
            <span class="meter" aria-hidden="true">
              <span style={{ width: `${Math.min(100, (100 * stage.count) / all)}%` }} />
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
