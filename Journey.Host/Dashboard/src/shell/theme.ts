import { useEffect, useState } from 'preact/hooks'

export type Theme = 'system' | 'light' | 'dark'

const kept = 'journey.theme'
const watchers = new Set<() => void>()
const system = window.matchMedia('(prefers-color-scheme: dark)')
system.addEventListener('change', tell)

function tell(): void {
  for (const watcher of watchers) watcher()
}

export function theme(): Theme {
  const chosen = document.documentElement.dataset['theme']
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
}

export const isDark = (): boolean => (theme() === 'system' ? system.matches : theme() === 'dark')

export function chooseTheme(chosen: Theme): void {
  if (chosen === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = chosen
  try {
    localStorage.setItem(kept, chosen)
  } catch {
    // Without storage the choice holds until the page is left.
  }
  tell()
}

/** Follows both the switch and the system. */
export function useTheme(): { theme: Theme; dark: boolean } {
  const [state, set] = useState(() => ({ theme: theme(), dark: isDark() }))
  useEffect(() => {
    const take = (): void => set({ theme: theme(), dark: isDark() })
    watchers.add(take)
    return () => void watchers.delete(take)
  }, [])
  return state
}
