import { Link } from 'wouter-preact'
import { useNames, wordsFor } from '../../i18n/names'
import { count, money, monies } from '../../format/numbers'
import { useChoices } from '../../shell/address'
import { Channel } from '../../ui/channel'
import { Button } from '../../ui/controls'
import { Badge, Fact, Facts, Panel } from '../../ui/layout'
import { Moment } from '../../ui/moment'
import { Empty } from '../../ui/states'
import type { Profile } from './Customer'
import { cartTone } from '../carts/tones'
import { IdentitiesPanel } from './IdentitiesPanel'
import { useCustomerTexts } from './texts'

/** Who the customer is, beside what they did. */
export function Side({ profile, asOf }: { profile: Profile; asOf: string }) {
  return (
    <div class="customer-side">
      <CartPanel profile={profile} />
      <ProfilePanel profile={profile} />
      <ConsentPanel profile={profile} />
      <RunsPanel profile={profile} />
      {!asOf && <IdentitiesPanel id={profile.id} />}
      <TraitsPanel profile={profile} />
      <SessionsPanel profile={profile} />
    </div>
  )
}

function CartPanel({ profile }: { profile: Profile }) {
  const t = useCustomerTexts()
  const cart = profile.carts[0]
  return (
    <Panel title={t.cartNow} actions={cart?.state && <Badge tone={cartTone[cart.state] ?? 'plain'}>{stateText(t.states, cart.state)}</Badge>}>
      {!cart ? (
        <p class="soft">{t.cartNone}</p>
      ) : (
        <div class="stack-s">
          <p class="shop-big number">
            {cart.total === null ? '–' : money(cart.total, cart.currency)}{' '}
            <span class="soft small">{t.cartItems(count(cart.quantity ?? cart.items))}</span>
          </p>
          <p>{cart.products.join(', ')}</p>
          <p class="soft small">
            {cart.abandonedAt && !cart.closedAt ? (
              <>
                {t.left} <Moment at={cart.abandonedAt} style="ago" />
              </>
            ) : (
              <Moment at={cart.activeAt} style="ago" />
            )}
          </p>
        </div>
      )}
    </Panel>
  )
}

export const stateText = (texts: Record<string, string>, state: string): string => texts[state] ?? state

function ProfilePanel({ profile }: { profile: Profile }) {
  const t = useCustomerTexts()
  const known = profile.profile
  if (!known) return null
  const reach = [known.hasEmail && 'email', known.hasPhone && 'sms', known.hasPush && 'push'].filter(Boolean) as string[]
  const scores = profile.scores
  return (
    <Panel title={t.profile}>
      <Facts>
        {known.email && <Fact name={t.email}>{known.email}</Fact>}
        {known.country && <Fact name={t.country}>{known.country}</Fact>}
        <Fact name={t.firstSeen}>
          <Moment at={known.firstSeenAt} />
        </Fact>
        <Fact name={t.lastSeen}>
          <Moment at={known.lastSeenAt} />
        </Fact>
        <Fact name={t.channels}>
          <span class="row channel-row">
            {known.channels.map(name => (
              <Channel key={name} name={name} />
            ))}
          </span>
        </Fact>
        {known.preferredChannel && (
          <Fact name={t.preferred}>
            <Channel name={known.preferredChannel} />
          </Fact>
        )}
        <Fact name={t.has}>
          {reach.length > 0 ? (
            <span class="row channel-row">
              {reach.map(name => (
                <Channel key={name} name={name} />
              ))}
            </span>
          ) : (
            t.none2
          )}
        </Fact>
        <Fact name={t.lifetime}>
          <span class="number">
            {profile.lifetime?.revenue.length
              ? monies(profile.lifetime.revenue, 2)
              : known.lifetimeValue === null
                ? '–'
                : money(known.lifetimeValue, known.currency)}
          </span>
        </Fact>
        <Fact name={t.orders}>
          <span class="number">{count(known.orders)}</span>
          {known.lastOrderAt && (
            <span class="soft small">
              {' '}
              · <Moment at={known.lastOrderAt} style="ago" />
            </span>
          )}
        </Fact>
        <Fact name={t.events}>
          <span class="number">{count(known.events)}</span>
        </Fact>
        {scores?.nps !== null && scores?.nps !== undefined && <Fact name={t.nps}>{scores.nps}</Fact>}
        {scores?.csat !== null && scores?.csat !== undefined && <Fact name={t.csat}>{scores.csat}</Fact>}
      </Facts>
    </Panel>
  )
}

