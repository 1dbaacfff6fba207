import { ChevronLeft, ChevronRight } from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import { Button } from './controls'
import { useUiTexts } from './texts'

export interface Column<R> {
  key: string
  head: string
  cell: (row: R) => ComponentChildren
  /** Numbers stand at the right, so that they compare. */
  align?: 'end'
  /** Left out on a phone. */
  minor?: boolean
  width?: string
}

/** A table that becomes a list of cards on a phone. The first column is the row's name. */
export function Table<R>({
  label,
  columns,
  rows,
  keyOf,
  dense = false,
}: {
  label: string
  columns: readonly Column<R>[]
  rows: readonly R[]
  keyOf: (row: R) => string
  dense?: boolean
}) {
  return (
    <div class="table-scroll" role="region" aria-label={label} tabIndex={0}>
      <table class={`table ${dense ? 'table-dense' : ''}`}>
        <caption class="unseen">{label}</caption>
        <thead>
          <tr>
            {columns.map(column => (
              <th key={column.key} scope="col" class={classOf(column)} style={column.width ? { width: column.width } : undefined}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={keyOf(row)}>
              {columns.map((column, i) =>
                i === 0 ? (
                  <th key={column.key} scope="row" class={classOf(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.key} class={classOf(column)} data-head={column.head}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const classOf = <R,>(column: Column<R>): string => `${column.align === 'end' ? 'end number' : ''} ${column.minor ? 'minor' : ''}`.trim()

/** Pages by the server's own marks: a list of a million rows is never held here. */
export function Pager({ next, trail, onChange }: { next: string | null | undefined; trail: readonly string[]; onChange: (trail: string[]) => void }) {
  const t = useUiTexts()
  if (!next && trail.length === 0) return null
  return (
    <nav class="pager" aria-label={t.page(String(trail.length + 1))}>
      <Button size="s" icon={<ChevronLeft size={16} />} disabled={trail.length === 0} onClick={() => onChange(trail.slice(0, -1))}>
        {t.previous}
      </Button>
      <span class="soft small number">{t.page(String(trail.length + 1))}</span>
      <Button size="s" disabled={!next} onClick={() => next && onChange([...trail, next])}>
        {t.next}
        <ChevronRight size={16} aria-hidden="true" />
      </Button>
    </nav>
  )
}
