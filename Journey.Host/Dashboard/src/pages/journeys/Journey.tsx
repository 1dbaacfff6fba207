import { ArrowLeft, Pause, Play } from 'lucide-preact'
import { lazy, Suspense } from 'preact/compat'
import { useState } from 'preact/hooks'
import { Link, useLocation, useParams } from 'wouter-preact'
import { segment, sendJson } from '../../api/http'
import { readAgain, useGet } from '../../api/queries'
import type { JourneyDetail } from '../../api/types'
import { Button, Segmented } from '../../ui/controls'
import { Dialog } from '../../ui/dialog'
import { Badge, PageHead } from '../../ui/layout'
import { Empty, Failed, Loading } from '../../ui/states'
import { useUiTexts } from '../../ui/texts'
import { say, sayFault } from '../../ui/toasts'
import { FlowView } from './FlowView'
import { useJourneyTexts } from './texts'
import { Versions } from './Versions'
import './journeys.css'

const EditView = lazy(() => import('./EditView').then(module => ({ default: module.EditView })))

type View = 'flow' | 'versions' | 'edit'

/** The name that stands for a journey which is still to be written. */
export const unwritten = '+'

export function Journey() {
  const t = useJourneyTexts()
  const { name = '', view = 'flow' } = useParams<{ name: string; view?: string }>()
  const [, go] = useLocation()
  const isNew = name === unwritten
  const journey = useGet<JourneyDetail>(isNew ? null : `/v1/journeys/${segment(name)}`, { every: 3_000 })
  const back = (
    <Link href="/journeys" class="back-link">
      <ArrowLeft size={14} aria-hidden="true" />
      {t.back}
    </Link>
  )
  if (isNew) {
    return (
      <>
        <PageHead title={t.create} before={back} />
        <Suspense fallback={<Loading lines={8} />}>
          <EditView name={null} />
        </Suspense>
      </>
    )
  }

  if (!journey.data) {
    return (
      <>
        <PageHead title={name} before={back} />
        {journey.error?.isNotFound ? (
          <Empty title={t.missing} />
        ) : journey.error ? (
          <Failed error={journey.error} again={() => void journey.refetch()} />
        ) : (
          <Loading lines={8} />
        )}
      </>
    )
  }

  const { journey: summary } = journey.data
  return (
    <>
      <PageHead
        title={summary.name}
        before={back}
        lead={
          <span class="row">
            <Badge tone={summary.status === 'paused' ? 'warn' : 'good'}>
              {t.statuses[summary.status as keyof typeof t.statuses] ?? summary.status}
            </Badge>
            <span>{summary.description}</span>
          </span>
        }
      >
        <Segmented
          label={t.view}
          value={view as View}
          onChange={next => go(next === 'flow' ? `/journeys/${name}` : `/journeys/${name}/${next}`)}
          choices={(['flow', 'edit', 'versions'] as const).map(value => ({ value, label: t.views[value] }))}
        />
        <PauseButton name={summary.name} isPaused={summary.status === 'paused'} />
      </PageHead>
      {view === 'versions' ? (
        <Versions name={name} />
      ) : view === 'edit' ? (
        <Suspense fallback={<Loading lines={8} />}>
          <EditView name={name} />
        </Suspense>
      ) : (
        <FlowView detail={journey.data} />
      )}
    </>
  )
}

function PauseButton({ name, isPaused }: { name: string; isPaused: boolean }) {
  const t = useJourneyTexts()
  const ui = useUiTexts()
  const [asking, ask] = useState(false)
  const [busy, setBusy] = useState(false)
  const change = async (verb: 'pause' | 'resume'): Promise<void> => {
    setBusy(true)
    try {
      await sendJson('POST', `/v1/journeys/${segment(name)}/${verb}`)
      say(verb === 'pause' ? t.paused(name) : t.resumed(name))
      ask(false)
      await readAgain('/v1/journeys')
    } catch (fault) {
      sayFault(fault)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      {isPaused ? (
        <Button busy={busy} icon={<Play size={16} />} onClick={() => void change('resume')}>
          {t.resume}
        </Button>
      ) : (
        <Button icon={<Pause size={16} />} onClick={() => ask(true)}>
          {t.pause}
        </Button>
      )}
      <Dialog
        title={t.pauseTitle(name)}
        open={asking}
        onClose={() => ask(false)}
        foot={
          <>
            <Button onClick={() => ask(false)}>{ui.cancel}</Button>
            <Button kind="main" busy={busy} onClick={() => void change('pause')}>
              {t.pause}
            </Button>
          </>
        }
      >
        <p>{t.pauseText}</p>
      </Dialog>
    </>
  )
}
