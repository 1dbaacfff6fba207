import { count } from '../../format/numbers'
import { duration } from '../../format/times'
import { Panel } from '../../ui/layout'
import { Table } from '../../ui/table'
import type { Picked } from './ArcDialog'
import type { Activity, Arc } from './model'
import { useMapTexts } from './texts'

/** The same as the drawing, to read: also what a keyboard drills from. */
export function MapTables({ activities, edges, onPick }: { activities: Activity[]; edges: Arc[]; onPick: (picked: Picked) => void }) {
  const t = useMapTexts()
  return (
    <details class="map-tables">
      <summary>{t.tables}</summary>
      <div class="columns">
        <Panel title={t.activityList} flush>
          <Table
            label={t.activityList}
            dense
            rows={activities}
            keyOf={row => row.name}
            columns={[
              {
                key: 'name',
                head: t.activity,
                cell: row => (
                  <button
                    type="button"
                    class="link-button"
                    translate={false}
                    onClick={() => onPick({ id: `n${activities.indexOf(row)}`, activity: row })}
                  >
                    {row.name}
                  </button>
                ),
              },
              { key: 'count', head: t.times, align: 'end', cell: row => count(row.count) },
              { key: 'cases', head: t.traces, align: 'end', cell: row => count(row.cases) },
              { key: 'rework', head: t.rework, align: 'end', cell: row => (row.rework === undefined ? '–' : count(row.rework)) },
            ]}
          />
        </Panel>
        <Panel title={t.arcs} flush>
          <Table
            label={t.arcs}
            dense
            rows={edges}
            keyOf={row => `${row.from} ${row.to}`}
            columns={[
              {
                key: 'arc',
                head: t.arcs,
                cell: row => (
                  <button type="button" class="link-button" translate={false} onClick={() => onPick({ id: `e${edges.indexOf(row)}`, arc: row })}>
                    {t.arc(row.from, row.to)}
                  </button>
                ),
              },
              { key: 'count', head: t.times, align: 'end', cell: row => count(row.count) },
              { key: 'median', head: t.medianTime, align: 'end', cell: row => duration(row.medianSeconds) },
            ]}
          />
        </Panel>
      </div>
    </details>
  )
}
