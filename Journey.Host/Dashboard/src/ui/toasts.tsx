import { CircleAlert, CircleCheck, X } from 'lucide-preact'
import { useEffect, useState } from 'preact/hooks'
import { ApiError } from '../api/http'
import { useUiTexts } from './texts'

interface Toast {
  id: number
  text: string
  tone: 'good' | 'bad'
}

const shownFor = 6_000
let toasts: Toast[] = []
let last = 0
const watchers = new Set<() => void>()

function change(next: Toast[]): void {
  toasts = next
  for (const watcher of watchers) watcher()
}

/** Says what came of something, and goes by itself; bad news stays until it is closed. */
export function say(text: string, tone: 'good' | 'bad' = 'good'): void {
  const id = ++last
  change([...toasts.slice(-3), { id, text, tone }])
  if (tone === 'good') window.setTimeout(() => change(toasts.filter(toast => toast.id !== id)), shownFor)
}

export const sayFault = (fault: unknown): void =>
  say(
    fault instanceof ApiError ? (fault.isOffline ? useUiTexts.now().offline : [fault.title, fault.detail].filter(Boolean).join(': ')) : String(fault),
    'bad',
  )

export function Toasts() {
  const t = useUiTexts()
  const [, draw] = useState(0)
  useEffect(() => {
    const watcher = (): void => draw(n => n + 1)
    watchers.add(watcher)
    return () => void watchers.delete(watcher)
  }, [])
  return (
    <div class="toasts" role="region" aria-label={t.messages} aria-live="polite">
      {toasts.map(toast => (
        <div key={toast.id} class={`toast toast-${toast.tone}`}>
          {toast.tone === 'good' ? <CircleCheck size={18} aria-hidden="true" /> : <CircleAlert size={18} aria-hidden="true" />}
          <span class="grow">{toast.text}</span>
          <button type="button" class="icon-button" aria-label={t.close} onClick={() => change(toasts.filter(other => other.id !== toast.id))}>
            <X size={16} aria-hidden="true" />
          </button>
        </div>
      ))}
    </div>
  )
}
