import { PageHead } from '../../ui/layout'
import { useShellTexts } from '../../shell/texts'
import { Unavailable } from '../../ui/states'

export function Journey() {
  const t = useShellTexts()
  return (
    <>
      <PageHead title={t.pages.journeys} />
      <Unavailable />
    </>
  )
}
