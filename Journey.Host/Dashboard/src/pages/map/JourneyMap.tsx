import { Radio } from 'lucide-preact'
import { useMemo } from 'preact/hooks'
import { address } from '../../api/http'
import { useNow } from '../../api/live'
import { useGet } from '../../api/queries'
import { count } from '../../format/numbers'
import { duration } from '../../format/times'
import { useChoices } from '../../shell/address'
import { useShellTexts } from '../../shell/texts'
import { Button, Segmented, Select, TextField } from '../../ui/controls'
import { Figure, Figures, PageHead, Panel } from '../../ui/layout'
import { Empty, Reading } from '../../ui/states'
import { ArcDialog, type Picked } from './ArcDialog'
import { dotOf } from './dot'
import { Graph } from './Graph'
import { MapTables } from './MapTables'
import { focus, queryOf, type Activity, type Arc, type Highlight, type MapAnswer, type View } from './model'
import { useMapTexts } from './texts'
import { VariantsPanel, Way } from './VariantsPanel'
import './map.css'

const channels = ['web', 'app', 'email', 'store', 'call-center', 'social', 'chat', 'kiosk']
const activitiesAtFirst = 12
const arcsAtFirst = 35
const everyLive = 3_000

export function JourneyMap() {
  const t = useMapTexts()
  const shell = useShellTexts()
  const now = useNow()
  const [all, change] = useChoices()
  const choice = (name: string, otherwise = ''): string => all.get(name) ?? otherwise
  const view: View = {
    case: choice('case', 'customer') as View['case'],
    activity: choice('activity', 'name') as View['activity'],
    channel: choice('channel'),
    segment: choice('segment'),
    period: choice('period', 'all'),
    view: choice('view', 'arrival'),
    asOf: choice('asOf'),
  }
  const isLive = choice('live') === 'on'
  const map = useGet<MapAnswer>(address('/v1/maps', queryOf(view, now)), { every: isLive ? everyLive : false })
  return (
    <>
      <PageHead title={shell.pages.map} lead={t.lead}>
        <Button
          icon={<Radio size={16} />}
          aria-pressed={isLive}
          kind={isLive ? 'main' : 'plain'}
          onClick={() => change({ live: isLive ? '' : 'on' })}
        >
          {t.live}
        </Button>
      </PageHead>
      <Filters view={view} change={change} />
      <Reading of={map} lines={10} isEmpty={answer => answer.activities.length === 0} empty={<Empty title={t.none}>{t.noneText}</Empty>}>
        {answer => <Drawn map={answer} view={view} />}
      </Reading>
      <VariantsPanel view={view} />
    </>
  )
}

function Filters({ view, change }: { view: View; change: (changes: Record<string, string>) => void }) {
  const t = useMapTexts()
  const segments = useGet<{ items: { name: string }[] }>('/v1/segments')
  const set =
    (name: string, otherwise = '') =>
    (value: string) =>
      change({ [name]: value === otherwise ? '' : value })
  return (
    <div class="map-filters">
      <Select
        label={t.caseLabel}
        value={view.case}
        onChange={set('case', 'customer')}
        choices={(['customer', 'session'] as const).map(value => ({ value, label: t.cases[value] }))}
      />
      <Select
        label={t.activityLabel}
        value={view.activity}
        onChange={set('activity', 'name')}
        choices={(['name', 'channel', 'name-channel'] as const).map(value => ({ value, label: t.activities[value] }))}
      />
      <Select
        label={t.channel}
        value={view.channel}
        onChange={set('channel')}
        choices={[{ value: '', label: t.allChannels }, ...channels.map(value => ({ value, label: value }))]}
      />
      <Select
        label={t.segment}
        value={view.segment}
        onChange={set('segment')}
        choices={[{ value: '', label: t.allSegments }, ...(segments.data?.items ?? []).map(({ name }) => ({ value: name, label: name }))]}
      />
      <Select
        label={t.period}
        value={view.period}
        onChange={set('period', 'all')}
        choices={(['all', '7', '30', '90'] as const).map(value => ({ value, label: t.periods[value] }))}
      />
      <Select
        label={t.order}
        value={view.view}
        onChange={set('view', 'arrival')}
        choices={(['arrival', 'occurrence'] as const).map(value => ({ value, label: t.orders[value] }))}
      />
      <TextField label={t.asOf} type="datetime-local" value={view.asOf} onText={set('asOf')} />
    </div>
  )
}

