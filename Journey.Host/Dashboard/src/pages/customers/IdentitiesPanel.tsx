import { useState } from 'preact/hooks'
import type { Identities } from '../../api/contract'
import { segment, sendJson } from '../../api/http'
import { readAgain, useGet } from '../../api/queries'
import { Button } from '../../ui/controls'
import { Dialog } from '../../ui/dialog'
import { Panel } from '../../ui/layout'
import { say, sayFault } from '../../ui/toasts'
import { useUiTexts } from '../../ui/texts'
import { useCustomerTexts } from './texts'

type Identity = Identities['items'][number]

/** Everything the customer is known by; what was merged wrongly is taken apart here. */
export function IdentitiesPanel({ id }: { id: string }) {
  const t = useCustomerTexts()
  const ui = useUiTexts()
  const path = `/v1/customers/${segment(id)}`
  const read = useGet<Identities | Identity[]>(`${path}/identities`)
  const [parting, part] = useState<Identity | null>(null)
  const [busy, setBusy] = useState(false)
  const list = Array.isArray(read.data) ? read.data : (read.data?.items ?? [])
  if (list.length === 0) return null
  const unmerge = async (): Promise<void> => {
    setBusy(true)
    try {
      await sendJson(
        'POST',
        `${path}/unmerge`,
        parting?.customer && parting.customer !== id ? { customer: parting.customer } : { identifier: `${parting?.kind}:${parting?.value}` },
      )
      say(t.unmerged)
      part(null)
      await readAgain('/v1/customers')
    } catch (fault) {
      sayFault(fault)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Panel title={t.identities} note={t.identitiesNote}>
      <ul class="plain-list">
        {list.map(identity => (
          <li key={`${identity.kind}:${identity.value}`} class="plain-line">
            <span class="row row-apart">
              <span class="grow cut" title={identity.value}>
                <span class="soft small">{identity.kind}</span> {identity.value}
              </span>
              {list.length > 1 && (
                <Button kind="quiet" size="s" onClick={() => part(identity)}>
                  {t.unmerge}
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
      <Dialog
        title={t.unmerge}
        open={parting !== null}
        onClose={() => part(null)}
        foot={
          <>
            <Button onClick={() => part(null)}>{ui.cancel}</Button>
            <Button kind="main" busy={busy} onClick={() => void unmerge()}>
              {t.unmerge}
            </Button>
          </>
        }
      >
        <p>{t.unmergeText(`${parting?.kind}:${parting?.value}`)}</p>
      </Dialog>
    </Panel>
  )
}
