import { Server } from 'lucide-preact'
import { useGet } from '../../api/queries'
import type { HostsReport } from '../../api/types'
import { count } from '../../format/numbers'
import { useShellTexts } from '../../shell/texts'
import { Badge, Figure, Figures, PageHead, Panel } from '../../ui/layout'
import { Moment } from '../../ui/moment'
import { Empty, Reading } from '../../ui/states'
import { Table } from '../../ui/table'
import { useHostTexts } from './texts'
import './hosts.css'

type Host = HostsReport['hosts'][number]
type Lease = HostsReport['partitions'][number]

/** Which hosts work on the store, and what each of them holds. */
export function Hosts() {
  const t = useHostTexts()
  const shell = useShellTexts()
  const report = useGet<HostsReport>('/v1/hosts', { every: 2_000 })
  return (
    <>
      <PageHead title={shell.pages.hosts} lead={t.lead} />
      <Reading
        of={report}
        lines={8}
        isEmpty={({ shared }) => !shared}
        empty={
          <Panel>
            <Empty title={t.alone} icon={<Server size={22} />}>
              {t.aloneText}
            </Empty>
          </Panel>
        }
      >
        {({ hosts, partitions }) => (
          <>
            <Totals hosts={hosts} partitions={partitions} />
            <Panel title={t.hosts} note={t.hostsNote} flush>
              <HostTable hosts={hosts} />
            </Panel>
            <Panel title={t.partitions} note={t.partitionsNote} flush>
              <PartitionTable partitions={partitions} />
            </Panel>
          </>
        )}
      </Reading>
    </>
  )
}

function Totals({ hosts, partitions }: { hosts: Host[]; partitions: Lease[] }) {
  const t = useHostTexts()
  const silent = hosts.filter(host => !host.alive).length
  const free = partitions.filter(lease => lease.host === null).length
  const last = partitions.reduce<Lease | null>((furthest, lease) => (furthest === null || lease.lag > furthest.lag ? lease : furthest), null)
  return (
    <Figures>
      <Figure
        label={t.living}
        value={count(hosts.length - silent)}
        note={silent > 0 ? t.silent(count(silent)) : t.noneSilent}
        tone={silent > 0 ? 'warn' : 'plain'}
      />
      <Figure
        label={t.held}
        value={t.of(count(partitions.length - free), count(partitions.length))}
        note={free > 0 ? t.heldSome(count(free)) : t.heldAll}
        tone={free > 0 ? 'bad' : 'plain'}
      />
      <Figure
        label={t.behind}
        value={count(last?.lag ?? 0)}
        note={last && last.lag > 0 ? t.behindPartition(String(last.partition)) : undefined}
        tone={last && last.lag > 10_000 ? 'warn' : 'plain'}
      />
    </Figures>
  )
}

function HostTable({ hosts }: { hosts: Host[] }) {
  const t = useHostTexts()
  return (
    <Table<Host>
      label={t.hosts}
      rows={hosts}
      keyOf={row => row.host}
      columns={[
        {
          key: 'host',
          head: t.host,
          cell: row => (
            <span class="host-name" translate={false}>
              {row.host}
              {row.url && (
                <a class="small" href={row.url}>
                  {row.url}
                </a>
              )}
            </span>
          ),
        },
        { key: 'state', head: t.state, cell: row => <Badge tone={row.alive ? 'good' : 'bad'}>{row.alive ? t.lives : t.isSilent}</Badge> },
        { key: 'version', head: t.version, cell: row => <span translate={false}>{row.version}</span> },
        { key: 'since', head: t.since, cell: row => <Moment at={row.startedAt} /> },
        { key: 'beat', head: t.beat, cell: row => <Moment at={row.seenAt} style="ago" /> },
        { key: 'roles', head: t.roles, cell: row => (row.roles.length === 0 ? <span class="soft">–</span> : <Roles roles={row.roles} />) },
        { key: 'partitions', head: t.share, align: 'end', cell: row => count(row.partitions) },
      ]}
    />
  )
}

function Roles({ roles }: { roles: string[] }) {
  const t = useHostTexts()
  return (
    <span class="row host-roles">
      {roles.map(role => (
        // A rebuilder is one for each version that folds: its name ends in that version.
        <Badge key={role} tone="accent" title={role}>
          {role.startsWith('rebuilder') ? t.roleNames.rebuilder : role === 'dispatcher' ? t.roleNames.dispatcher : role}
        </Badge>
      ))}
    </span>
  )
}

function PartitionTable({ partitions }: { partitions: Lease[] }) {
  const t = useHostTexts()
  return (
    <div class="partitions">
      <Table<Lease>
        label={t.partitions}
        dense
        rows={partitions}
        keyOf={row => String(row.partition)}
        columns={[
          { key: 'partition', head: t.partition, cell: row => <span class="number">{row.partition}</span> },
          {
            key: 'host',
            head: t.holder,
            cell: row => (row.host ? <span translate={false}>{row.host}</span> : <Badge tone="warn">{t.nobody}</Badge>),
          },
          { key: 'token', head: t.token, align: 'end', minor: true, cell: row => count(row.token) },
          { key: 'position', head: t.position, align: 'end', minor: true, cell: row => count(row.position) },
          { key: 'lag', head: t.lag, align: 'end', cell: row => count(row.lag) },
        ]}
      />
    </div>
  )
}
