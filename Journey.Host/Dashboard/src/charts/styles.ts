import type { EChartsOption } from 'echarts'
import { dayText, exactTime } from '../format/times'
import type { Ink } from './Chart'

const motion = !window.matchMedia('(prefers-reduced-motion: reduce)').matches

/** What all charts have in common: thin lines, no frame, figures at the left. */
export function calm(ink: Ink, format: (value: number) => string): EChartsOption {
  return {
    animation: motion,
    animationDuration: 300,
    animationDurationUpdate: 300,
    grid: { left: 4, right: 10, top: 14, bottom: 4, outerBoundsMode: 'same' },
    tooltip: tooltip(ink, format),
    yAxis: valueAxis(ink, format),
  }
}

export function tooltip(ink: Ink, format: (value: number) => string, trigger: 'axis' | 'item' = 'axis'): EChartsOption['tooltip'] {
  return {
    trigger,
    backgroundColor: ink('--panel-raised'),
    borderColor: ink('--line'),
    textStyle: { color: ink('--ink'), fontSize: 12 },
    axisPointer: { type: 'line', lineStyle: { color: ink('--line-strong') } },
    valueFormatter: value => format(Number(value)),
    confine: true,
  }
}

export function valueAxis(ink: Ink, format: (value: number) => string): EChartsOption['yAxis'] {
  return {
    type: 'value',
    splitNumber: 4,
    axisLabel: { color: ink('--ink-soft'), fontSize: 11, formatter: (value: number) => format(value) },
    splitLine: { lineStyle: { color: ink('--line') } },
  }
}

export function dayAxis(ink: Ink, days: readonly string[]): EChartsOption['xAxis'] {
  return {
    type: 'category',
    data: days.map(day => dayText(Date.parse(day))),
    axisLabel: { color: ink('--ink-soft'), fontSize: 11, hideOverlap: true },
    axisLine: { lineStyle: { color: ink('--line') } },
    axisTick: { show: false },
  }
}

export function timeAxis(ink: Ink): EChartsOption['xAxis'] {
  return {
    type: 'time',
    axisLabel: { color: ink('--ink-soft'), fontSize: 11, hideOverlap: true },
    axisLine: { lineStyle: { color: ink('--line') } },
    axisTick: { show: false },
    axisPointer: { label: { formatter: (point: { value: unknown }) => exactTime(Number(point.value)) } },
  }
}
