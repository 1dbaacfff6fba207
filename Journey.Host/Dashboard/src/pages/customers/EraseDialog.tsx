import { useEffect, useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'
import { segment, sendJson } from '../../api/http'
import { queries, readAgain } from '../../api/queries'
import { Button, CheckField, TextField } from '../../ui/controls'
import { Dialog } from '../../ui/dialog'
import { say, sayFault } from '../../ui/toasts'
import { useUiTexts } from '../../ui/texts'
import { useCustomerTexts } from './texts'

interface Plan {
  parted: { customer: string }[]
}

/** Erasing cannot be undone: the id is typed, and a reason is given. Who was parted from somebody goes with them, and that is agreed to. */
export function EraseDialog({ id, open, onClose }: { id: string; open: boolean; onClose: () => void }) {
  const t = useCustomerTexts()
  const ui = useUiTexts()
  const [, go] = useLocation()
  const [confirm, setConfirm] = useState('')
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [parted, setParted] = useState<string[]>([])
  const [together, setTogether] = useState(false)
  useEffect(() => {
    if (open) {
      setTogether(false)
      sendJson<Plan>('POST', `/v1/customers/${segment(id)}/erase?dryRun=true`)
        .then(plan => setParted(plan.parted.map(one => one.customer)))
        .catch(sayFault)
    }
  }, [id, open])
  const erase = async (): Promise<void> => {
    setBusy(true)
    try {
      await sendJson('POST', `/v1/customers/${segment(id)}/erase`, { confirm, reason, together })
      say(t.erased)
      onClose()
      queries.removeQueries({ predicate: query => String(query.queryKey[0]).includes(id) })
      await readAgain('/v1/customers')
      go('/customers')
    } catch (fault) {
      sayFault(fault)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={t.eraseTitle}
      open={open}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{ui.cancel}</Button>
          <Button kind="danger" busy={busy} disabled={confirm !== id || reason.trim() === '' || (parted.length > 0 && !together)} onClick={() => void erase()}>
            {t.erase}
          </Button>
        </>
      }
    >
      <div class="stack">
        <p>{t.eraseText}</p>
        {parted.length > 0 && <CheckField label={t.eraseTogether(parted.join(', '))} checked={together} onCheck={setTogether} />}
        <TextField label={t.eraseReason} hint={t.eraseReasonHint} value={reason} onText={setReason} />
        <TextField label={t.eraseConfirm(id)} value={confirm} onText={setConfirm} autocomplete="off" spellcheck={false} />
      </div>
    </Dialog>
  )
}
