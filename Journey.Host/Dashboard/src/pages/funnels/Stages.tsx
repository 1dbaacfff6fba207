import type { FunnelResult } from '../../api/contract'
import { count, percent } from '../../format/numbers'
import { duration } from '../../format/times'
import { useFunnelTexts } from './texts'
import './funnels.css'

/** A funnel drawn as what is left of it at each stage. */
export function Stages({ stages }: { stages: FunnelResult['stages'] }) {
  const t = useFunnelTexts()
  const first = Math.max(1, stages[0]?.count ?? 0)
  return (
    <ol class="funnel">
      {stages.map((stage, i) => (
        <li key={`${i} ${stage.event}`} class="funnel-stage">
          <span class="row row-apart">
            <strong translate={false}>{stage.name ?? stage.event}</strong>
            <span class="number">{count(stage.count)}</span>
          </span>
          <span class="funnel-bar" aria-hidden="true">
            <span style={{ width: `${Math.max(0.5, Math.min(100, (100 * stage.count) / first))}%` }} />
          </span>
          {i > 0 && (
            <span class="row row-apart soft small number">
              <span>
                {percent(stage.conversion)} {t.onward}
              </span>
              <span>
                {t.lost}: {percent(1 - stage.conversion)}
                {stage.medianSeconds !== null && ` · ${t.time} ${duration(stage.medianSeconds)}`}
              </span>
            </span>
          )}
        </li>
      ))}
    </ol>
  )
}
