import { FlaskConical, History, Upload } from 'lucide-preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'
import type { TestsAnswer } from '../../api/contract'
import { address, ApiError, getText, segment, sendYaml } from '../../api/http'
import { useGet } from '../../api/queries'
import type { DocumentVersion, Fault, PublishReport } from '../../api/types'
import type { Editor } from '../../editor/monaco'
import { count } from '../../format/numbers'
import { useChoice } from '../../shell/address'
import { useTheme } from '../../shell/theme'
import { Button } from '../../ui/controls'
import { Badge, Panel } from '../../ui/layout'
import { Failed, Loading } from '../../ui/states'
import { sayFault } from '../../ui/toasts'
import { BacktestPanel, opened } from './BacktestPanel'
import { draftOf, forget, keep, keepTests, template, withTests } from './drafts'
import { PublishDialog } from './PublishDialog'
import { TestsPanel } from './TestsPanel'
import { useJourneyTexts } from './texts'

const checkAfter = 500

/** Writes a journey: checked while it is written, tested, tried on history, and published. */
export function EditView({ name }: { name: string | null }) {
  const t = useJourneyTexts()
  const versions = useGet<DocumentVersion[]>(name ? `/v1/journeys/${segment(name)}/versions` : null)
  const schema = useGet<object>('/v1/schema')
  const [published, setPublished] = useState<string | null>(name ? null : '')
  const newest = versions.data?.at(-1)?.version
  useEffect(() => {
    if (name && newest) void getText(`/v1/journeys/${segment(name)}/versions/${newest}`).then(setPublished, sayFault)
  }, [name, newest])
  if (versions.error) return <Failed error={versions.error} again={() => void versions.refetch()} />
  if (schema.error) return <Failed error={schema.error} again={() => void schema.refetch()} />
  if (published === null || !schema.data) {
    return (
      <Panel title={t.editor}>
        <Loading lines={10} />
      </Panel>
    )
  }

  return <Workbench key={`${name} ${newest}`} name={name} published={published} schema={schema.data} />
}

interface Check {
  faults: Fault[]
  plan: PublishReport | null
  busy: boolean
}

function Workbench({ name, published, schema }: { name: string | null; published: string; schema: object }) {
  const t = useJourneyTexts()
  const [, go] = useLocation()
  const [text, setText] = useState(() => draftOf(name) ?? (withTests(name, published) || template))
  const [check, setCheck] = useState<Check>({ faults: [], plan: null, busy: true })
  const [tests, setTests] = useState<TestsAnswer | null>(null)
  const [testing, setTesting] = useState(false)
  const [backtest, setBacktest] = useChoice('backtest')
  const [publishing, setPublishing] = useState(false)
  const editor = useRef<Editor | null>(null)
  const file = `${name ?? 'new'}.yaml`

  useEffect(() => {
    if (text === published || text === withTests(name, published)) forget(name)
    else keep(name, text)
    const asking = new AbortController()
    const timer = window.setTimeout(
      () =>
        void plan(text, file, asking.signal).then(found => {
          if (asking.signal.aborted) return
          setCheck(found)
          editor.current?.mark(found.faults)
        }),
      checkAfter,
    )
    return () => {
      window.clearTimeout(timer)
      asking.abort()
    }
  }, [text])

  const runTests = async (): Promise<void> => {
    setTesting(true)
    try {
      setTests(await sendYaml<TestsAnswer>(address('/v1/tests', { file }), text))
    } catch (fault) {
      if (fault instanceof ApiError && fault.status === 422) setCheck({ faults: faultsOf(fault), plan: null, busy: false })
      else sayFault(fault)
    } finally {
      setTesting(false)
    }
  }

  const errors = check.faults.filter(fault => fault.severity === 'error').length
  return (
    <>
      <div class="edit-view">
        <Panel
          title={t.editor}
          note={t.editorNote}
          actions={text !== published && text !== withTests(name, published) && published !== '' && <Badge tone="info">{t.unsaved}</Badge>}
        >
          <EditorPlace
            text={text}
            schema={schema}
            onChange={setText}
            onOpen={opened => {
              editor.current = opened
            }}
          />
        </Panel>
        <div class="stack">
          <div class="row">
            <Button icon={<FlaskConical size={16} />} busy={testing} disabled={errors > 0} onClick={() => void runTests()}>
              {t.test}
            </Button>
            <Button icon={<History size={16} />} disabled={errors > 0} onClick={() => setBacktest(backtest || opened)}>
              {t.backtest}
            </Button>
            <Button kind="main" icon={<Upload size={16} />} disabled={errors > 0 || !check.plan} onClick={() => setPublishing(true)}>
              {t.publish}
            </Button>
          </div>
          <Faults check={check} onGo={fault => editor.current?.goTo(fault.line, fault.column)} />
          {tests && <TestsPanel answer={tests} onGo={line => editor.current?.goTo(line, 1)} />}
          {backtest && <BacktestPanel text={text} file={file} isPublished={name !== null} />}
        </div>
      </div>
      <PublishDialog
        open={publishing}
        text={text}
        file={file}
        onClose={() => setPublishing(false)}
        onPublished={report => {
          forget(name)
          keepTests(name ?? report.documents.find(document => document.kind !== 'test')?.name ?? null, text)
          setPublishing(false)
          const first = report.documents.find(document => document.kind === 'journey' || document.kind === 'rule')
          go(first ? `/journeys/${first.name}/versions` : '/journeys')
        }}
      />
    </>
  )
}