function Drawn({ map, view }: { map: MapAnswer; view: View }) {
  const t = useMapTexts()
  const [all, change] = useChoices()
  const most = map.activities.length
  const activities = Math.min(most, Number(all.get('activities') ?? activitiesAtFirst))
  const arcs = Number(all.get('arcs') ?? arcsAtFirst)
  const show = (all.get('show') ?? 'count') as 'count' | 'time'
  const highlight = (all.get('highlight') ?? 'none') as Highlight
  const shown = useMemo(() => focus(map, activities, arcs / 100), [map, activities, arcs])
  const dot = useMemo(() => dotOf({ map, ...shown, show, highlight, startWord: t.start, endWord: t.end }), [map, shown, show, highlight, t])
  const asked = all.get('picked') ?? ''
  const picked = useMemo(() => find(asked, shown), [asked, shown])
  // What is looked at is in the address: it can be sent to somebody, and back closes it.
  const pick = (next: Picked | null): void =>
    change({ picked: next ? (next.arc ? `${next.arc.from}${between}${next.arc.to}` : next.activity!.name) : '' }, { replace: false })
  const onPick = (id: string): void => {
    const i = Number(id.slice(1))
    if (id.startsWith('e')) pick({ id, arc: shown.edges[i]! })
    else if (/^n\d/.test(id)) pick({ id, activity: shown.activities[i]! })
  }
  return (
    <>
      <Totals map={map} />
      <Panel title={t.graph}>
        <div class="map-controls">
          <label class="slider">
            <span>{t.activityDetail(count(activities), count(most))}</span>
            <input
              type="range"
              min={2}
              max={Math.max(2, most)}
              value={activities}
              onInput={event => change({ activities: event.currentTarget.value })}
            />
          </label>
          <label class="slider">
            <span>{t.arcDetail(`${arcs}%`)}</span>
            <input type="range" min={1} max={100} value={arcs} onInput={event => change({ arcs: event.currentTarget.value })} />
          </label>
          <Segmented
            label={t.show}
            value={show}
            onChange={value => change({ show: value === 'count' ? '' : value })}
            choices={(['count', 'time'] as const).map(value => ({ value, label: t.shows[value] }))}
          />
          <Segmented
            label={t.highlight}
            value={highlight}
            onChange={value => change({ highlight: value === 'none' ? '' : value })}
            choices={(['none', 'happy', 'rework'] as const).map(value => ({ value, label: t.highlights[value] }))}
          />
        </div>
        {highlight === 'happy' && (
          <p class="happy-path">
            <span class="soft">{t.happyPath}</span>
            {map.happyPath?.length ? <Way names={map.happyPath} /> : <span>{t.happyNone}</span>}
          </p>
        )}
        <Graph
          dot={dot}
          label={t.graphLabel(count(shown.activities.length), count(shown.edges.length))}
          words={t}
          name="journey-map"
          picked={picked?.id ?? null}
          onPick={onPick}
        />
      </Panel>
      <MapTables activities={shown.activities} edges={shown.edges} onPick={pick} />
      <ArcDialog picked={picked} view={view} onClose={() => pick(null)} />
    </>
  )
}

const between = ' → '

/** What the address names, where the map still has it. */
function find(asked: string, shown: { activities: Activity[]; edges: Arc[] }): Picked | null {
  const arc = shown.edges.findIndex(candidate => `${candidate.from}${between}${candidate.to}` === asked)
  if (arc >= 0) return { id: `e${arc}`, arc: shown.edges[arc]! }
  const activity = shown.activities.findIndex(candidate => candidate.name === asked)
  return activity >= 0 ? { id: `n${activity}`, activity: shown.activities[activity]! } : null
}

function Totals({ map }: { map: MapAnswer }) {
  const t = useMapTexts()
  const mean = map.throughput?.meanSeconds ?? map.meanThroughputSeconds
  return (
    <Figures>
      <Figure label={t.total.cases} value={count(map.cases)} />
      <Figure label={t.total.events} value={count(map.events)} />
      <Figure
        label={t.total.median}
        value={duration(map.throughput?.medianSeconds ?? mean)}
        note={map.throughput?.medianSeconds != null ? t.total.medianNote : mean != null ? t.total.mean(duration(mean)) : undefined}
      />
    </Figures>
  )
}
