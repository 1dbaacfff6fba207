import { useState } from 'preact/hooks'
import type { Backtest } from '../../api/contract'
import { segment, sendJson } from '../../api/http'
import { useNow } from '../../api/live'
import { useGet } from '../../api/queries'
import { count } from '../../format/numbers'
import { duration } from '../../format/times'
import { useChoice } from '../../shell/address'
import { Button, Select } from '../../ui/controls'
import { Badge, Panel, type Tone } from '../../ui/layout'
import { Failed } from '../../ui/states'
import { sayFault } from '../../ui/toasts'
import { BacktestFindings } from './BacktestFindings'
import { useJourneyTexts } from './texts'

const day = 86_400_000

/** In the address in place of a backtest's id: the panel is open, and none has been run. */
export const opened = 'new'
const tones: Record<Backtest['state'], Tone> = { queued: 'plain', running: 'info', done: 'good', failed: 'bad', cancelled: 'warn' }

/** Tries the text on real history, with its progress, and shows who would be affected. */
export function BacktestPanel({ text, file, isPublished }: { text: string; file: string; isPublished: boolean }) {
  const t = useJourneyTexts()
  const now = useNow()
  const [period, setPeriod] = useState('30')
  const [asked, setId] = useChoice('backtest')
  const id = asked === opened ? null : asked
  const [starting, setStarting] = useState(false)
  const [over, setOver] = useState(false)
  const backtest = useGet<Backtest>(id ? `/v1/backtests/${segment(id)}` : null, { every: over ? false : 500, keep: false })
  const state = backtest.data?.state
  const isOver = state === 'done' || state === 'failed' || state === 'cancelled'
  if (isOver !== over && backtest.data) setOver(isOver)

  const start = async (): Promise<void> => {
    setStarting(true)
    try {
      const from = period === 'all' ? undefined : new Date(now - Number(period) * day).toISOString()
      const begun = await sendJson<Backtest>('POST', '/v1/backtests', {
        files: [{ file, text }],
        ...(from ? { from } : {}),
        ...(isPublished ? { against: 'live' } : {}),
      })
      setOver(false)
      setId(begun.id)
    } catch (fault) {
      sayFault(fault)
    } finally {
      setStarting(false)
    }
  }

  const progress = backtest.data?.progress
  return (
    <Panel title={t.backtest} note={t.backtestLead} actions={state && <Badge tone={tones[state]}>{t.states[state]}</Badge>}>
      <div class="stack">
        <div class="row">
          <Select
            label={t.period}
            hideLabel
            value={period}
            onChange={setPeriod}
            choices={(['7', '30', '90', 'all'] as const).map(value => ({ value, label: t.periods[value] }))}
          />
          {id && !isOver ? (
            <Button kind="danger" onClick={() => void sendJson('DELETE', `/v1/backtests/${segment(id)}`).catch(sayFault)}>
              {t.cancel}
            </Button>
          ) : (
            <Button kind="main" busy={starting} onClick={() => void start()}>
              {t.runBacktest}
            </Button>
          )}
        </div>
        {id && !isOver && (
          <div class="stack-s" role="status">
            <progress class="progress" value={progress?.done ?? 0} max={Math.max(1, progress?.total ?? 1)} aria-label={t.running} />
            <p class="row row-apart soft small number">
              <span>{progress ? t.progressOf(count(progress.done), count(progress.total)) : t.running}</span>
              <span>{progress?.etaSeconds ? t.left(duration(progress.etaSeconds)) : ''}</span>
            </p>
          </div>
        )}
        {backtest.error && <Failed error={backtest.error} />}
        {backtest.data?.error && <p class="state-bad">{backtest.data.error}</p>}
        {state === 'done' && backtest.data?.report && <BacktestFindings id={id!} report={backtest.data.report} />}
      </div>
    </Panel>
  )
}
