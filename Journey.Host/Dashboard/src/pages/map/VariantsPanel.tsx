import { address } from '../../api/http'
import { useNow } from '../../api/live'
import { useGet } from '../../api/queries'
import { count, percent } from '../../format/numbers'
import { Panel } from '../../ui/layout'
import { Empty, Reading } from '../../ui/states'
import { queryOf, type Variants, type View } from './model'
import { useMapTexts } from './texts'

const stepsShown = 12
const variantsShown = 20

/** Whole ways from start to end, with how many take each. */
export function VariantsPanel({ view }: { view: View }) {
  const t = useMapTexts()
  const now = useNow()
  const found = useGet<Variants>(address('/v1/maps/variants', { ...queryOf(view, now), limit: variantsShown }))
  return (
    <Panel title={t.variants} note={t.variantsNote}>
      <Reading of={found} lines={5} isEmpty={page => page.items.length === 0} empty={<Empty title={t.none} />}>
        {page => (
          <ol class="variants">
            {page.items.map(variant => (
              <li key={variant.activities.join('\u0000')}>
                <span class="variant-way">
                  {variant.activities.slice(0, stepsShown).map((name, i) => (
                    <span key={i} class="variant-step">
                      {name}
                    </span>
                  ))}
                  {variant.activities.length > stepsShown && <span class="soft small">{t.more(count(variant.activities.length - stepsShown))}</span>}
                </span>
                <span class="number">{count(variant.count)}</span>
                <span class="soft small number">{percent(variant.share)}</span>
              </li>
            ))}
          </ol>
        )}
      </Reading>
    </Panel>
  )
}
