import { useQuery } from '@tanstack/preact-query'
import { address, getText, segment, type ApiError } from '../../api/http'
import { useGet } from '../../api/queries'
import type { DocumentDiff, DocumentVersion } from '../../api/types'
import { count } from '../../format/numbers'
import { useChoices } from '../../shell/address'
import { Button, Select } from '../../ui/controls'
import { Badge, Panel } from '../../ui/layout'
import { Moment } from '../../ui/moment'
import { Reading } from '../../ui/states'
import { Table } from '../../ui/table'
import { useJourneyTexts } from './texts'

/** Every version, and the difference of any two. */
export function Versions({ name }: { name: string }) {
  const t = useJourneyTexts()
  const [all, change] = useChoices()
  const path = `/v1/journeys/${segment(name)}`
  const versions = useGet<DocumentVersion[]>(`${path}/versions`)
  return (
    <Reading of={versions} lines={6}>
      {list => {
        const newest = list.at(-1)?.version ?? 1
        const to = Number(all.get('to') ?? newest)
        const from = Number(all.get('from') ?? Math.max(1, to - 1))
        const choices = list.map(({ version }) => ({ value: String(version), label: `${t.version} ${version}` })).reverse()
        return (
          <>
            <Panel title={t.views.versions} flush>
              <Table
                label={t.views.versions}
                rows={list.toReversed()}
                keyOf={row => String(row.version)}
                columns={[
                  {
                    key: 'version',
                    head: t.version,
                    cell: row => (
                      <span class="row">
                        {t.version} {row.version}
                        {row.status && (
                          <Badge tone={row.status === 'active' ? 'good' : 'warn'}>
                            {t.statuses[row.status as keyof typeof t.statuses] ?? row.status}
                          </Badge>
                        )}
                      </span>
                    ),
                  },
                  { key: 'at', head: t.published, cell: row => <Moment at={row.publishedAt} /> },
                  { key: 'file', head: t.file, minor: true, cell: row => row.file.split(/[\\/]/).at(-1) },
                  { key: 'runs', head: t.runsUnderWay, align: 'end', cell: row => (row.runsUnderWay === null ? '–' : count(row.runsUnderWay)) },
                  {
                    key: 'diff',
                    head: '',
                    align: 'end',
                    cell: row =>
                      row.version > 1 && (
                        <Button size="s" onClick={() => change({ from: String(row.version - 1), to: String(row.version) }, { replace: false })}>
                          {t.compare}
                        </Button>
                      ),
                  },
                ]}
              />
            </Panel>
            {list.length === 1 ? (
              <Panel title={t.text} note={t.onlyVersion}>
                <Text path={path} version={newest} />
              </Panel>
            ) : (
              <Panel
                title={t.diff}
                note={t.diffOf(String(from), String(to))}
                actions={
                  <>
                    <Select label={t.compareFrom} value={String(from)} choices={choices} onChange={value => change({ from: value })} />
                    <Select label={t.compareTo} value={String(to)} choices={choices} onChange={value => change({ to: value })} />
                  </>
                }
              >
                <Diff path={path} from={from} to={to} />
              </Panel>
            )}
          </>
        )
      }}
    </Reading>
  )
}

function Text({ path, version }: { path: string; version: number }) {
  const t = useJourneyTexts()
  const text = useQuery<string, ApiError>({
    queryKey: [`${path}/versions/${version}`],
    queryFn: ({ signal }) => getText(`${path}/versions/${version}`, signal),
  })
  return (
    <Reading of={text} lines={8}>
      {answer => (
        <pre class="diff" tabIndex={0} aria-label={t.text}>
          {answer.split('\n').map((line, i) => (
            <span key={i}>
              {line}
              {'\n'}
            </span>
          ))}
        </pre>
      )}
    </Reading>
  )
}

function Diff({ path, from, to }: { path: string; from: number; to: number }) {
  const t = useJourneyTexts()
  const diff = useGet<DocumentDiff>(address(`${path}/diff`, { from, to }))
  return (
    <Reading of={diff} lines={6}>
      {answer =>
        answer.diff.length === 0 ? (
          <p class="soft">{t.same}</p>
        ) : (
          <div class="stack-s">
            <p class="soft small">{t.diffCounts(count(answer.added), count(answer.removed))}</p>
            <pre class="diff" tabIndex={0} aria-label={t.diff}>
              {answer.diff.slice(2).map((line, i) => (
                <span
                  key={i}
                  class={line.startsWith('+') ? 'diff-more' : line.startsWith('-') ? 'diff-less' : line.startsWith('@@') ? 'diff-place' : undefined}
                >
                  {line}
                  {'\n'}
                </span>
              ))}
            </pre>
          </div>
        )
      }
    </Reading>
  )
}
