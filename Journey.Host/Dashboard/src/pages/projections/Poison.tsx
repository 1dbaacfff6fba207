import { useState } from 'preact/hooks'
import type { PoisonEvent } from '../../api/contract'
import { sendJson } from '../../api/http'
import { readAgain, useGet } from '../../api/queries'
import { count } from '../../format/numbers'
import { Button, TextField } from '../../ui/controls'
import { Dialog } from '../../ui/dialog'
import { Panel } from '../../ui/layout'
import { Moment } from '../../ui/moment'
import { Reading } from '../../ui/states'
import { Table } from '../../ui/table'
import { useUiTexts } from '../../ui/texts'
import { say, sayFault } from '../../ui/toasts'
import { useProjectionTexts } from './texts'

/** Events that hold a consumer up: skipped with a reason, or tried again. */
export function Poison() {
  const t = useProjectionTexts()
  const ui = useUiTexts()
  const poison = useGet<{ items: PoisonEvent[] } | PoisonEvent[]>('/v1/poison', { every: 5_000 })
  const [skipping, skip] = useState<PoisonEvent | null>(null)
  const [reason, setReason] = useState('')
  const act = async (event: PoisonEvent, verb: 'skip' | 'retry', body?: object): Promise<void> => {
    try {
      await sendJson('POST', `/v1/poison/${event.position}/${verb}`, body)
      say(verb === 'skip' ? t.skipped : t.retried)
      skip(null)
      await readAgain('/v1/p')
    } catch (fault) {
      sayFault(fault)
    }
  }
  return (
    <Panel title={t.poison} note={t.poisonNote} flush={poison.data !== undefined}>
      <Reading
        of={poison}
        lines={2}
        isEmpty={answer => (Array.isArray(answer) ? answer : answer.items).length === 0}
        empty={<p class="soft panel-text">{t.poisonNone}</p>}
      >
        {answer => (
          <Table
            label={t.poison}
            rows={Array.isArray(answer) ? answer : answer.items}
            keyOf={row => String(row.position)}
            columns={[
              { key: 'event', head: t.event, cell: row => row.event ?? row.name ?? '' },
              { key: 'reason', head: t.reason, cell: row => row.reason },
              { key: 'position', head: t.position, align: 'end', cell: row => count(row.position) },
              { key: 'at', head: t.at, cell: row => <Moment at={row.since ?? row.at} /> },
              {
                key: 'act',
                head: '',
                align: 'end',
                cell: row => (
                  <span class="row">
                    <Button size="s" onClick={() => void act(row, 'retry')}>
                      {t.retry}
                    </Button>
                    <Button size="s" kind="danger" onClick={() => skip(row)}>
                      {t.skip}
                    </Button>
                  </span>
                ),
              },
            ]}
          />
        )}
      </Reading>
      <Dialog
        title={t.skipTitle}
        open={skipping !== null}
        onClose={() => skip(null)}
        foot={
          <>
            <Button onClick={() => skip(null)}>{ui.cancel}</Button>
            <Button kind="danger" disabled={reason.trim() === ''} onClick={() => void act(skipping!, 'skip', { reason })}>
              {t.skip}
            </Button>
          </>
        }
      >
        <div class="stack">
          <p>{t.skipText}</p>
          <TextField label={t.skipReason} value={reason} onText={setReason} />
        </div>
      </Dialog>
    </Panel>
  )
}
