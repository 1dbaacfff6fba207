import { useMemo } from 'preact/hooks'
import { Link } from 'wouter-preact'
import type { JourneyResults } from '../../api/contract'
import { address, segment } from '../../api/http'
import { useGet } from '../../api/queries'
import type { JourneyDetail } from '../../api/types'
import { compact, count, percent } from '../../format/numbers'
import { useChoice } from '../../shell/address'
import { Dialog } from '../../ui/dialog'
import { Figure, Figures, Panel } from '../../ui/layout'
import { Moment } from '../../ui/moment'
import { Empty, Reading, Unavailable } from '../../ui/states'
import { Table } from '../../ui/table'
import { Graph } from '../map/Graph'
import '../map/map.css'
import { ResultsPanels } from './ResultsPanels'
import { useJourneyTexts } from './texts'

export interface Step {
  id: string
  kind: string
  says?: string
  next?: { when: string; to: string | null }[]
}

/** The journey as it is drawn, with who is where, and what comes of it. */
export function FlowView({ detail }: { detail: JourneyDetail }) {
  const t = useJourneyTexts()
  const { journey } = detail
  const steps = detail.steps as Step[]
  const results = useGet<JourneyResults>(`/v1/journeys/${segment(journey.name)}/results`, { every: 5_000 })
  const [asked, ask] = useChoice('step', '', { replace: false })
  const step = asked || null
  const pick = (id: string | null): void => ask(id ?? '')
  const waiting = new Map((results.data?.steps ?? []).map(row => [row.step, row]))
  const key = JSON.stringify([steps, [...waiting.values()]])
  const dot = useMemo(() => dotOf(steps, id => waiting.get(id)?.waiting ?? 0, t.start, t.end), [key, t])
  return (
    <>
      <Numbers detail={detail} results={results.data} />
      <Panel title={t.flow} note={t.flowNote}>
        <Graph
          dot={dot}
          label={t.flowLabel(count(steps.length))}
          words={t.words}
          name={journey.name}
          height={640}
          onPick={id => pick(steps[Number(id.slice(1))]?.id ?? null)}
        />
      </Panel>
      <Panel title={t.steps} flush>
        <Table
          label={t.steps}
          dense
          rows={steps}
          keyOf={row => row.id}
          columns={[
            { key: 'step', head: t.step, cell: row => <span translate={false}>{row.id}</span> },
            { key: 'kind', head: t.kind, cell: row => <span translate={false}>{row.kind}</span> },
            { key: 'says', head: t.says, minor: true, cell: row => <span translate={false}>{row.says ?? ''}</span> },
            { key: 'since', head: t.since, minor: true, cell: row => <Moment at={waiting.get(row.id)?.oldestSince} style="ago" /> },
            {
              key: 'waiting',
              head: t.waiting,
              align: 'end',
              cell: row => (
                <button type="button" class="link-button" onClick={() => pick(row.id)}>
                  {count(waiting.get(row.id)?.waiting ?? 0)}
                  <span class="unseen">
                    {' '}
                    {t.people}: {row.id}
                  </span>
                </button>
              ),
            },
          ]}
        />
      </Panel>
      {results.data && <ResultsPanels results={results.data} />}
      <PeopleDialog journey={journey.name} step={step} onClose={() => pick(null)} />
    </>
  )
}

function Numbers({ detail, results }: { detail: JourneyDetail; results: JourneyResults | undefined }) {
  const t = useJourneyTexts()
  const { counts } = detail.journey
  const lift = results?.goals?.lift
  const signed = (value: number): string => `${value > 0 ? '+' : ''}${percent(value)}`
  return (
    <Figures four>
      <Figure
        label={t.active}
        value={count(results?.active ?? counts.active)}
        note={`${count(results?.entered ?? counts.entered)} ${t.entered.toLowerCase()}`}
      />
      <Figure label={t.conversion} value={counts.entered > 0 ? percent(Math.min(1, counts.goals / counts.entered)) : '–'} note={t.ofEntered} />
      <Figure
        label={t.lift}
        value={lift?.value != null ? signed(lift.value) : '–'}
        tone={lift?.low != null && lift.low > 0 ? 'good' : 'plain'}
        note={lift?.low != null && lift.high != null ? t.liftNote(signed(lift.low), signed(lift.high)) : t.liftNone}
      />
      <Figure
        label={t.sent}
        value={count(counts.sent)}
        note={`${count(counts.suppressed)} ${t.withheld.toLowerCase()}, ${count(counts.tasks)} ${t.tasks.toLowerCase()}`}
      />
    </Figures>
  )
}

