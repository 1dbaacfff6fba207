import type { EChartsOption } from 'echarts'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useTheme } from '../shell/theme'
import { useLanguage } from '../i18n/language'
import { useUiTexts } from '../ui/texts'

/** The colours of the page, as a canvas needs them. */
export type Ink = (token: string) => string

interface ChartProps {
  /** What the chart shows, in one sentence: read out in its place. */
  label: string
  height?: number
  /** Drawn anew when one of these changes. */
  of: readonly unknown[]
  option: (ink: Ink) => EChartsOption
  /** The same as a table, for whoever can't see the chart, or wants the figures. */
  table: ComponentChildren
  legend?: ComponentChildren
  onPick?: (name: string, series: string) => void
}

/** A chart that is fetched when it is first looked at, with the same figures as text. */
export function Chart({ label, height = 240, of, option, table, legend, onPick }: ChartProps) {
  const t = useUiTexts()
  const language = useLanguage()
  const { dark } = useTheme()
  const place = useRef<HTMLDivElement>(null)
  const drawn = useRef<import('./drawing').Drawing | null>(null)
  const pick = useRef(onPick)
  pick.current = onPick
  const [asTable, setAsTable] = useState(false)

  useEffect(() => {
    const element = place.current
    if (!element || asTable) return
    let gone = false
    void import('./drawing').then(({ draw }) => {
      if (gone) return
      drawn.current ??= draw(element, (name, series) => pick.current?.(name, series))
      drawn.current.show(option(inkOf(element)))
    })
    return () => {
      gone = true
    }
  }, [...of, dark, language, asTable])

  useEffect(
    () => () => {
      drawn.current?.end()
      drawn.current = null
    },
    [asTable],
  )

  return (
    <figure class="chart">
      {legend && !asTable && <div class="legend">{legend}</div>}
      {asTable ? table : <div ref={place} class="chart-canvas" role="img" aria-label={label} style={{ height: `${height}px` }} />}
      <div class="chart-foot">
        <button type="button" class="text-button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? t.asChart : t.asTable}
        </button>
      </div>
    </figure>
  )
}

/** Reads a colour where it is used: what is chosen for light or dark is settled there. */
function inkOf(element: HTMLElement): Ink {
  const probe = document.createElement('span')
  probe.hidden = true
  element.append(probe)
  const known = new Map<string, string>()
  queueMicrotask(() => probe.remove())
  return token => {
    let colour = known.get(token)
    if (!colour) {
      probe.style.color = token.startsWith('var(') ? token : `var(${token})`
      known.set(token, (colour = getComputedStyle(probe).color))
    }
    return colour
  }
}
