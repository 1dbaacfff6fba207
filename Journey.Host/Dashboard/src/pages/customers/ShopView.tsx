import { count, money } from '../../format/numbers'
import type { TimelineEvent } from '../../api/types'
import { Badge, Fact, Facts, Figure, Figures, Panel } from '../../ui/layout'
import { Channel } from '../../ui/channel'
import { Moment } from '../../ui/moment'
import type { Profile } from './Customer'
import { saysOf } from './EventList'
import { cartTone } from '../carts/tones'
import { ConsentBadge, stateText } from './Side'
import { useCustomerTexts } from './texts'

const open = new Set(['active', 'abandoned', 'checking out'])

/** What an assistant needs to know before saying good morning, on a phone. */
export function ShopView({ profile, events }: { profile: Profile; events: TimelineEvent[] }) {
  const t = useCustomerTexts()
  const known = profile.profile
  const cart = profile.carts.find(candidate => open.has(candidate.state ?? ''))
  const viewed = [...new Set(events.filter(event => event.name === 'Product Viewed').map(event => saysOf(event).split(' · ')[0]!))]
    .filter(Boolean)
    .slice(0, 3)
  const tasks = events.filter(event => event.name === 'Task Requested').slice(0, 2)
  const complaint = events.find(event => /complain|return|refund/i.test(event.name))
  return (
    <div class="shop-card">
      <Panel title={t.shopCart} actions={cart && <Badge tone={cartTone[cart.state ?? ''] ?? 'plain'}>{stateText(t.states, cart.state ?? '')}</Badge>}>
        {cart ? (
          <div class="stack-s">
            <p class="shop-big">{cart.products.join(', ')}</p>
            <p class="number">
              {cart.total !== null && money(cart.total, cart.currency)}{' '}
              <span class="soft small">
                <Moment at={cart.activeAt} style="ago" />
              </span>
            </p>
          </div>
        ) : (
          <p class="shop-big soft">{t.shopNothing}</p>
        )}
      </Panel>
      {viewed.length > 0 && (
        <Panel title={t.shopLast}>
          <p class="shop-big">{viewed.join(', ')}</p>
        </Panel>
      )}
      {known && (
        <Figures>
          <Figure
            label={t.lifetime}
            value={known.lifetimeValue === null ? '–' : money(known.lifetimeValue, known.currency, 0)}
            note={
              <>
                {count(known.orders)} {t.orders.toLowerCase()}
              </>
            }
          />
          <Figure
            label={t.lastOrder}
            value={known.lastOrderAt ? <Moment at={known.lastOrderAt} style="ago" /> : '–'}
            note={known.preferredChannel && <Channel name={known.preferredChannel} />}
          />
        </Figures>
      )}
      <Panel title={t.shopTalk}>
        <Facts>
          {known && (
            <Fact name={t.shopSince}>
              <Moment at={known.firstSeenAt} style="ago" />
            </Fact>
          )}
          {known && known.segments.length > 0 && (
            <Fact name={t.vip}>
              <span class="row">
                {known.segments.map(name => (
                  <Badge key={name} tone="accent">
                    {name}
                  </Badge>
                ))}
              </span>
            </Fact>
          )}
          <Fact name={t.shopConsent}>
            <ConsentBadge state={known?.emailConsent ?? ''} />
          </Fact>
          {complaint && (
            <Fact name={complaint.name}>
              {saysOf(complaint)}{' '}
              <span class="soft small">
                <Moment at={complaint.occurredAt} style="ago" />
              </span>
            </Fact>
          )}
          {tasks.map(task => (
            <Fact key={task.position} name={t.shopTask}>
              {String(task.content.properties?.['team'] ?? '')}{' '}
              <span class="soft small">
                <Moment at={task.occurredAt} style="ago" />
              </span>
            </Fact>
          ))}
        </Facts>
      </Panel>
    </div>
  )
}
