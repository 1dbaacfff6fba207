import { CircleCheck, TriangleAlert } from 'lucide-preact'
import { Link } from 'wouter-preact'
import type { CartStats } from '../../api/contract'
import { useNow, useOverview } from '../../api/live'
import { useLatency } from '../../api/metrics'
import { address } from '../../api/http'
import { useGet } from '../../api/queries'
import type { JourneySummary, Overview as OverviewNow } from '../../api/types'
import { count, decimal, monies, percent, perSecond } from '../../format/numbers'
import { duration, shortTime } from '../../format/times'
import { useShellTexts } from '../../shell/texts'
import { Badge, Figure, Figures, PageHead, Panel } from '../../ui/layout'
import { Empty, Reading } from '../../ui/states'
import { Table } from '../../ui/table'
import { FunnelOfDay } from './FunnelOfDay'
import { JustNow } from './JustNow'
import { RatePanel } from './RatePanel'
import { useOverviewTexts } from './texts'
import './overview.css'

export function Overview() {
  const t = useOverviewTexts()
  const shell = useShellTexts()
  const live = useOverview()
  const read = useGet<OverviewNow>('/v1/overview')
  const now = useNow()
  return (
    <>
      <PageHead title={shell.pages.overview} lead={live ? t.lead(shortTime(Date.parse(live.at), now)) : ' '}>
        {(live ?? read.data) && <Health of={(live ?? read.data)!} />}
      </PageHead>
      {live ? (
        <Content overview={live} />
      ) : (
        <Reading of={read} lines={8}>
          {overview => <Content overview={overview} />}
        </Reading>
      )}
    </>
  )
}

function Health({ of }: { of: OverviewNow }) {
  const t = useOverviewTexts()
  const faults = of.health.filter(check => !check.ok)
  return faults.length === 0 ? (
    <Badge tone="good">
      <CircleCheck size={14} aria-hidden="true" />
      {t.well}
    </Badge>
  ) : (
    <Badge tone="bad">
      <TriangleAlert size={14} aria-hidden="true" />
      {t.unwell(count(faults.length))}
    </Badge>
  )
}

function Content({ overview }: { overview: OverviewNow }) {
  const t = useOverviewTexts()
  const faults = overview.health.filter(check => !check.ok)
  return (
    <>
      {faults.length > 0 && (
        <Panel title={t.unwellTitle} class="unwell">
          <ul class="stack-s">
            {faults.map(fault => (
              <li key={fault.name}>
                <strong>{fault.name}</strong>: {fault.detail}
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <FiguresNow overview={overview} />
      <div class="overview-two">
        <RatePanel />
        <JustNow />
      </div>
      <div class="overview-two">
        <JourneysNow />
        <div class="overview-stack">
          <FunnelOfDay overview={overview} />
          <OpenCarts overview={overview} />
        </div>
      </div>
    </>
  )
}

function FiguresNow({ overview }: { overview: OverviewNow }) {
  const t = useOverviewTexts()
  const latency = useLatency()
  const day = overview.at.slice(0, 10)
  const stats = useGet<CartStats>(address('/v1/carts/stats', { from: `${day}T00:00:00Z` }), { every: 10_000 })
  const abandoned = overview.carts.find(carts => carts.state === 'abandoned')
  const { journeys, cartTotals } = overview
  const today = stats.data?.days.filter(row => row.day.startsWith(day)) ?? []
  const recoveredToday = today.reduce((sum, row) => sum + row.recovered, 0)
  return (
    <Figures four>
      <Figure label={t.events} value={decimal(overview.rates.total)} unit="/s" note={t.eventsNote(perSecond(overview.rates.decisions))} />
      <Figure
        label={t.latency}
        value={latency ? duration(latency.median) : '–'}
        note={latency ? t.latencyNote(duration(latency.p95)) : t.latencyNone}
      />
      <Figure
        label={t.lag}
        value={count(overview.lag)}
        unit={t.lagUnit}
        tone={overview.lag > 10_000 ? 'warn' : 'plain'}
        note={overview.queue > 0 ? t.lagNote(count(overview.queue)) : overview.lag > 0 ? t.lagSome : t.lagNone}
      />
      <Figure label={t.runs} value={count(journeys.active)} note={t.runsNote(count(journeys.goals))} />
      <Figure
        label={t.atRisk}
        value={monies(abandoned?.value)}
        tone="warn"
        note={t.atRiskNote(`${count(abandoned?.count ?? 0)}${abandoned?.atLeast ? '+' : ''}`)}
      />
      {stats.data ? (
        <Figure
          label={t.recovered}
          value={monies(sumOf(today.flatMap(row => row.recoveredValue)))}
          tone="good"
          note={t.recoveredNote(count(recoveredToday), percent(stats.data.recoveryRate ?? 0))}
        />
      ) : (
        <Figure label={t.recoveredTotal} value={count(cartTotals.recovered)} tone="good" note={t.recoveredTotalNote} />
      )}
      <Figure label={t.sent} value={count(journeys.sent)} note={t.sentNote(count(journeys.suppressed))} />
      <Figure label={t.tasks} value={count(journeys.tasks)} note={t.tasksNote} />
    </Figures>
  )
}

/** What lies in carts now, by state; each leads to its list. */
function OpenCarts({ overview }: { overview: OverviewNow }) {
  const t = useOverviewTexts()
  return (
    <Panel title={t.openCarts}>
      <ul class="open-carts">
        {overview.carts.map(carts => (
          <li key={carts.state} class="row row-apart">
            <Link href={`/carts?view=list&state=${encodeURIComponent(carts.state)}`}>
              {t.states[carts.state as keyof typeof t.states] ?? carts.state}
            </Link>
            <span class="number">
              {monies(carts.value)} <span class="soft small">{t.inCarts(`${count(carts.count)}${carts.atLeast ? '+' : ''}`)}</span>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** Sums by currency. */
export function sumOf(monies: { currency: string; amount: number | string }[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { currency, amount } of monies) sums[currency] = (sums[currency] ?? 0) + Number(amount)
  return sums
}

function JourneysNow() {
  const t = useOverviewTexts()
  const journeys = useGet<JourneySummary[]>('/v1/journeys', { every: 3_000 })
  return (
    <Panel title={t.journeys} note={t.journeysNote} flush>
      <Reading of={journeys} lines={6} isEmpty={list => list.length === 0} empty={<Empty title={t.none} />}>
        {list => (
          <Table
            label={t.journeys}
            dense
            rows={list.toSorted((a, b) => b.counts.active - a.counts.active).slice(0, 8)}
            keyOf={row => row.name}
            columns={[
              {
                key: 'name',
                head: t.name,
                cell: row => (
                  <>
                    <Link href={`/journeys/${row.name}`}>{row.name}</Link> {row.status === 'paused' && <Badge tone="warn">{t.paused}</Badge>}
                  </>
                ),
              },
              { key: 'active', head: t.active, align: 'end', cell: row => count(row.counts.active) },
              { key: 'requested', head: t.requested, align: 'end', minor: true, cell: row => count(row.counts.requested) },
              { key: 'withheld', head: t.withheld, align: 'end', minor: true, cell: row => count(row.counts.suppressed) },
              { key: 'goals', head: t.goals, align: 'end', cell: row => count(row.counts.goals) },
            ]}
          />
        )}
      </Reading>
    </Panel>
  )
}
