import type { EChartsOption } from 'echarts'
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

// Only what is drawn is taken along.
use([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer])

export interface Drawing {
  show: (option: EChartsOption) => void
  end: () => void
}

export function draw(element: HTMLElement, onPick: (name: string, series: string) => void): Drawing {
  const chart = init(element, null, { renderer: 'canvas' })
  chart.on('click', event => onPick(String(event.name), String(event.seriesName ?? '')))
  const watch = new ResizeObserver(() => chart.resize())
  watch.observe(element)
  return {
    show: option =>
      chart.setOption(
        { textStyle: { fontFamily: getComputedStyle(document.body).fontFamily }, ...option },
        { notMerge: false, replaceMerge: ['series'] },
      ),
    end: () => {
      watch.disconnect()
      chart.dispose()
    },
  }
}
