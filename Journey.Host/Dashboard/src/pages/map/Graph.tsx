import { Maximize, ZoomIn, ZoomOut } from 'lucide-preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { IconButton } from '../../ui/controls'
import { Loading } from '../../ui/states'
import { save, type Format } from './saving'

const smallest = 0.72

let graphviz: Promise<import('@hpcc-js/wasm-graphviz').Graphviz> | null = null

/** The layout comes as WebAssembly when the first map is opened. */
function layout(dot: string): Promise<string> {
  graphviz ??= import('@hpcc-js/wasm-graphviz').then(({ Graphviz }) => Graphviz.load())
  return graphviz.then(engine => engine.layout(dot, 'svg', 'dot'))
}

interface GraphProps {
  dot: string
  label: string
  words: { zoomIn: string; zoomOut: string; fit: string; save: string }
  height?: number
  name: string
  /** The ids of what was clicked, as the dot text gave them. */
  onPick: (id: string) => void
  picked?: string | null
  formats?: readonly Format[]
}

/** A graph laid out by Graphviz: dragged, zoomed, clicked and saved. What it shows must be there as text too. */
export function Graph({ dot, label, words, height = 860, name, onPick, picked = null, formats = ['svg', 'png'] }: GraphProps) {
  const place = useRef<HTMLDivElement>(null)
  const [svg, setSvg] = useState<string | null>(null)
  const [zoom, setZoom] = useState(1)

  useEffect(() => {
    let gone = false
    void layout(dot).then(drawn => {
      if (!gone) setSvg(drawn.slice(drawn.indexOf('<svg')).replaceAll(/<title>[^<]*<\/title>/g, ''))
    })
    return () => {
      gone = true
    }
  }, [dot])

  useEffect(() => {
    const element = place.current?.querySelector('svg')
    if (!element) return
    const box = element.viewBox.baseVal
    // Never so small that it can't be read: what doesn't fit is scrolled, or dragged.
    const fit = Math.min(1.15, Math.max(smallest, (place.current!.clientWidth - 26) / box.width), Math.max(smallest, (height - 80) / box.height))
    element.setAttribute('width', String(box.width * fit * zoom))
    element.setAttribute('height', String(box.height * fit * zoom))
    element.setAttribute('aria-hidden', 'true')
  }, [svg, zoom])

  useEffect(() => {
    for (const element of place.current?.querySelectorAll('[data-picked]') ?? []) element.removeAttribute('data-picked')
    if (picked) place.current?.querySelector(`#${picked}`)?.setAttribute('data-picked', '')
  }, [picked, svg])

  useDragging(place)

  return (
    <div class="graph">
      <div class="graph-tools">
        <IconButton label={words.zoomIn} onClick={() => setZoom(Math.min(6, zoom * 1.3))}>
          <ZoomIn size={17} aria-hidden="true" />
        </IconButton>
        <IconButton label={words.zoomOut} onClick={() => setZoom(Math.max(0.3, zoom / 1.3))}>
          <ZoomOut size={17} aria-hidden="true" />
        </IconButton>
        <IconButton label={words.fit} onClick={() => setZoom(1)}>
          <Maximize size={17} aria-hidden="true" />
        </IconButton>
        {formats.map(format => (
          <button
            key={format}
            type="button"
            class="text-button"
            aria-label={`${words.save} ${format.toUpperCase()}`}
            onClick={() => void save(place.current!.querySelector('svg')!, name, format)}
          >
            {format.toUpperCase()}
          </button>
        ))}
      </div>
      {svg === null && <Loading lines={6} />}
      <div
        ref={place}
        class="graph-place"
        role="img"
        aria-label={label}
        tabIndex={0}
        style={{ maxHeight: `${height}px` }}
        onClick={event => {
          const hit = (event.target as Element).closest('g.node, g.edge')
          if (hit?.id) onPick(hit.id)
        }}
        // The layout's own output: every text in it went through its escaping.
        dangerouslySetInnerHTML={{ __html: svg ?? '' }}
      />
    </div>
  )
}

/** A map larger than its place is moved by dragging. */
function useDragging(place: { current: HTMLDivElement | null }): void {
  useEffect(() => {
    const element = place.current
    if (!element) return
    let from: { x: number; y: number; left: number; top: number } | null = null
    const down = (event: PointerEvent): void => {
      if (event.pointerType === 'mouse' && event.button === 0)
        from = { x: event.clientX, y: event.clientY, left: element.scrollLeft, top: element.scrollTop }
    }
    const move = (event: PointerEvent): void => {
      if (!from) return
      element.scrollLeft = from.left - (event.clientX - from.x)
      element.scrollTop = from.top - (event.clientY - from.y)
    }
    const up = (): void => {
      from = null
    }
    element.addEventListener('pointerdown', down)
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', up)
    return () => {
      element.removeEventListener('pointerdown', down)
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', up)
    }
  }, [])
}
