import { Link } from 'wouter-preact'
import { address } from '../../api/http'
import { useNow } from '../../api/live'
import { useGet } from '../../api/queries'
import type { CustomerSummary } from '../../api/types'
import { count } from '../../format/numbers'
import { duration } from '../../format/times'
import { Dialog } from '../../ui/dialog'
import { Figure, Figures } from '../../ui/layout'
import { Empty, Reading } from '../../ui/states'
import { queryOf, type Activity, type Arc, type View } from './model'
import { useMapTexts } from './texts'

/** What was clicked, with its id in the drawing. */
export interface Picked {
  id: string
  arc?: Arc
  activity?: Activity
}

type OnArc = CustomerSummary | string | { customer: string; name?: string | null }

/** An arc's figures, and the customers on it. */
export function ArcDialog({ picked, view, onClose }: { picked: Picked | null; view: View; onClose: () => void }) {
  const t = useMapTexts()
  const arc = picked?.arc
  const activity = picked?.activity
  return (
    <Dialog title={arc ? t.arc(arc.from, arc.to) : (activity?.name ?? '')} open={picked !== null} onClose={onClose}>
      <div class="stack">
        {arc && (
          <Figures>
            <Figure label={t.times} value={count(arc.count)} />
            <Figure label={t.traces} value={count(arc.cases)} />
            <Figure
              label={t.medianTime}
              value={duration(arc.medianSeconds)}
              note={arc.p95Seconds != null ? `${t.p95}: ${duration(arc.p95Seconds)}` : undefined}
            />
          </Figures>
        )}
        {activity && (
          <Figures>
            <Figure label={t.times} value={count(activity.count)} />
            <Figure label={t.traces} value={count(activity.cases)} />
            {activity.rework !== undefined && <Figure label={t.rework} value={count(activity.rework)} />}
          </Figures>
        )}
        {arc && <CustomersOn arc={arc} view={view} />}
      </div>
    </Dialog>
  )
}

function CustomersOn({ arc, view }: { arc: Arc; view: View }) {
  const t = useMapTexts()
  const now = useNow()
  const found = useGet<{ items: OnArc[] }>(address('/v1/maps/customers', { ...queryOf(view, now), from_: arc.from, to_: arc.to, limit: 50 }), {
    keep: false,
  })
  return (
    <section class="stack-s">
      <h3>{t.customersOn}</h3>
      <Reading of={found} lines={4} isEmpty={page => page.items.length === 0} empty={<Empty />}>
        {page => (
          <ul class="plain-rows">
            {page.items.map(item => {
              const id = typeof item === 'string' ? item : 'customer' in item ? item.customer : item.id
              const name = typeof item === 'string' ? item : (item.name ?? id)
              return (
                <li key={id}>
                  <Link href={`/customers/${id}`}>{name}</Link>
                </li>
              )
            })}
          </ul>
        )}
      </Reading>
    </section>
  )
}
