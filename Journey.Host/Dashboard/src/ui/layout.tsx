import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

/** A page's heading; it takes the focus when the page is opened, so that it is read out and Tab goes on from it. */
export function PageHead({
  title,
  lead,
  children,
  before,
}: {
  title: string
  lead?: ComponentChildren
  children?: ComponentChildren
  before?: ComponentChildren
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Journey`
  }, [title])
  useEffect(() => {
    // Not on the first page: there the browser begins at the top by itself.
    if (history.state?.opened || document.activeElement !== document.body) heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <header class="page-head">
      <div class="grow">
        {before}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead && <p class="page-lead">{lead}</p>}
      </div>
      {children && <div class="row page-actions">{children}</div>}
    </header>
  )
}

export function Panel({
  title,
  note,
  actions,
  children,
  flush = false,
  class: more = '',
}: {
  title?: ComponentChildren
  note?: ComponentChildren
  actions?: ComponentChildren
  children: ComponentChildren
  flush?: boolean
  class?: string
}) {
  const id = useId()
  return (
    <section class={`panel ${flush ? 'panel-flush' : ''} ${more}`} {...(title ? { 'aria-labelledby': id } : {})}>
      {title && (
        <div class="panel-head">
          <div class="grow">
            <h2 id={id}>{title}</h2>
            {note && <p class="panel-note">{note}</p>}
          </div>
          {actions && <div class="row">{actions}</div>}
        </div>
      )}
      <div class="panel-body">{children}</div>
    </section>
  )
}

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'info' | 'accent'

export function Badge({ tone = 'plain', children, title }: { tone?: Tone; children: ComponentChildren; title?: string }) {
  return (
    <span class={`badge badge-${tone}`} {...(title ? { title } : {})}>
      {children}
    </span>
  )
}

/** One figure with its unit and what it says. */
export function Figure({
  label,
  value,
  unit,
  note,
  tone = 'plain',
  children,
}: {
  label: ComponentChildren
  value: ComponentChildren
  unit?: ComponentChildren
  note?: ComponentChildren
  tone?: Tone
  children?: ComponentChildren
}) {
  return (
    <div class={`figure figure-${tone}`}>
      <dt>{label}</dt>
      <dd>
        <span class="figure-value number">{value}</span>
        {unit && <span class="figure-unit">{unit}</span>}
        {note && <span class="figure-note">{note}</span>}
        {children}
      </dd>
    </div>
  )
}

export const Figures = ({ children, four = false }: { children: ComponentChildren; four?: boolean }) => (
  <dl class={four ? 'figures figures-four' : 'figures'}>{children}</dl>
)

/** Name and value, for what is known of one thing. */
export const Facts = ({ children }: { children: ComponentChildren }) => <dl class="facts">{children}</dl>
export const Fact = ({ name, children }: { name: ComponentChildren; children: ComponentChildren }) => (
  <div class="fact">
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
