import type { Rebuild } from '../../api/contract'
import { segment, sendJson } from '../../api/http'
import { readAgain, useGet } from '../../api/queries'
import { count, percent, perSecond } from '../../format/numbers'
import { duration } from '../../format/times'
import { Button } from '../../ui/controls'
import { Badge, Panel, type Tone } from '../../ui/layout'
import { Reading } from '../../ui/states'
import { sayFault } from '../../ui/toasts'
import { useProjectionTexts } from './texts'

const tones: Record<Rebuild['state'], Tone> = {
  running: 'info',
  paused: 'warn',
  'caught-up': 'info',
  swapped: 'good',
  failed: 'bad',
  cancelled: 'plain',
}
const shown = 6

/** What is being built, moving. */
export function Rebuilds() {
  const t = useProjectionTexts()
  const rebuilds = useGet<{ items: Rebuild[] } | Rebuild[]>('/v1/rebuilds', { every: 1_000 })
  return (
    <Panel title={t.rebuilds}>
      <Reading of={rebuilds} lines={2}>
        {answer => {
          const list = Array.isArray(answer) ? answer : answer.items
          return list.length === 0 ? (
            <p class="soft">{t.rebuildsNone}</p>
          ) : (
            <ul class="rebuilds">
              {list.slice(0, shown).map(rebuild => (
                <Line key={rebuild.id} rebuild={rebuild} />
              ))}
            </ul>
          )
        }}
      </Reading>
    </Panel>
  )
}

function Line({ rebuild }: { rebuild: Rebuild }) {
  const t = useProjectionTexts()
  const share = rebuild.total > 0 ? Math.min(1, rebuild.done / rebuild.total) : 0
  const change = (verb: string) => async (): Promise<void> => {
    try {
      await sendJson('POST', `/v1/rebuilds/${segment(rebuild.id)}/${verb}`)
      await readAgain('/v1/rebuilds')
    } catch (fault) {
      sayFault(fault)
    }
  }
  return (
    <li class="rebuild">
      <span class="row row-apart">
        <span class="row">
          <strong>{rebuild.name === 'all' ? t.all : rebuild.name}</strong>
          <Badge tone={tones[rebuild.state]}>{t.states[rebuild.state] ?? rebuild.state}</Badge>
        </span>
        <span class="row">
          {rebuild.state === 'running' && (
            <Button size="s" onClick={() => void change('pause')()}>
              {t.pause}
            </Button>
          )}
          {rebuild.state === 'paused' && (
            <Button size="s" onClick={() => void change('resume')()}>
              {t.resume}
            </Button>
          )}
          {(rebuild.state === 'running' || rebuild.state === 'paused') && (
            <Button size="s" kind="danger" onClick={() => void change('cancel')()}>
              {t.cancel}
            </Button>
          )}
        </span>
      </span>
      <progress class="progress" value={rebuild.done} max={Math.max(1, rebuild.total)} aria-label={t.progress(rebuild.name)} />
      <span class="row row-apart soft small number">
        <span>
          {t.of(count(rebuild.done), count(rebuild.total))} · {percent(share)}
        </span>
        <span>
          {rebuild.ratePerSecond ? perSecond(rebuild.ratePerSecond) : ''}
          {rebuild.etaSeconds ? ` · ${t.left(duration(rebuild.etaSeconds))}` : ''}
          {rebuild.error ?? ''}
        </span>
      </span>
    </li>
  )
}
