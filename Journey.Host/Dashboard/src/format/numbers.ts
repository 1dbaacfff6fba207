import { language } from '../i18n/language'

export type Amount = number | string

const made = new Map<string, Intl.NumberFormat>()

function formatter(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language.value}${JSON.stringify(options)}`
  let found = made.get(key)
  if (!found) made.set(key, (found = new Intl.NumberFormat(language.value === 'it' ? 'it-IT' : 'en-GB', options)))
  return found
}

export const count = (value: number): string => formatter({ maximumFractionDigits: 0, useGrouping: true }).format(value)

/** 12,345 as 12.3k, where there is no room. */
export const compact = (value: number): string => formatter({ notation: 'compact', maximumFractionDigits: 1 }).format(value)

export const decimal = (value: number, digits = 1): string => formatter({ maximumFractionDigits: digits }).format(value)

/** A share in [0, 1] as a percentage. */
export const percent = (share: number, digits = 1): string => formatter({ style: 'percent', maximumFractionDigits: digits }).format(share)

export const perSecond = (rate: number): string => `${formatter({ maximumFractionDigits: rate < 10 ? 1 : 0 }).format(rate)}/s`

/** Exact money in its own currency; a code that is none is written behind. */
export function money(amount: Amount, currency: string | null | undefined, digits?: number): string {
  const fraction = digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits }
  if (currency && /^[A-Z]{3}$/.test(currency)) {
    return formatter({ style: 'currency', currency, ...fraction }).format(amount as number)
  }
  return `${formatter({ minimumFractionDigits: 2, maximumFractionDigits: 2, ...fraction }).format(amount as number)}${currency ? ` ${currency}` : ''}`
}

/** Sums in several currencies, the largest first. */
export function monies(sums: Record<string, Amount> | { currency: string; amount: Amount }[] | null | undefined, digits = 0): string {
  const list = Array.isArray(sums) ? sums : Object.entries(sums ?? {}).map(([currency, amount]) => ({ currency, amount }))
  if (list.length === 0) return money(0, 'EUR', digits)
  return list
    .toSorted((a, b) => Number(b.amount) - Number(a.amount))
    .map(sum => money(sum.amount, sum.currency, digits))
    .join(' + ')
}
