import { RotateCcw } from 'lucide-preact'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'
import { address, segment, sendJson } from '../../api/http'
import { readAgain, useGet } from '../../api/queries'
import type { DeadLetter, Page } from '../../api/types'
import { count } from '../../format/numbers'
import { useTrail } from '../../shell/address'
import { Channel } from '../../ui/channel'
import { Button } from '../../ui/controls'
import { Panel } from '../../ui/layout'
import { Moment } from '../../ui/moment'
import { Empty, Reading } from '../../ui/states'
import { Pager, Table } from '../../ui/table'
import { say, sayFault } from '../../ui/toasts'
import { useDeliveryTexts } from './texts'

/** What failed for good, each with another try. */
export function DeadLetters() {
  const t = useDeliveryTexts()
  const [trail, after, turn] = useTrail()
  const letters = useGet<Page<DeadLetter>>(address('/v1/deliveries/dead-letters', { limit: 50, after }), { every: 5_000 })
  return (
    <Panel title={t.dead} note={t.deadNote} flush>
      <Reading of={letters} lines={6} isEmpty={page => page.items.length === 0} empty={<Empty title={t.deadNone}>{t.deadNoneText}</Empty>}>
        {page => (
          <>
            <Table
              label={t.dead}
              rows={page.items}
              keyOf={row => row.id}
              columns={[
                { key: 'reason', head: t.reason, cell: row => <Link href={`/deliveries/${row.id}`}>{row.reason}</Link> },
                { key: 'channel', head: t.channel, cell: row => <Channel name={row.channel} /> },
                { key: 'customer', head: t.customer, cell: row => <Link href={`/customers/${row.customer}`}>{row.customer}</Link> },
                { key: 'attempts', head: t.attempts, align: 'end', cell: row => count(row.attempts) },
                { key: 'failed', head: t.failedAt, align: 'end', cell: row => <Moment at={row.failedAt} style="ago" /> },
                { key: 'retry', head: '', align: 'end', cell: row => <Retry letter={row} /> },
              ]}
            />
            <Pager next={page.next} trail={trail} onChange={turn} />
          </>
        )}
      </Reading>
    </Panel>
  )
}

function Retry({ letter }: { letter: DeadLetter }) {
  const t = useDeliveryTexts()
  const [busy, setBusy] = useState(false)
  const retry = async (): Promise<void> => {
    setBusy(true)
    try {
      const answer = await sendJson<{ outcome: keyof typeof t.retried; reason: string | null }>(
        'POST',
        `/v1/deliveries/dead-letters/${segment(letter.id)}/retry`,
      )
      say([t.retried[answer.outcome], answer.reason].filter(Boolean).join(': '), answer.outcome === 'failed' ? 'bad' : 'good')
      await readAgain('/v1/deliveries')
    } catch (fault) {
      sayFault(fault)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button size="s" busy={busy} icon={<RotateCcw size={14} />} onClick={() => void retry()}>
      {t.retry}
    </Button>
  )
}
