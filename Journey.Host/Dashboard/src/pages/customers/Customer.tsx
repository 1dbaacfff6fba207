import { ArrowLeft, Download, Store, Trash2 } from 'lucide-preact'
import { useState } from 'preact/hooks'
import { Link, useParams } from 'wouter-preact'
import type { ProfileMore } from '../../api/contract'
import { address, segment } from '../../api/http'
import { useGet } from '../../api/queries'
import type { CustomerProfile, Page, TimelineEvent } from '../../api/types'
import { useChoice } from '../../shell/address'
import { Button } from '../../ui/controls'
import { Badge, PageHead } from '../../ui/layout'
import { Moment } from '../../ui/moment'
import { Empty, Failed, Loading, Reading } from '../../ui/states'
import { Initials } from './Customers'
import { EraseDialog } from './EraseDialog'
import { ShopView } from './ShopView'
import { Side } from './Side'
import { TimelinePanel } from './TimelinePanel'
import { TimeTravel } from './TimeTravel'
import { useCustomerTexts } from './texts'
import { Why } from './Why'
import './customers.css'

export type Profile = CustomerProfile & ProfileMore

const shownEvents = 500

/** One customer, now or at a moment. */
export function Customer() {
  const t = useCustomerTexts()
  const { id = '' } = useParams<{ id: string }>()
  const path = `/v1/customers/${segment(id)}`
  const [asOf, setAsOf] = useChoice('asOf')
  const [view, setView] = useChoice('view')
  const now = useGet<Profile>(path, { every: asOf ? false : 4_000 })
  const then = useGet<Profile>(asOf ? address(path, { asOf }) : null)
  // An older server knows the past of the timeline only.
  const asOfUnknown = then.error?.status === 400
  const shown = asOf && !asOfUnknown ? then : now
  const first = useGet<Page<TimelineEvent>>(address(`${path}/timeline`, { order: 'oldest', limit: 1 }))
  const timeline = useGet<Page<TimelineEvent>>(address(`${path}/timeline`, { order: 'newest', limit: shownEvents, asOf }), {
    every: asOf ? false : 4_000,
  })

  if (!now.data) {
    return (
      <>
        <PageHead title={id} before={<BackLink />} />
        {now.error?.isNotFound ? (
          <Empty title={t.missing}>{t.missingText}</Empty>
        ) : now.error ? (
          <Failed error={now.error} again={() => void now.refetch()} />
        ) : (
          <Loading lines={8} />
        )}
      </>
    )
  }

  return (
    <>
      <Head profile={now.data} view={view} onView={setView} />
      <TimeTravel from={first.data?.items[0]?.receivedAt ?? now.data.profile?.firstSeenAt ?? null} asOf={asOf} onChange={setAsOf} />
      {asOfUnknown && (
        <p class="soft small" role="status">
          {t.timeUnavailable}
        </p>
      )}
      {asOf && then.error?.isNotFound ? (
        <Empty title={t.timeBefore} />
      ) : (
        <Reading of={shown} lines={8}>
          {profile =>
            view === 'shop' ? (
              <ShopView profile={profile} events={timeline.data?.items ?? []} />
            ) : (
              <div class="customer-grid">
                <div class="stack customer-main">
                  <TimelinePanel of={timeline} profile={profile} asOf={asOf} />
                  <Why id={now.data!.id} profile={profile} asOf={asOf} />
                </div>
                <Side profile={profile} asOf={asOf} />
              </div>
            )
          }
        </Reading>
      )}
    </>
  )
}

function BackLink() {
  const t = useCustomerTexts()
  return (
    <Link href="/customers" class="back-link">
      <ArrowLeft size={14} aria-hidden="true" />
      {t.back}
    </Link>
  )
}

function Head({ profile, view, onView }: { profile: Profile; view: string; onView: (view: string) => void }) {
  const t = useCustomerTexts()
  const [erasing, setErasing] = useState(false)
  const known = profile.profile
  const name = known?.name ?? known?.email ?? t.anonymous
  return (
    <PageHead
      title={name}
      before={<BackLink />}
      lead={
        known ? (
          <span class="row">
            <Initials name={known.name} />
            {known.segments.map(of => (
              <Badge key={of} tone={of === 'vip' ? 'accent' : 'plain'}>
                {of}
              </Badge>
            ))}
            <span class="soft small">
              {t.lastSeen} <Moment at={known.lastSeenAt} style="ago" />
            </span>
          </span>
        ) : (
          t.notFolded
        )
      }
    >
      <Button icon={<Store size={16} />} aria-pressed={view === 'shop'} onClick={() => onView(view === 'shop' ? '' : 'shop')}>
        {view === 'shop' ? t.fullPage : t.forShop}
      </Button>
      {view !== 'shop' && (
        <>
          <a class="button button-plain" href={`/v1/customers/${segment(profile.id)}/export`} download={`${profile.id}.json`} title={t.exportText}>
            <Download size={16} aria-hidden="true" />
            {t.exportIt}
          </a>
          <Button kind="danger" icon={<Trash2 size={16} />} onClick={() => setErasing(true)}>
            {t.erase}
          </Button>
        </>
      )}
      <EraseDialog id={profile.id} open={erasing} onClose={() => setErasing(false)} />
    </PageHead>
  )
}
