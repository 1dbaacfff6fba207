import type { UseQueryResult } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import type { ApiError } from '../../api/http'
import { useNow } from '../../api/live'
import type { Page, TimelineEvent } from '../../api/types'
import { useChoice } from '../../shell/address'
import { Button, Segmented } from '../../ui/controls'
import { Panel } from '../../ui/layout'
import { Empty, Reading } from '../../ui/states'
import type { Profile } from './Customer'
import { EventList } from './EventList'
import { Lanes } from './Lanes'
import { useCustomerTexts } from './texts'

const day = 86_400_000
const zooms = { day, week: 7 * day, month: 31 * day, all: 0 } as const
const atOnce = 25

type Only = 'all' | 'acts' | 'engine'

/** The customer's events: in lanes to see, in a list to read. */
export function TimelinePanel({ of, profile, asOf }: { of: UseQueryResult<Page<TimelineEvent>, ApiError>; profile: Profile; asOf: string }) {
  const t = useCustomerTexts()
  const now = useNow()
  const [zoom, setZoom] = useChoice('zoom', 'month')
  const [only, setOnly] = useChoice('events', 'all')
  const [picked, pick] = useState<number | null>(null)
  const [shown, show] = useState(atOnce)
  const end = asOf ? Date.parse(asOf) : now
  return (
    <Panel
      title={t.timeline}
      note={t.timelineNote}
      actions={
        <Segmented
          label={t.timeline}
          value={zoom as keyof typeof zooms}
          onChange={setZoom}
          choices={(Object.keys(zooms) as (keyof typeof zooms)[]).map(value => ({ value, label: t.zooms[value] }))}
        />
      }
    >
      <Reading of={of} lines={8} isEmpty={page => page.items.length === 0} empty={<Empty />}>
        {page => {
          const told = page.items.filter(event => event.kind !== 'time')
          const length =
            zooms[zoom as keyof typeof zooms] || Math.max(day, end - Date.parse(told.at(-1)?.occurredAt ?? new Date(end - day).toISOString()))
          const list = told.filter(event => only === 'all' || (only === 'engine') === isEngine(event))
          const at = list.findIndex(event => event.position === picked)
          return (
            <div class="stack">
              <Lanes
                events={told}
                profile={profile}
                from={end - length * 1.02}
                to={end + length * 0.01}
                picked={picked}
                onPick={position => pick(position === picked ? null : position)}
              />
              <div class="row row-apart">
                <h3>{t.newest}</h3>
                <Segmented
                  label={t.events2}
                  value={only as Only}
                  onChange={setOnly}
                  choices={[
                    { value: 'all', label: t.filterAll },
                    { value: 'acts', label: t.filterActs },
                    { value: 'engine', label: t.filterEngine },
                  ]}
                />
              </div>
              <EventList events={list.slice(0, Math.max(shown, at + 1))} picked={picked} />
              {list.length > Math.max(shown, at + 1) && <Button onClick={() => show(shown + atOnce * 2)}>{t.more}</Button>}
            </div>
          )
        }}
      </Reading>
    </Panel>
  )
}

export const isEngine = (event: TimelineEvent): boolean => event.kind !== 'interaction' && event.kind !== 'identity'
