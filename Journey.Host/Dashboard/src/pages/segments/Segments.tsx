import { ArrowLeft } from 'lucide-preact'
import { Link, useParams } from 'wouter-preact'
import { address, segment } from '../../api/http'
import { useGet } from '../../api/queries'
import type { Page } from '../../api/types'
import { Chart } from '../../charts/Chart'
import { calm, dayAxis } from '../../charts/styles'
import { count } from '../../format/numbers'
import { dayText } from '../../format/times'
import { useTrail } from '../../shell/address'
import { useShellTexts } from '../../shell/texts'
import { Figure, Figures, PageHead, Panel } from '../../ui/layout'
import { Moment } from '../../ui/moment'
import { Empty, Failed, Loading, Reading } from '../../ui/states'
import { Pager, Table } from '../../ui/table'
import { Draft, PublishedDraft } from './Draft'
import { useSegmentTexts } from './texts'
import './segments.css'

interface Summary {
  name: string
  where: string
  size: number
  description?: string | null
}

interface Detail extends Summary {
  sizes?: { day: string; size: number; entered: number; left: number }[]
}

interface Member {
  customer?: string
  id?: string
  enteredAt?: string
}

const membersShown = 25

const example = `segment: big-spenders
description: Who bought for more than 500.
where: customer.lifetimeValue > 500.0
`

export function Segments() {
  const { name } = useParams<{ name?: string }>()
  return name ? <One name={name} /> : <All />
}

function All() {
  const t = useSegmentTexts()
  const shell = useShellTexts()
  const segments = useGet<Page<Summary>>('/v1/segments', { every: 5_000 })
  return (
    <>
      <PageHead title={shell.pages.segments} lead={t.lead} />
      <Panel title={t.list} flush>
        <Reading of={segments} lines={5} isEmpty={page => page.items.length === 0} empty={<Empty title={t.none}>{t.noneText}</Empty>}>
          {page => (
            <Table
              label={t.list}
              rows={page.items}
              keyOf={row => row.name}
              columns={[
                { key: 'name', head: t.name, cell: row => <Link href={`/segments/${row.name}`}>{row.name}</Link> },
                { key: 'where', head: t.where, cell: row => <code>{row.where}</code> },
                { key: 'size', head: t.size, align: 'end', cell: row => count(row.size) },
              ]}
            />
          )}
        </Reading>
      </Panel>
      <Draft kind="segment" text={example} title={t.define} />
    </>
  )
}

function One({ name }: { name: string }) {
  const t = useSegmentTexts()
  const path = `/v1/segments/${segment(name)}`
  const detail = useGet<Detail>(path, { every: 10_000 })
  const [trail, after, turn] = useTrail()
  const members = useGet<Page<Member | string>>(address(`${path}/customers`, { limit: membersShown, after }))
  const back = (
    <Link href="/segments" class="back-link">
      <ArrowLeft size={14} aria-hidden="true" />
      {t.back}
    </Link>
  )
  if (!detail.data) {
    return (
      <>
        <PageHead title={name} before={back} />
        {detail.error?.isNotFound ? <Empty title={t.missing} /> : detail.error ? <Failed error={detail.error} /> : <Loading lines={6} />}
      </>
    )
  }

  const { sizes = [], size } = detail.data
  return (
    <>
      <PageHead title={name} before={back} lead={detail.data.description ?? undefined} />
      <Figures>
        <Figure label={t.size} value={count(size)} />
        <Figure label={t.entered} value={count(sizes.at(-1)?.entered ?? 0)} note={sizes.at(-1) && dayText(Date.parse(sizes.at(-1)!.day))} />
        <Figure label={t.left} value={count(sizes.at(-1)?.left ?? 0)} note={sizes.at(-1) && dayText(Date.parse(sizes.at(-1)!.day))} />
      </Figures>
      <div class="segment-columns">
        <div class="stack">
          <Panel title={t.sizes}>
            <Chart
              label={t.sizesLabel}
              height={220}
              of={[sizes.length, sizes.at(-1)?.size]}
              option={ink => ({
                ...calm(ink, count),
                xAxis: dayAxis(
                  ink,
                  sizes.map(row => row.day),
                ) as object,
                series: [
                  {
                    name: t.size,
                    type: 'line',
                    symbol: 'circle',
                    showSymbol: sizes.length < 3,
                    data: sizes.map(row => row.size),
                    itemStyle: { color: ink('--accent') },
                    lineStyle: { width: 2 },
                    areaStyle: { opacity: 0.14 },
                  },
                ],
              })}
              table={
                <Table
                  label={t.sizes}
                  dense
                  rows={sizes}
                  keyOf={row => row.day}
                  columns={[
                    { key: 'day', head: t.day, cell: row => dayText(Date.parse(row.day)) },
                    { key: 'size', head: t.size, align: 'end', cell: row => count(row.size) },
                    { key: 'entered', head: t.entered, align: 'end', cell: row => count(row.entered) },
                    { key: 'left', head: t.left, align: 'end', cell: row => count(row.left) },
                  ]}
                />
              }
            />
          </Panel>
          <PublishedDraft key={name} kind="segment" name={name} title={t.change(name)} />
        </div>
        <Panel title={t.members} flush>
          <Reading of={members} lines={6} isEmpty={page => page.items.length === 0} empty={<Empty />}>
            {page => (
              <>
                <Table<Member | string>
                  label={t.members}
                  dense
                  rows={page.items}
                  keyOf={idOf}
                  columns={[
                    {
                      key: 'customer',
                      head: t.customer,
                      cell: row => (
                        <Link class="mono" href={`/customers/${idOf(row)}`}>
                          {idOf(row)}
                        </Link>
                      ),
                    },
                    { key: 'since', head: t.since, align: 'end', cell: row => <Moment at={typeof row === 'string' ? null : row.enteredAt} /> },
                  ]}
                />
                <Pager next={page.next} trail={trail} onChange={turn} />
              </>
            )}
          </Reading>
        </Panel>
      </div>
    </>
  )
}

const idOf = (row: Member | string): string => (typeof row === 'string' ? row : (row.customer ?? row.id ?? ''))
