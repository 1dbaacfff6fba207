import 'monaco-editor/esm/vs/basic-languages/yaml/yaml.contribution'
import * as monaco from 'monaco-editor/esm/vs/editor/edcore.main'
import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker?worker'
import { configureMonacoYaml } from 'monaco-yaml'
import YamlWorker from 'monaco-yaml/yaml.worker?worker'
import type { Fault } from '../api/types'

// Workers are files of this server, like everything else.
self.MonacoEnvironment = { getWorker: (_, label) => (label === 'yaml' ? new YamlWorker() : new EditorWorker()) }

const documents = 'file:///journey/*.yaml'
let isConfigured = false

interface WorkerOptions {
  label?: string
  createData?: unknown
  host?: Record<string, (...parameters: never[]) => unknown>
  keepIdleModels?: boolean
}

/** The YAML language asks for its worker by name; this editor takes a worker that is there. */
const withNamedWorkers = {
  ...monaco,
  editor: {
    ...monaco.editor,
    createWebWorker: (options: WorkerOptions) => {
      const worker = options.label === 'yaml' ? new YamlWorker() : new EditorWorker()
      worker.postMessage('ignore')
      worker.postMessage(options.createData)
      return monaco.editor.createWebWorker({ worker, ...(options.keepIdleModels ? { keepIdleModels: true } : {}) } as never)
    },
  },
}

/** Once for the page: completion, hover and structure by the schema of the language. */
function configure(schema: object): void {
  if (isConfigured) return
  isConfigured = true
  configureMonacoYaml(withNamedWorkers as never, {
    enableSchemaRequest: false,
    validate: true,
    completion: true,
    hover: true,
    schemas: [{ uri: 'file:///journey/journey.schema.json', fileMatch: [documents], schema: schema as never }],
  })
}

function themes(): void {
  const colour = (token: string): string => {
    const probe = document.createElement('span')
    probe.style.color = `var(${token})`
    document.body.append(probe)
    const [r, g, b] = getComputedStyle(probe).color.match(/\d+/g)!.map(Number)
    probe.remove()
    return `#${[r, g, b].map(part => part!.toString(16).padStart(2, '0')).join('')}`
  }
  for (const dark of [false, true]) {
    const isNow = dark === (getComputedStyle(document.body).colorScheme, colour('--paper') < '#808080')
    monaco.editor.defineTheme(dark ? 'journey-dark' : 'journey-light', {
      base: dark ? 'vs-dark' : 'vs',
      inherit: true,
      rules: [
        { token: 'type.yaml', foreground: dark ? '56d3b8' : '0b6e5f' },
        { token: 'comment.yaml', foreground: dark ? 'a4aeb6' : '545d64' },
      ],
      colors: isNow ? { 'editor.background': colour('--panel'), 'editorLineNumber.foreground': colour('--ink-soft') } : {},
    })
  }
}

export interface Editor {
  text: () => string
  write: (text: string) => void
  mark: (faults: Fault[]) => void
  goTo: (line: number, column: number) => void
  dark: (dark: boolean) => void
  end: () => void
}

/** An editor of journey documents in an element. */
export function open(element: HTMLElement, text: string, schema: object, label: string, isDark: boolean, onChange: (text: string) => void): Editor {
  configure(schema)
  themes()
  const model = monaco.editor.createModel(text, 'yaml', monaco.Uri.parse(`file:///journey/${crypto.randomUUID()}.yaml`))
  const editor = monaco.editor.create(element, {
    model,
    ariaLabel: label,
    theme: isDark ? 'journey-dark' : 'journey-light',
    automaticLayout: true,
    fontSize: 13,
    lineHeight: 21,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    wordWrap: 'on',
    tabSize: 2,
    padding: { top: 12, bottom: 12 },
    renderLineHighlight: 'line',
    quickSuggestions: { other: true, strings: true, comments: false },
    fixedOverflowWidgets: true,
    // Tab leaves the editor, as it leaves any field; Ctrl+M changes that.
    tabFocusMode: true,
  })
  const watch = model.onDidChangeContent(() => onChange(model.getValue()))
  return {
    text: () => model.getValue(),
    write: value => model.setValue(value),
    mark: faults =>
      monaco.editor.setModelMarkers(
        model,
        'journey',
        faults.map(fault => ({
          severity: fault.severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
          message: [fault.message, fault.expected, fault.suggestion && `→ ${fault.suggestion}`].filter(Boolean).join('\n'),
          code: fault.code,
          startLineNumber: fault.line,
          startColumn: fault.column,
          endLineNumber: fault.line,
          endColumn: Math.max(
            fault.column + 1,
            model.getWordAtPosition({ lineNumber: Math.min(fault.line, model.getLineCount()), column: fault.column })?.endColumn ?? 0,
          ),
        })),
      ),
    goTo: (line, column) => {
      editor.setPosition({ lineNumber: line, column })
      editor.revealLineInCenter(line)
      editor.focus()
    },
    dark: dark => {
      themes()
      monaco.editor.setTheme(dark ? 'journey-dark' : 'journey-light')
    },
    end: () => {
      watch.dispose()
      editor.dispose()
      model.dispose()
    },
  }
}
