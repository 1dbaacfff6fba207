import { useCallback } from 'preact/hooks'
import { useLocation, useSearch } from 'wouter-preact'

/** A view's choices live in the address, so that every view can be sent to somebody and back works. */
export function useChoice(name: string, otherwise = '', { replace = true }: { replace?: boolean } = {}): [string, (value: string) => void] {
  const [all, change] = useChoices()
  const set = useCallback((value: string) => change({ [name]: value === otherwise ? '' : value }, { replace }), [name, otherwise, change, replace])
  return [all.get(name) ?? otherwise, set]
}

export function useChoices(): [URLSearchParams, (changes: Record<string, string>, how?: { replace?: boolean }) => void] {
  const search = useSearch()
  const [path, go] = useLocation()
  const change = useCallback(
    (changes: Record<string, string>, { replace = true }: { replace?: boolean } = {}) => {
      const next = new URLSearchParams(window.location.search)
      for (const [name, value] of Object.entries(changes)) {
        if (value === '') next.delete(name)
        else next.set(name, value)
      }
      const text = next.toString()
      go(text ? `${path}?${text}` : path, { replace })
    },
    [path, go],
  )
  return [new URLSearchParams(search), change]
}

/** The marks of the pages turned so far: the last one is the page shown. Turning a page is a step that back undoes. */
export function useTrail(name = 'page'): [string[], string | undefined, (trail: string[]) => void] {
  const [all, change] = useChoices()
  const trail = (all.get(name) ?? '').split('~').filter(Boolean)
  return [trail, trail.at(-1), next => change({ [name]: next.join('~') }, { replace: false })]
}
