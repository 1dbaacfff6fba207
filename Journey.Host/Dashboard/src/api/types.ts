import type { components } from './schema'

type Schemas = components['schemas']

/** The document allows numbers to be sent as text; the server itself always writes numbers. */
export type Exact<T> = [Extract<T, number>] extends [never]
  ? T extends readonly (infer U)[]
    ? Exact<U>[]
    : T extends object
      ? { [K in keyof T]: Exact<T[K]> }
      : T
  : Exclude<T, string>

export interface Page<T> {
  items: T[]
  next: string | null
}

export type Overview = Exact<Schemas['Overview']>
export type CustomerSummary = Exact<Schemas['CustomerSummary']>
export type CustomerProfile = Exact<Schemas['CustomerProfile']>
export type CartSummary = Exact<Schemas['CartSummary']>
export type SessionSummary = Exact<Schemas['SessionSummary']>
export type RunSummary = Exact<Schemas['RunSummary']>
export type TimelineEvent = Omit<Exact<Schemas['TimelineEvent']>, 'content'> & { content: EventContent }
export type MessageSummary = Exact<Schemas['MessageSummary']>
export type DeadLetter = Exact<Schemas['DeadLetterSummary']>
export type JourneySummary = Exact<Schemas['JourneySummary']>
export type JourneyDetail = Exact<Schemas['JourneyDetail']>
export type JourneyMap = Exact<Schemas['JourneyMap']>
export type DocumentVersion = Exact<Schemas['DocumentVersion']>
export type DocumentDiff = Exact<Schemas['DocumentDiff']>
export type PublishReport = Exact<Schemas['PublishReport']>
export type ProjectionsReport = Exact<Schemas['ProjectionsReport']>
export type HostsReport = Exact<Schemas['HostsReport']>

/** The payload as recorded. */
export interface EventContent {
  properties?: Record<string, unknown>
  traits?: Record<string, unknown>
  context?: Record<string, unknown>
  session?: string
  ids?: Record<string, unknown>
  [more: string]: unknown
}

/** What the live feed tells of one event: the stream is not part of the document's schemas. */
export interface LiveEvent {
  position: number
  name: string
  kind: string
  channel: string
  customer: string
  occurredAt: string
  receivedAt: string
  says: Record<string, string> | null
}

/** A document's fault with its place. */
export interface Fault {
  code: string
  severity: 'error' | 'warning'
  file: string
  line: number
  column: number
  message: string
  expected: string | null
  suggestion: string | null
}
