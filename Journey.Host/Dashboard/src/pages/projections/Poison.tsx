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
import { PoisonDialog } from './PoisonDialog'
import { useProjectionTexts } from './texts'

/** Events that hold a consumer up: skipped with a reason, or tried again. */
export function Poison() {
  const t = useProjectionTexts()
  const ui = useUiTexts()
  const poison = useGet<{ items: PoisonEvent[] } | PoisonEvent[]>('/v1/poison', { every: 5_000 })
  const [skipping, skip] = useState<PoisonEvent | null>(null)
  const [reason, setReason] = useState('')
  const [looking, look] = useState<PoisonEvent | null>(null)
  const act = async (event: PoisonEvent, verb: 'skip' | 'retry', body?: object): Promise<void> => {
    try {
      const answer = await sendJson<{ outcome?: string; poison?: PoisonEvent | null } | undefined>(
        'POST',
        `/v1/poison/${event.position}/${verb}`,
        body,
      )
      if (answer?.outcome === 'stands-still') say(`${t.still}: ${answer.poison?.reason ?? event.reason}`, 'bad')
      else say(verb === 'skip' ? t.skipped : t.released)
      skip(null)
      setReason('')
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
              {
                key: 'event',
                head: t.event,
                cell: row => (
                  <button type="button" class="link-button" aria-label={t.show(row.name, String(row.position))} onClick={() => look(row)}>
                    {row.name}
                  </button>
                ),
              },
              { key: 'reason', head: t.reason, cell: row => row.reason },
              { key: 'position', head: t.position, align: 'end', cell: row => count(row.position) },
              { key: 'at', head: t.at, cell: row => <Moment at={row.since} /> },
              {
                key: 'act',
                head: '',
                align: 'end',
                cell: row => (
                  <span class="row poison-acts">
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
      <PoisonDialog event={looking} onClose={() => look(null)} />
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