/** What publishing would say of a text, without doing it. */
async function plan(text: string, file: string, signal: AbortSignal): Promise<Check> {
  try {
    const report = await sendYaml<PublishReport>(address('/v1/journeys', { dryRun: true, file }), text, signal)
    return { faults: report.warnings as Fault[], plan: report, busy: false }
  } catch (fault) {
    if (fault instanceof ApiError && fault.status === 422) return { faults: faultsOf(fault), plan: null, busy: false }
    if (!signal.aborted) sayFault(fault)
    return { faults: [], plan: null, busy: false }
  }
}

const faultsOf = (fault: ApiError): Fault[] => (fault.body['faults'] as Fault[] | undefined) ?? []

function Faults({ check, onGo }: { check: Check; onGo: (fault: Fault) => void }) {
  const t = useJourneyTexts()
  const errors = check.faults.filter(fault => fault.severity === 'error').length
  return (
    <Panel
      title={t.fault}
      actions={
        check.busy ? (
          <Badge>{t.checking}</Badge>
        ) : errors > 0 ? (
          <Badge tone="bad">{t.faults(count(errors))}</Badge>
        ) : (
          <Badge tone="good">{t.noFaults}</Badge>
        )
      }
    >
      <ul class="faults" aria-live="polite">
        {check.faults.map(fault => (
          <li key={`${fault.code} ${fault.line} ${fault.column}`}>
            <button type="button" class="link-button" onClick={() => onGo(fault)}>
              {t.line} {fault.line}
            </button>{' '}
            {fault.message} {fault.expected && <span class="soft">{fault.expected}</span>}{' '}
            {fault.suggestion && <Badge tone="info">{fault.suggestion}</Badge>}
          </li>
        ))}
      </ul>
      {check.faults.length === 0 && <p class="soft small">{check.busy ? t.checking : t.noFaultsText}</p>}
    </Panel>
  )
}

/** The editor comes when it is opened: it is larger than all the rest. */
function EditorPlace({
  text,
  schema,
  onChange,
  onOpen,
}: {
  text: string
  schema: object
  onChange: (text: string) => void
  onOpen: (editor: Editor) => void
}) {
  const t = useJourneyTexts()
  const place = useRef<HTMLDivElement>(null)
  const opened = useRef<Editor | null>(null)
  const [isOpen, setOpen] = useState(false)
  const { dark } = useTheme()
  useEffect(() => {
    let gone = false
    void import('../../editor/monaco').then(({ open }) => {
      if (gone || !place.current) return
      opened.current = open(place.current, text, schema, t.editorLabel, dark, onChange)
      onOpen(opened.current)
      setOpen(true)
    })
    return () => {
      gone = true
      opened.current?.end()
    }
  }, [])
  useEffect(() => opened.current?.dark(dark), [dark])
  return (
    <div class="editor" ref={place}>
      {!isOpen && (
        <p class="soft small" role="status">
          {t.editorLoading}
        </p>
      )}
    </div>
  )
}
