import { useState } from 'preact/hooks'
import type { Why as WhyAnswer, WhyCondition, WhyEntry } from '../../api/contract'
import { address, segment } from '../../api/http'
import { useGet } from '../../api/queries'
import type { JourneySummary } from '../../api/types'
import { useChoice } from '../../shell/address'
import { Button, Select } from '../../ui/controls'
import { Badge, Panel } from '../../ui/layout'
import { Moment } from '../../ui/moment'
import { Empty, Reading } from '../../ui/states'
import type { Profile } from './Customer'
import { useCustomerTexts } from './texts'

const atFirst = 8
const good = new Set(['yes', 'true', 'entered', 'sent', 'requested', 'taken', 'passed', 'goal'])

/** Why a journey did, or did not, do something for this customer: from the log, at any moment. */
export function Why({ id, profile, asOf }: { id: string; profile: Profile; asOf: string }) {
  const t = useCustomerTexts()
  const journeys = useGet<JourneySummary[]>('/v1/journeys')
  const [chosen, choose] = useChoice('why', profile.runs[0]?.journey ?? '')
  const why = useGet<WhyAnswer>(chosen ? address(`/v1/customers/${segment(id)}/why`, { journey: chosen, at: asOf, limit: 100 }) : null)
  const names = [...new Set([...(journeys.data ?? []).map(journey => journey.name), ...profile.runs.map(run => run.journey ?? '')])]
    .filter(Boolean)
    .sort()
  return (
    <div id="why">
      <Panel
        title={t.whyTitle}
        note={t.whyLead}
        actions={
          <Select
            label={t.whyJourney}
            hideLabel
            value={chosen}
            onChange={choose}
            choices={[{ value: '', label: t.whyPick }, ...names.map(value => ({ value, label: value }))]}
          />
        }
      >
        {!chosen ? (
          <Empty title={t.whyPick} />
        ) : (
          <Reading
            of={why}
            lines={5}
            isEmpty={answer => answer.entries.length === 0 && answer.summary.length === 0}
            empty={<Empty title={t.whyNone} />}
          >
            {answer => (
              <div class="stack">
                {answer.summary.length > 0 && (
                  <ul class="why-summary" aria-label={t.whySummary}>
                    {answer.summary.map(line => (
                      <li key={line}>{line}</li>
                    ))}
                  </ul>
                )}
                {answer.waitingUntil && (
                  <p class="soft">
                    {t.waiting} <Moment at={answer.waitingUntil} />
                  </p>
                )}
                {answer.entries.length > 0 && <Steps key={chosen} entries={answer.entries} />}
              </div>
            )}
          </Reading>
        )}
      </Panel>
    </div>
  )
}

/** The latest first: what is asked about is nearly always the last thing that happened. */
function Steps({ entries }: { entries: WhyEntry[] }) {
  const t = useCustomerTexts()
  const [shown, show] = useState(atFirst)
  return (
    <div class="stack">
      <h3>{t.whyAll}</h3>
      <ol class="why-steps">
        {entries
          .toReversed()
          .slice(0, shown)
          .map((entry, i) => (
            <Entry key={`${entry.position} ${i}`} entry={entry} />
          ))}
      </ol>
      {entries.length > shown && <Button onClick={() => show(shown + 3 * atFirst)}>{t.whyMore}</Button>}
    </div>
  )
}

function Entry({ entry }: { entry: WhyEntry }) {
  const t = useCustomerTexts()
  return (
    <li
      class={`why-step ${good.has(entry.verdict) ? 'why-step-yes' : /no|false|suppress|withheld|block|refus|not/i.test(entry.verdict) ? 'why-step-no' : ''}`}
    >
      <p class="row row-apart">
        <strong>{entry.text}</strong>
        <span class="soft small">
          <Moment at={entry.at} />
        </span>
      </p>
      <p class="row soft small">
        {entry.event}
        {entry.step && <Badge>{entry.step}</Badge>}
        {entry.version > 0 && <span>v{entry.version}</span>}
      </p>
      {entry.conditions.length > 0 && (
        <details>
          <summary class="soft small">
            {t.conditions} ({entry.conditions.length})
          </summary>
          {entry.conditions.map((condition, i) => (
            <Condition key={i} of={condition} />
          ))}
        </details>
      )}
    </li>
  )
}

function Condition({ of }: { of: WhyCondition }) {
  const t = useCustomerTexts()
  const value = of.value === true ? t.true_ : of.value === false ? t.false_ : JSON.stringify(of.value)
  return (
    <div class="why-condition">
      <p class="row row-apart">
        <code>{of.expression}</code>
        <Badge tone={of.value === true ? 'good' : of.value === false ? 'warn' : 'plain'}>{value}</Badge>
      </p>
      <p class="soft">
        {of.role}
        {of.at ? ` · ${of.at.file}:${of.at.line}` : ''}
      </p>
      {of.facts.length > 0 && (
        <p class="why-facts">
          {of.facts.map(fact => (
            <span key={fact.name}>
              <code>{fact.name}</code> = {JSON.stringify(fact.value)}
            </span>
          ))}
        </p>
      )}
    </div>
  )
}
