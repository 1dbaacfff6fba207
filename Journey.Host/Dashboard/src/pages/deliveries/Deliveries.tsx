import { PageHead } from '../../ui/layout'
import { useShellTexts } from '../../shell/texts'
import { Unavailable } from '../../ui/states'

export function Deliveries() {
  const t = useShellTexts()
  return (
    <>
      <PageHead title={t.pages.deliveries} />
      <Unavailable />
    </>
  )
}
