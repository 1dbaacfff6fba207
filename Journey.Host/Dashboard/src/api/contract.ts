/** Answers of the API that the generated types do not tell in full: written after docs/reference/http-api.md. */
import type { Amount } from '../format/numbers'

export interface Money {
  currency: string
  amount: Amount
}

export interface CartStats {
  atRisk: Money[]
  recoveryRate: number | null
  recovered: Money[]
  medianSecondsToRecovery: number | null
  days: CartDay[]
}

export interface CartDay {
  day: string
  channel: string
  started: number
  abandoned: number
  converted: number
  recovered: number
  atRisk: Money[]
  recoveredValue: Money[]
}

export interface Trait {
  name: string
  value: unknown
  source: string
  at: string
}

export interface Consent {
  channel: string
  purpose: string
  state: string
  at: string
  history?: { state: string; at: string }[]
}

/** What the profile gains where the server keeps identities. */
export interface ProfileMore {
  traits?: Trait[]
  consent?: Consent[]
  lifetime?: { orders: number; revenue: Money[]; recencyDays: number | null; averageOrder: Money[] | null }
  scores?: { nps: number | null; csat: number | null }
}

export interface Identities {
  items: { customer?: string; kind: string; value: string; at?: string; source?: string }[]
}

export interface WhyCondition {
  role: string
  expression: string
  at: { file: string; line: number; column: number } | null
  value: unknown
  facts: { name: string; value: unknown }[]
}

export interface WhyEntry {
  position: number
  at: string
  event: string
  kind: string
  version: number
  run: string | null
  step: string | null
  verdict: string
  text: string
  conditions: WhyCondition[]
  gate: unknown
  decision: unknown
}

export interface Why {
  customer: string
  journey: string
  at: string
  entries: WhyEntry[]
  summary: string[]
  waitingUntil: string | null
}

export interface DeliveryStats {
  items: {
    name: string
    requested: number
    sent: number
    delivered: number
    opened: number
    clicked: number
    bounced: number
    failed: number
    complained: number
    suppressed: { reason: string; count: number }[]
  }[]
}

export interface FunnelResult {
  name: string
  within: string | null
  days?: { day: string; entered: number; completed: number }[] | null
  stages: { name?: string; event: string; count: number; conversion: number; dropOff: number; medianSeconds: number | null }[]
}

export interface Backtest {
  id: string
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
  progress: { done: number; total: number; etaSeconds: number | null } | null
  report?: BacktestReport | null
  error?: string | null
}

export interface BacktestFigures {
  entered: number
  customers: number
  messages: number
  tasks: number
  suppressed: number | { count: number }[]
  goals: { goals: number }
}

export interface BacktestReport {
  customers: number
  journeys: (BacktestFigures & { name: string; isDraft: boolean; against: BacktestFigures | null })[]
  differences: {
    against: string
    customers: number
    /** In percent. */
    share: number
    kinds: {
      says: string
      customers: number
      count: number
      examples: { customer: string; step: string; at: string; draft: string | null; against: string | null; because: string | null }[]
    }[]
  } | null
  limits: string[]
}

export interface TestsAnswer {
  passed: number
  failed: number
  tests: { name: string; journey: string; passed: boolean; failures: { line?: number; expected: string; got: string[] }[]; story?: string[] }[]
}

export interface JourneyResults {
  entered: number
  active: number
  ended: { reason: string; count: number }[]
  steps: { step: string; waiting: number; oldestSince: string | null }[]
  versions: { version: number; entered?: number; active?: number }[]
  goals: {
    treated: { runs: number; goals: number; rate: number | null }
    holdout: { runs: number; goals: number; rate: number | null }
    lift: { value: number | null; low: number | null; high: number | null; confidence: number | null } | null
  } | null
  splits: { step: string; arms: { arm: string; runs: number; goals: number; rate: number | null }[] }[]
  suppressed: { reason: string; count: number }[]
}

export interface Rebuild {
  id: string
  name: string
  state: 'running' | 'paused' | 'caught-up' | 'swapped' | 'failed' | 'cancelled'
  done: number
  total: number
  ratePerSecond: number | null
  etaSeconds: number | null
  error?: string | null
}

export interface PoisonEvent {
  position: number
  name: string
  customer: string
  reason: string
  partition: number | null
  since: string
}

export interface PoisonDetail extends PoisonEvent {
  source: string
  id: string
  kind: string
  channel: string
  occurredAt: string
  receivedAt: string
  payload: unknown
  payloadBase64: string | null
}
