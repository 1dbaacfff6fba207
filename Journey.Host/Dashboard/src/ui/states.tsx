import type { UseQueryResult } from '@tanstack/preact-query'
import { CircleAlert, Inbox, PlugZap } from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import type { ApiError } from '../api/http'
import { Button } from './controls'
import { useUiTexts } from './texts'

export function Loading({ lines = 3 }: { lines?: number }) {
  const t = useUiTexts()
  return (
    <div class="loading" role="status">
      <span class="unseen">{t.loading}</span>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} class="loading-line" style={{ width: `${92 - ((i * 23) % 45)}%` }} />
      ))}
    </div>
  )
}

export function Empty({ title, children, icon }: { title?: string; children?: ComponentChildren; icon?: ComponentChildren }) {
  const t = useUiTexts()
  return (
    <div class="state">
      <span class="state-icon" aria-hidden="true">
        {icon ?? <Inbox size={22} />}
      </span>
      <p class="state-title">{title ?? t.nothing}</p>
      {children && <div class="state-text">{children}</div>}
    </div>
  )
}

export function Unavailable({ children }: { children?: ComponentChildren }) {
  const t = useUiTexts()
  return (
    <Empty title={t.notHere} icon={<PlugZap size={22} />}>
      {children ?? t.notHereText}
    </Empty>
  )
}

export function Failed({ error, again }: { error: ApiError; again?: () => void }) {
  const t = useUiTexts()
  if (error.isUnavailable) return <Unavailable />
  return (
    <div class="state state-bad" role="alert">
      <span class="state-icon" aria-hidden="true">
        <CircleAlert size={22} />
      </span>
      <p class="state-title">{error.isOffline ? t.offline : error.title || t.failed}</p>
      {!error.isOffline && error.detail && <div class="state-text">{error.detail}</div>}
      {again && <Button onClick={again}>{t.tryAgain}</Button>}
    </div>
  )
}

interface ReadingProps<T> {
  of: UseQueryResult<T, ApiError>
  lines?: number
  /** What to show where there is nothing; left out: nothing is a value like any other. */
  empty?: ComponentChildren
  isEmpty?: (value: T) => boolean
  children: (value: T) => ComponentChildren
}

/** One of four: loading, trouble, nothing, or the thing itself. What was read before stays while it is read again. */
export function Reading<T>({ of, lines, empty, isEmpty, children }: ReadingProps<T>) {
  if (of.data !== undefined && !(of.error && !of.error.isOffline && of.isPlaceholderData)) {
    if (empty !== undefined && isEmpty?.(of.data)) return <>{empty}</>
    return <>{children(of.data)}</>
  }
  return of.error ? <Failed error={of.error} again={() => void of.refetch()} /> : <Loading {...(lines ? { lines } : {})} />
}
