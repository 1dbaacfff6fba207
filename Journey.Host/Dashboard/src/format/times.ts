import { language } from '../i18n/language'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const locale = (): string => (language.value === 'it' ? 'it-IT' : 'en-GB')

/** 14:03, or 2 Mar 14:03 where it was another day, or with its year where that was another. */
export function shortTime(at: number, now: number): string {
  const moment = new Date(at)
  const today = new Date(now)
  const sameDay = moment.toDateString() === today.toDateString()
  return new Intl.DateTimeFormat(locale(), {
    hour: '2-digit',
    minute: '2-digit',
    ...(sameDay ? {} : { day: 'numeric', month: 'short' }),
    ...(moment.getFullYear() === today.getFullYear() ? {} : { year: 'numeric' }),
  }).format(moment)
}

export const dayText = (at: number): string => new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short' }).format(new Date(at))

/** To the millisecond, in the viewer's zone, and as the log has it. */
export function exactTime(at: number): string {
  const moment = new Date(at)
  const text = new Intl.DateTimeFormat(locale(), {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    timeZoneName: 'short',
  }).format(moment)
  return `${text} · ${moment.toISOString()}`
}

/** "3 hours ago", "in 20 minutes". */
export function ago(at: number, now: number): string {
  const gap = at - now
  const size = Math.abs(gap)
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto', style: 'short' })
  const [unit, length]: [Intl.RelativeTimeFormatUnit, number] =
    size < minute
      ? ['second', second]
      : size < hour
        ? ['minute', minute]
        : size < day
          ? ['hour', hour]
          : size < 60 * day
            ? ['day', day]
            : size < 700 * day
              ? ['month', 30.44 * day]
              : ['year', 365.25 * day]
  return format.format(Math.trunc(gap / length), unit)
}

/** "4 h 20 min": the two largest units of a duration in seconds. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–'
  if (seconds < 1) return seconds === 0 ? '0 s' : `${Math.max(1, Math.round(seconds * 1_000))} ms`
  const units: [string, number][] = [
    [language.value === 'it' ? 'g' : 'd', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ]
  const first = units.findIndex(([, length]) => seconds >= length)
  const [name, length] = units[first]!
  const whole = Math.floor(seconds / length)
  const next = units[first + 1]
  const rest = next ? Math.floor((seconds - whole * length) / next[1]) : 0
  return rest > 0 && whole < 10 ? `${whole} ${name} ${rest} ${next![0]}` : `${whole} ${name}`
}
