import { PageHead } from '../../ui/layout'
import { useShellTexts } from '../../shell/texts'
import { Unavailable } from '../../ui/states'

export function Overview() {
  const t = useShellTexts()
  return (
    <>
      <PageHead title={t.pages.overview} />
      <Unavailable />
    </>
  )
}