function ConsentPanel({ profile }: { profile: Profile }) {
  const t = useCustomerTexts()
  const all =
    profile.consent ?? (profile.profile?.emailConsent ? [{ channel: 'email', purpose: '', state: profile.profile.emailConsent, at: '' }] : [])
  return (
    <Panel title={t.consent}>
      {all.length === 0 ? (
        <p class="soft">{t.consentNone}</p>
      ) : (
        <ul class="plain-list">
          {all.map(consent => (
            <li key={`${consent.channel} ${consent.purpose}`} class="plain-line row row-apart">
              <span class="row">
                <Channel name={consent.channel} />
                <span class="soft small">{consent.purpose}</span>
              </span>
              <span class="row">
                <ConsentBadge state={consent.state} />
                {consent.at && (
                  <span class="soft small">
                    <Moment at={consent.at} />
                  </span>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

export function ConsentBadge({ state }: { state: string }) {
  const t = useCustomerTexts()
  return (
    <Badge tone={state === 'granted' ? 'good' : state === 'revoked' ? 'bad' : 'plain'}>
      {state === 'granted' ? t.granted : state === 'revoked' ? t.revoked : t.unknown}
    </Badge>
  )
}

function RunsPanel({ profile }: { profile: Profile }) {
  const t = useCustomerTexts()
  const names = useNames()
  const [, change] = useChoices()
  return (
    <Panel title={t.runsTitle}>
      {profile.runs.length === 0 ? (
        <p class="soft">{t.runsNone}</p>
      ) : (
        <ul class="run-list">
          {profile.runs.slice(0, 8).map(run => (
            <li key={run.id} class="run-line">
              <span class="row row-apart">
                <Link href={`/journeys/${run.journey ?? ''}`}>{run.journey}</Link>
                <span class="row">
                  {run.goalAt && <Badge tone="good">{t.goal}</Badge>}
                  {run.holdout && <Badge>{t.holdout}</Badge>}
                  <Badge tone={run.endedAt ? 'plain' : 'accent'}>
                    <span translate={false}>{run.endedAt ? wordsFor(names.reasons, run.exitReason) : run.step}</span>
                  </Badge>
                </span>
              </span>
              <span class="row row-apart soft small">
                <span>
                  {run.endedAt ? (
                    <>
                      {t.ended} <Moment at={run.endedAt} />
                    </>
                  ) : run.waitingUntil ? (
                    <>
                      {t.waits} <Moment at={run.waitingUntil} />
                    </>
                  ) : (
                    <>
                      {t.entered} <Moment at={run.enteredAt} />
                    </>
                  )}
                </span>
                <Button
                  kind="quiet"
                  size="s"
                  onClick={() => {
                    change({ why: run.journey ?? '' })
                    document.getElementById('why')?.scrollIntoView({ behavior: 'smooth' })
                  }}
                >
                  {t.why}
                </Button>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function TraitsPanel({ profile }: { profile: Profile }) {
  const t = useCustomerTexts()
  if (!profile.traits?.length) return null
  return (
    <Panel title={t.traits}>
      <Facts>
        {profile.traits.map(trait => (
          <Fact key={trait.name} name={trait.name}>
            <span translate={false}>{typeof trait.value === 'string' ? trait.value : JSON.stringify(trait.value)}</span>
            <span class="soft small">
              {' '}
              · {t.from} {trait.source}, <Moment at={trait.at} />
            </span>
          </Fact>
        ))}
      </Facts>
    </Panel>
  )
}

function SessionsPanel({ profile }: { profile: Profile }) {
  const t = useCustomerTexts()
  return (
    <Panel title={t.sessions}>
      {profile.sessions.length === 0 ? (
        <Empty title={t.sessionsNone} />
      ) : (
        <ul class="plain-list">
          {profile.sessions.slice(0, 6).map(session => (
            <li key={session.id} class="plain-line row row-apart">
              <span class="row channel-row">
                {session.channels.map(name => (
                  <Channel key={name} name={name} />
                ))}
              </span>
              <span class="soft small">
                <span class="number">{count(session.events)}</span> {t.events.toLowerCase()} · <Moment at={session.startedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
