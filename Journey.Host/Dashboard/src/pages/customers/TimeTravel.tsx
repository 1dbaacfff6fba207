import { History } from 'lucide-preact'
import { useEffect, useId, useState } from 'preact/hooks'
import { useNow } from '../../api/live'
import { exactTime, shortTime } from '../../format/times'
import { Button } from '../../ui/controls'
import { useCustomerTexts } from './texts'

const steps = 1_000

/** Takes the whole page to a moment between the customer's first event and now. */
export function TimeTravel({ from, asOf, onChange }: { from: string | null; asOf: string; onChange: (asOf: string) => void }) {
  const t = useCustomerTexts()
  const id = useId()
  const now = useNow()
  const begin = from ? Date.parse(from) : now
  const span = Math.max(1, now - begin)
  const [dragged, drag] = useState<number | null>(null)
  const at = dragged ?? (asOf ? Date.parse(asOf) : now)
  const place = asOf || dragged !== null ? Math.round(((at - begin) / span) * steps) : steps

  useEffect(() => {
    if (dragged === null) return
    const timer = window.setTimeout(() => {
      onChange(dragged >= now - span / steps ? '' : new Date(dragged).toISOString())
      drag(null)
    }, 250)
    return () => window.clearTimeout(timer)
  }, [dragged])

  return (
    <div class={`time-travel ${asOf ? 'time-travel-past' : ''}`}>
      <label for={id}>
        <History size={16} aria-hidden="true" />
        {t.time}
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={steps}
        value={place}
        aria-label={t.time}
        aria-valuetext={asOf ? exactTime(at) : t.timeNow}
        title={t.timeHint}
        onInput={event => drag(begin + (span * Number(event.currentTarget.value)) / steps)}
      />
      <div class="row">
        <output for={id} title={exactTime(at)}>
          {asOf || dragged !== null ? t.timeAt(shortTime(at, now)) : t.timeNow}
        </output>
        {asOf && (
          <Button size="s" onClick={() => onChange('')}>
            {t.timeBack}
          </Button>
        )}
      </div>
    </div>
  )
}
