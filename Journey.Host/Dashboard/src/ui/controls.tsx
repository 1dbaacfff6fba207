import { Search, X } from 'lucide-preact'
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { useUiTexts } from './texts'

interface ButtonProps extends Omit<JSX.HTMLAttributes<HTMLButtonElement>, 'icon' | 'size'> {
  kind?: 'plain' | 'main' | 'danger' | 'quiet'
  size?: 'm' | 's'
  icon?: ComponentChildren
  busy?: boolean
  disabled?: boolean
  type?: 'button' | 'submit'
}

export function Button({ kind = 'plain', size = 'm', icon, busy = false, disabled = false, type = 'button', children, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      class={`button button-${kind} button-${size} ${(rest.class as string) ?? ''}`}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {busy ? (
        <span class="spinner" aria-hidden="true" />
      ) : (
        icon && (
          <span class="button-icon" aria-hidden="true">
            {icon}
          </span>
        )
      )}
      {children}
    </button>
  )
}

export function IconButton({ label, children, ...rest }: JSX.HTMLAttributes<HTMLButtonElement> & { label: string; disabled?: boolean }) {
  return (
    <button {...rest} type="button" class={`icon-button ${(rest.class as string) ?? ''}`} aria-label={label} title={label}>
      {children}
    </button>
  )
}

export interface Choice<V extends string> {
  value: V
  label: string
  count?: number | string | undefined
}

/** A few choices side by side, of which one holds. */
export function Segmented<V extends string>({
  label,
  choices,
  value,
  onChange,
}: {
  label: string
  choices: readonly Choice<V>[]
  value: V
  onChange: (value: V) => void
}) {
  return (
    <div class="segmented" role="group" aria-label={label}>
      {choices.map(choice => (
        <button key={choice.value} type="button" aria-pressed={choice.value === value} onClick={() => onChange(choice.value)}>
          {choice.label}
          {choice.count !== undefined && <span class="segmented-count number">{choice.count}</span>}
        </button>
      ))}
    </div>
  )
}

export function Select<V extends string>({
  label,
  choices,
  value,
  onChange,
  hideLabel = false,
}: {
  label: string
  choices: readonly Choice<V>[]
  value: V
  onChange: (value: V) => void
  hideLabel?: boolean
}) {
  const id = useId()
  return (
    <div class="field">
      <label for={id} class={hideLabel ? 'unseen' : 'field-label'}>
        {label}
      </label>
      <select id={id} class="select" value={value} onChange={event => onChange(event.currentTarget.value as V)}>
        {choices.map(choice => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  )
}

export function TextField({
  label,
  hint,
  hideLabel = false,
  value,
  onText,
  ...rest
}: Omit<JSX.HTMLAttributes<HTMLInputElement>, 'label'> & {
  label: string
  hint?: string
  hideLabel?: boolean
  value: string
  onText: (text: string) => void
  type?: string
  placeholder?: string
  autocomplete?: string
}) {
  const id = useId()
  return (
    <div class="field">
      <label for={id} class={hideLabel ? 'unseen' : 'field-label'}>
        {label}
      </label>
      <input
        {...rest}
        id={id}
        class="input"
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={event => onText(event.currentTarget.value)}
      />
      {hint && (
        <span id={`${id}-hint`} class="field-hint">
          {hint}
        </span>
      )}
    </div>
  )
}

export function CheckField({ label, checked, onCheck }: { label: string; checked: boolean; onCheck: (checked: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={event => onCheck(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  )
}

/** Tells what was typed when the typing pauses. */
export function SearchField({
  label,
  value,
  onSearch,
  placeholder,
  wait = 250,
}: {
  label: string
  value: string
  onSearch: (text: string) => void
  placeholder?: string
  wait?: number
}) {
  const t = useUiTexts()
  const [typed, type] = useState(value)
  const told = useRef(value)
  useEffect(() => {
    if (value !== told.current) {
      told.current = value
      type(value)
    }
  }, [value])
  useEffect(() => {
    if (typed === told.current) return
    const timer = window.setTimeout(() => {
      told.current = typed
      onSearch(typed)
    }, wait)
    return () => window.clearTimeout(timer)
  }, [typed])
  return (
    <div class="search" role="search">
      <Search size={16} aria-hidden="true" />
      <input
        type="search"
        class="input"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={typed}
        autocomplete="off"
        spellcheck={false}
        onInput={event => type(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            told.current = typed
            onSearch(typed)
          }
        }}
      />
      {typed && (
        <button type="button" class="search-clear" aria-label={t.clear} onClick={() => type('')}>
          <X size={14} aria-hidden="true" />
        </button>
      )}
    </div>
  )
}
