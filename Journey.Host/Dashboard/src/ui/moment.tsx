import { useNow } from '../api/live'
import { ago, exactTime, shortTime } from '../format/times'
import { useLanguage } from '../i18n/language'

/** A time in the viewer's zone; hovering or holding shows it to the millisecond. */
export function Moment({ at, style = 'short' }: { at: string | null | undefined; style?: 'short' | 'ago' | 'exact' }) {
  useLanguage()
  return at ? <Known at={at} style={style} /> : <span class="soft">–</span>
}

function Known({ at, style }: { at: string; style: 'short' | 'ago' | 'exact' }) {
  const now = useNow()
  const moment = Date.parse(at)
  const text = style === 'ago' ? ago(moment, now) : style === 'exact' ? exactTime(moment) : shortTime(moment, now)
  return (
    <time class="number nowrap" dateTime={at} title={exactTime(moment)}>
      {text}
    </time>
  )
}
