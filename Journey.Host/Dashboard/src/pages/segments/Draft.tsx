import { Eye, Upload } from 'lucide-preact'
import { useEffect, useId, useState } from 'preact/hooks'
import { Link } from 'wouter-preact'
import type { FunnelResult } from '../../api/contract'
import { ApiError, getText, segment as part, sendYaml } from '../../api/http'
import { readAgain, useGet } from '../../api/queries'
import type { DocumentVersion, Fault } from '../../api/types'
import { count } from '../../format/numbers'
import { Button } from '../../ui/controls'
import { Figure, Figures, Panel } from '../../ui/layout'
import { Loading } from '../../ui/states'
import { sayFault } from '../../ui/toasts'
import { Stages } from '../funnels/Stages'
import { PublishDialog } from '../journeys/PublishDialog'
import { useJourneyTexts } from '../journeys/texts'
import { useSegmentTexts } from './texts'

interface SegmentPreview {
  size: number
  customers: (string | { customer?: string; id?: string })[]
  entering: number
  leaving: number
}

/** A segment or a funnel, tried before it is published. */
export function Draft({ kind, text: begin, title }: { kind: 'segment' | 'funnel'; text: string; title: string }) {
  const t = useSegmentTexts()
  const words = useJourneyTexts()
  const id = useId()
  const [text, setText] = useState(begin)
  const [faults, setFaults] = useState<Fault[]>([])
  const [segment, setSegment] = useState<SegmentPreview | null>(null)
  const [funnel, setFunnel] = useState<FunnelResult | null>(null)
  const [busy, setBusy] = useState(false)
  const [publishing, setPublishing] = useState(false)

  const preview = async (): Promise<void> => {
    setBusy(true)
    setFaults([])
    try {
      if (kind === 'segment') setSegment(await sendYaml<SegmentPreview>('/v1/segments/preview', text))
      else setFunnel(await sendYaml<FunnelResult>('/v1/funnels/preview', text))
    } catch (fault) {
      if (fault instanceof ApiError && fault.status === 422) setFaults((fault.body['faults'] as Fault[] | undefined) ?? [])
      else sayFault(fault)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Panel title={title}>
      <div class="draft">
        <div class="stack-s">
          <label class="field-label" for={id}>
            {t.documents[kind]}
          </label>
          <textarea
            id={id}
            class="input draft-text"
            rows={Math.max(8, text.split('\n').length + 1)}
            spellcheck={false}
            value={text}
            onInput={event => setText(event.currentTarget.value)}
          />
          <div class="row">
            <Button icon={<Eye size={16} />} busy={busy} onClick={() => void preview()}>
              {t.preview}
            </Button>
            <Button kind="main" icon={<Upload size={16} />} onClick={() => setPublishing(true)}>
              {t.publish}
            </Button>
          </div>
        </div>
        <div class="stack" aria-live="polite">
          {faults.length > 0 && (
            <ul class="faults">
              {faults.map(fault => (
                <li key={`${fault.code} ${fault.line} ${fault.column}`}>
                  {words.line} {fault.line}: {fault.message} {fault.suggestion}
                </li>
              ))}
            </ul>
          )}
          {segment && (
            <>
              <Figures>
                <Figure label={t.wouldBe} value={count(segment.size)} />
                <Figure label={t.entering} value={count(segment.entering)} tone="good" />
                <Figure label={t.leaving} value={count(segment.leaving)} tone="warn" />
              </Figures>
              <div class="stack-s">
                <h3>{t.first}</h3>
                <p class="row small">
                  {segment.customers.slice(0, 12).map(customer => {
                    const of = typeof customer === 'string' ? customer : (customer.customer ?? customer.id ?? '')
                    return (
                      <Link key={of} class="mono" href={`/customers/${of}`}>
                        {of}
                      </Link>
                    )
                  })}
                </p>
              </div>
            </>
          )}
          {funnel && <Stages stages={funnel.stages} />}
          {!segment && !funnel && faults.length === 0 && <p class="draft-hint soft small">{t.hints[kind]}</p>}
        </div>
      </div>
      <PublishDialog
        open={publishing}
        text={text}
        file={`${kind}.yaml`}
        onClose={() => setPublishing(false)}
        onPublished={() => {
          setPublishing(false)
          void readAgain('/v1/')
        }}
      />
    </Panel>
  )
}

/** The same for what is published already: it begins with the text that is in force. */
export function PublishedDraft({ kind, name, title }: { kind: 'segment' | 'funnel'; name: string; title: string }) {
  const path = `/v1/journeys/${part(name)}/versions`
  const versions = useGet<DocumentVersion[]>(path)
  const newest = versions.data?.at(-1)?.version
  const [text, setText] = useState<string | null>(null)
  useEffect(() => {
    if (newest) void getText(`${path}/${newest}`).then(setText, sayFault)
  }, [path, newest])
  return text === null ? (
    <Panel title={title}>
      <Loading lines={5} />
    </Panel>
  ) : (
    <Draft key={`${name} ${newest}`} kind={kind} text={text} title={title} />
  )
}