interface CustomerRun {
  customer: string
  run: { id: string; enteredAt: string | null; waitingUntil: string | null }
}

function PeopleDialog({ journey, step, onClose }: { journey: string; step: string | null; onClose: () => void }) {
  const t = useJourneyTexts()
  const runs = useGet<{ items: CustomerRun[] }>(step ? address('/v1/runs', { journey, step, state: 'active', limit: 50 }) : null, { keep: false })
  return (
    <Dialog title={t.peopleAt(step ?? '')} open={step !== null} onClose={onClose}>
      {runs.error?.isUnavailable ? (
        <Unavailable />
      ) : (
        <Reading of={runs} lines={4} isEmpty={page => page.items.length === 0} empty={<Empty />}>
          {page => (
            <ul class="plain-rows">
              {page.items.map(({ customer, run }) => (
                <li key={run.id} class="row row-apart">
                  <Link href={`/customers/${customer}`}>{customer}</Link>
                  <span class="soft small">
                    <Moment at={run.waitingUntil ?? run.enteredAt} />
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Reading>
      )}
    </Dialog>
  )
}

const quoted = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
const longest = 34
const cut = (value: string): string => (value.length > longest ? `${value.slice(0, longest - 1)}…` : value)

/** Steps and their ways on, in Graphviz' language. */
function dotOf(steps: Step[], waitingAt: (id: string) => number, start: string, end: string): string {
  const place = new Map(steps.map((step, i) => [step.id, i]))
  const to = (id: string | null): string => (id === null ? 'finish' : `n${place.get(id) ?? ''}`)
  const lines = [
    'digraph {',
    'graph [rankdir=TB, nodesep=0.4, ranksep=0.45, bgcolor="transparent", margin=0]',
    'node [shape=box, style="filled,rounded", fontname="Helvetica", fontsize=13, margin="0.18,0.1", penwidth=1]',
    'edge [fontname="Helvetica", fontsize=11.5, arrowsize=0.65]',
    `start [label=${quoted(start)}, shape=ellipse, class="map-end"]`,
    `finish [label=${quoted(end)}, shape=ellipse, class="map-end"]`,
  ]
  steps.forEach((step, i) => {
    const waiting = waitingAt(step.id)
    const label = [step.id, cut(step.says ? `${step.kind} · ${step.says}` : step.kind), waiting > 0 ? `● ${compact(waiting)}` : '']
      .filter(Boolean)
      .join('\n')
    lines.push(`n${i} [label=${quoted(label)}, id="n${i}", class="map-node flow-${step.kind}${waiting > 0 ? ' flow-here' : ''}"]`)
  })
  lines.push(steps.length > 0 ? 'start -> n0 [class="map-arc"]' : 'start -> finish [class="map-arc"]')
  steps.forEach((step, i) => {
    const ways = step.next ?? (steps[i + 1] ? [{ when: '', to: steps[i + 1]!.id }] : [{ when: '', to: null }])
    for (const way of ways) lines.push(`n${i} -> ${to(way.to)} [label=${quoted(way.when ? ` ${cut(way.when)} ` : '')}, class="map-arc"]`)
    if (step.kind === 'exit') lines.push(`n${i} -> finish [style=dashed, class="map-arc map-outer"]`)
  })
  lines.push('}')
  return lines.join('\n')
}
