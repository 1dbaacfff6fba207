import { Link } from 'wouter-preact'
import type { PoisonDetail, PoisonEvent } from '../../api/contract'
import { useGet } from '../../api/queries'
import { count } from '../../format/numbers'
import { Channel } from '../../ui/channel'
import { Dialog } from '../../ui/dialog'
import { Fact, Facts } from '../../ui/layout'
import { Moment } from '../../ui/moment'
import { Reading } from '../../ui/states'
import { useProjectionTexts } from './texts'

/** One event that a fold can't take, as it was recorded: what to decide by. */
export function PoisonDialog({ event, onClose }: { event: PoisonEvent | null; onClose: () => void }) {
  const t = useProjectionTexts()
  const shown = useGet<PoisonDetail>(event ? `/v1/poison/${event.position}` : null, { keep: false })
  return (
    <Dialog title={event?.name ?? ''} open={event !== null} onClose={onClose} kind="wide">
      <Reading of={shown} lines={6}>
        {detail => (
          <div class="stack">
            <p class="state-bad">{detail.reason}</p>
            <Facts>
              <Fact name={t.position}>{count(detail.position)}</Fact>
              <Fact name={t.customer}>
                <Link href={`/customers/${detail.customer}`}>{detail.customer}</Link>
              </Fact>
              <Fact name={t.source}>
                {detail.source} <span class="mono small soft">{detail.id}</span>
              </Fact>
              <Fact name={t.channel}>
                <Channel name={detail.channel} />
              </Fact>
              <Fact name={t.occurred}>
                <Moment at={detail.occurredAt} style="exact" />
              </Fact>
            </Facts>
            <h3>{detail.payload === null ? t.bytes : t.payload}</h3>
            <pre class="poison-payload" tabIndex={0} aria-label={detail.payload === null ? t.bytes : t.payload}>
              {detail.payload === null ? detail.payloadBase64 : JSON.stringify(detail.payload, null, 2)}
            </pre>
          </div>
        )}
      </Reading>
    </Dialog>
  )
}
