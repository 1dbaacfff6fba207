import { RefreshCcw } from 'lucide-preact'
import { useState } from 'preact/hooks'
import { segment, sendJson } from '../../api/http'
import { readAgain, useGet } from '../../api/queries'
import type { ProjectionsReport } from '../../api/types'
import { count, perSecond } from '../../format/numbers'
import { useShellTexts } from '../../shell/texts'
import { Button } from '../../ui/controls'
import { Dialog } from '../../ui/dialog'
import { Badge, Figure, Figures, PageHead, Panel } from '../../ui/layout'
import { Reading } from '../../ui/states'
import { Table } from '../../ui/table'
import { useUiTexts } from '../../ui/texts'
import { say, sayFault } from '../../ui/toasts'
import { Poison } from './Poison'
import { Rebuilds } from './Rebuilds'
import { useProjectionTexts } from './texts'
import './projections.css'

type Consumer = ProjectionsReport['consumers'][number] & { rate?: number | null; generation?: number | null }

export function Projections() {
  const t = useProjectionTexts()
  const shell = useShellTexts()
  const [rebuilding, rebuild] = useState<string | null>(null)
  const report = useGet<ProjectionsReport>('/v1/projections', { every: 2_000 })
  return (
    <>
      <PageHead title={shell.pages.projections} lead={t.lead}>
        <Button icon={<RefreshCcw size={16} />} onClick={() => rebuild('all')}>
          {t.rebuildAll}
        </Button>
      </PageHead>
      <Reading of={report} lines={8}>
        {({ head, consumers, readModels }) => (
          <>
            <Totals head={head} consumers={consumers} />
            <Rebuilds />
            <Panel title={t.consumers} note={t.consumersNote} flush>
              <ConsumerTable consumers={consumers} />
            </Panel>
            <Poison />
            <Panel title={t.models} note={t.modelsNote} flush>
              <Table
                label={t.models}
                rows={byProjection(readModels)}
                keyOf={row => row.projection}
                columns={[
                  { key: 'projection', head: t.projection, cell: row => <span translate={false}>{row.projection}</span> },
                  {
                    key: 'tables',
                    head: t.model,
                    cell: row => (
                      <ul class="model-tables">
                        {row.tables.map(table => (
                          <li key={table.table}>
                            <code>{table.table}</code> <span class="soft small">{table.description}</span>
                          </li>
                        ))}
                      </ul>
                    ),
                  },
                  { key: 'generation', head: t.generation, align: 'end', minor: true, cell: row => row.tables[0]?.generation ?? '–' },
                  {
                    key: 'rebuild',
                    head: '',
                    align: 'end',
                    cell: row => (
                      <Button size="s" aria-label={`${t.rebuild}: ${row.projection}`} onClick={() => rebuild(row.projection)}>
                        {t.rebuild}
                      </Button>
                    ),
                  },
                ]}
              />
            </Panel>
          </>
        )}
      </Reading>
      <RebuildDialog name={rebuilding} onClose={() => rebuild(null)} />
    </>
  )
}

type ReadModel = ProjectionsReport['readModels'][number]

/** What is built again together, in the server's own order. */
function byProjection(models: ReadModel[]): { projection: string; tables: ReadModel[] }[] {
  const found = new Map<string, ReadModel[]>()
  for (const model of models) found.set(model.projection, [...(found.get(model.projection) ?? []), model])
  return [...found].map(([projection, tables]) => ({ projection, tables }))
}

function Totals({ head, consumers }: { head: number; consumers: Consumer[] }) {
  const t = useProjectionTexts()
  const lag = Math.max(0, ...consumers.map(consumer => consumer.lag))
  const stopped = consumers.filter(consumer => consumer.fault).length
  return (
    <Figures>
      <Figure label={t.head} value={count(head)} note={t.headNote} />
      <Figure label={t.lag} value={count(lag)} note={consumers.find(consumer => consumer.lag === lag)?.name} tone={lag > 10_000 ? 'warn' : 'plain'} />
      <Figure label={t.stopped} value={count(stopped)} tone={stopped > 0 ? 'bad' : 'plain'} note={stopped > 0 ? t.stoppedSome : t.stoppedNone} />
    </Figures>
  )
}

function ConsumerTable({ consumers }: { consumers: Consumer[] }) {
  const t = useProjectionTexts()
  return (
    <Table<Consumer>
      label={t.consumers}
      rows={consumers}
      keyOf={row => `${row.name}/${row.partition}`}
      columns={[
        { key: 'name', head: t.consumer, cell: row => row.name },
        { key: 'partition', head: t.partition, cell: row => row.partition ?? t.allPartitions },
        { key: 'checkpoint', head: t.checkpoint, align: 'end', cell: row => count(row.position) },
        { key: 'lag', head: t.lagHead, align: 'end', cell: row => count(row.lag) },
        {
          key: 'rate',
          head: t.rate,
          align: 'end',
          minor: true,
          cell: row => (row.rate === undefined || row.rate === null ? '–' : perSecond(row.rate)),
        },
        { key: 'generation', head: t.generation, align: 'end', minor: true, cell: row => row.generation ?? '–' },
        {
          key: 'state',
          head: t.state,
          cell: row =>
            row.fault ? (
              <Badge tone="bad" title={row.fault.reason}>
                {t.stands}
              </Badge>
            ) : (
              <Badge tone="good">{t.goes}</Badge>
            ),
        },
      ]}
    />
  )
}

function RebuildDialog({ name, onClose }: { name: string | null; onClose: () => void }) {
  const t = useProjectionTexts()
  const ui = useUiTexts()
  const [busy, setBusy] = useState(false)
  const start = async (): Promise<void> => {
    setBusy(true)
    try {
      await sendJson('POST', `/v1/projections/${segment(name!)}/rebuild`)
      say(t.started)
      onClose()
      await readAgain('/v1/')
    } catch (fault) {
      sayFault(fault)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={t.rebuildTitle(name === 'all' ? t.all : (name ?? ''))}
      open={name !== null}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{ui.cancel}</Button>
          <Button kind="main" busy={busy} onClick={() => void start()}>
            {t.rebuild}
          </Button>
        </>
      }
    >
      <p>{t.rebuildText}</p>
    </Dialog>
  )
}
