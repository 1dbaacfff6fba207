import { useState } from 'preact/hooks'
import { address } from '../../api/http'
import { useNow } from '../../api/live'
import { useGet } from '../../api/queries'
import { count, percent } from '../../format/numbers'
import { Button } from '../../ui/controls'
import { Panel } from '../../ui/layout'
import { Empty, Reading } from '../../ui/states'
import { queryOf, type Variants, type View } from './model'
import { useMapTexts } from './texts'

const stepsShown = 12
const atFirst = 8
const variantsMax = 50

/** Whole ways from start to end, with how many take each. */
export function VariantsPanel({ view }: { view: View }) {
  const t = useMapTexts()
  const now = useNow()
  const [shown, show] = useState(atFirst)
  const found = useGet<Variants>(address('/v1/maps/variants', { ...queryOf(view, now), limit: variantsMax }))
  return (
    <Panel title={t.variants} note={t.variantsNote}>
      <Reading of={found} lines={5} isEmpty={page => page.items.length === 0} empty={<Empty title={t.none} />}>
        {page => (
          <>
            <ol class="variants">
              {page.items.slice(0, shown).map(variant => (
                <li key={variant.activities.join('\u0000')}>
                  <Way names={variant.activities} />
                  <span class="number">{count(variant.count)}</span>
                  <span class="soft small number">{percent(variant.share)}</span>
                </li>
              ))}
            </ol>
            {page.items.length > shown && <Button onClick={() => show(shown + 2 * atFirst)}>{t.moreVariants}</Button>}
          </>
        )}
      </Reading>
    </Panel>
  )
}

/** A way as its steps; the same step over and over is written once, with how often. */
export function Way({ names }: { names: readonly string[] }) {
  const t = useMapTexts()
  const steps: { name: string; times: number }[] = []
  for (const name of names) {
    const last = steps.at(-1)
    if (last?.name === name) last.times++
    else steps.push({ name, times: 1 })
  }
  return (
    <span class="variant-way" translate={false}>
      {steps.slice(0, stepsShown).map(({ name, times }, i) => (
        <span key={i} class="variant-step">
          {name}
          {times > 1 && <span class="number"> ×{count(times)}</span>}
        </span>
      ))}
      {steps.length > stepsShown && (
        <span class="soft small" translate>
          {t.more(count(steps.length - stepsShown))}
        </span>
      )}
    </span>
  )
}
