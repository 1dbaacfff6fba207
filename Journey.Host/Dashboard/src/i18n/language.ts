import { useEffect, useState } from 'preact/hooks'

export type Language = 'en' | 'it'

const kept = 'journey.language'
const watchers = new Set<() => void>()

/** What the viewer reads in: by the browser until they choose. */
export const language = { value: (document.documentElement.lang === 'it' ? 'it' : 'en') as Language }

export function choose(chosen: Language): void {
  language.value = chosen
  document.documentElement.lang = chosen
  try {
    localStorage.setItem(kept, chosen)
  } catch {
    // Without storage the choice holds until the page is left.
  }
  for (const watcher of watchers) watcher()
}

export function useLanguage(): Language {
  const [current, set] = useState(language.value)
  useEffect(() => {
    const take = (): void => set(language.value)
    watchers.add(take)
    return () => void watchers.delete(take)
  }, [])
  return current
}

/** The other language must have the same texts, with the same parameters. */
export type Wide<T> = T extends string
  ? string
  : T extends (...parameters: infer P) => string
    ? (...parameters: P) => string
    : { readonly [K in keyof T]: Wide<T[K]> }

/** A page's texts in both languages, as a hook that follows the choice. */
export function texts<const T>(both: { en: T; it: Wide<T> }): { (): Wide<T>; now: () => Wide<T> } {
  const now = (): Wide<T> => (language.value === 'it' ? both.it : (both.en as Wide<T>))
  return Object.assign(() => (useLanguage(), now()), { now })
}
