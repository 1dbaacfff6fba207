import { useEffect, useState } from 'preact/hooks'
import { address, ApiError, sendYaml } from '../../api/http'
import { readAgain } from '../../api/queries'
import type { PublishReport } from '../../api/types'
import { count } from '../../format/numbers'
import { Button } from '../../ui/controls'
import { Dialog } from '../../ui/dialog'
import { Badge, Panel } from '../../ui/layout'
import { Loading } from '../../ui/states'
import { useUiTexts } from '../../ui/texts'
import { say, sayFault } from '../../ui/toasts'
import { useJourneyTexts } from './texts'

interface PublishDialogProps {
  open: boolean
  text: string
  file: string
  onClose: () => void
  onPublished: (report: PublishReport) => void
}

/** The plan first, then the deed: what is carried out is the plan that was shown, or nothing. */
export function PublishDialog({ open, text, file, onClose, onPublished }: PublishDialogProps) {
  const t = useJourneyTexts()
  const ui = useUiTexts()
  const [plan, setPlan] = useState<PublishReport | null>(null)
  const [busy, setBusy] = useState(false)
  const ask = (): Promise<void> => sendYaml<PublishReport>(address('/v1/journeys', { dryRun: true, file }), text).then(setPlan, sayFault)
  useEffect(() => {
    if (!open) return
    setPlan(null)
    void ask()
  }, [open])

  const publish = async (): Promise<void> => {
    setBusy(true)
    try {
      const report = await sendYaml<PublishReport>(address('/v1/journeys', { basis: plan!.basis, file }), text)
      say(
        t.publishDone(
          report.documents
            .filter(document => document.change !== 'unchanged')
            .map(document => `${document.name} ${document.version}`)
            .join(', '),
        ),
      )
      await readAgain('/v1/journeys')
      onPublished(report)
    } catch (fault) {
      if (fault instanceof ApiError && fault.status === 409) {
        say(t.conflict, 'bad')
        await ask()
      } else sayFault(fault)
    } finally {
      setBusy(false)
    }
  }

  const changes = plan?.documents.filter(document => document.change !== 'unchanged') ?? []
  return (
    <Dialog
      title={t.publishTitle}
      open={open}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{ui.cancel}</Button>
          <Button kind="main" busy={busy} disabled={changes.length === 0} onClick={() => void publish()}>
            {t.publishIt}
          </Button>
        </>
      }
    >
      {!plan ? (
        <Loading lines={4} />
      ) : changes.length === 0 ? (
        <p>{t.publishSame}</p>
      ) : (
        <div class="stack">
          {changes.map(change => (
            <Panel
              key={change.name}
              title={`${t.kinds[change.kind as keyof typeof t.kinds] ?? change.kind} ${change.name}`}
              note={t.diffCounts(count(change.added), count(change.removed))}
              actions={
                <Badge tone={change.change === 'new' ? 'good' : 'info'}>
                  {t.changes[change.change as keyof typeof t.changes]} · {t.version} {change.version}
                </Badge>
              }
            >
              <InFlight runs={change.runsUnderWay} />
            </Panel>
          ))}
          {plan.warnings.length > 0 && (
            <Panel title={t.warnings}>
              <ul class="faults">
                {plan.warnings.map(warning => (
                  <li key={`${warning.code} ${warning.line}`}>
                    {t.line} {warning.line}: {warning.message}
                  </li>
                ))}
              </ul>
            </Panel>
          )}
        </div>
      )}
    </Dialog>
  )
}

function InFlight({ runs }: { runs: PublishReport['documents'][number]['runsUnderWay'] }) {
  const t = useJourneyTexts()
  if (!runs || runs.runs === 0) return <p class="soft">{t.inFlightNone}</p>
  return (
    <>
      <h3>
        {t.inFlight}: <span class="number">{count(runs.runs)}</span>
      </h3>
      <ul class="in-flight">
        {runs.pinned > 0 && <li>{t.pinned(count(runs.pinned))}</li>}
        {runs.moves.map(move => (
          <li key={`${move.step} ${move.toStep}`}>{t.moves(count(move.runs), move.step, move.toStep || t.end)}</li>
        ))}
        {runs.ends.map(end => (
          <li key={end.step}>{t.ends(count(end.runs), end.step)}</li>
        ))}
      </ul>
    </>
  )
}
