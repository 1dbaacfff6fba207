import { CircleCheck, CircleX } from 'lucide-preact'
import type { TestsAnswer } from '../../api/contract'
import { count } from '../../format/numbers'
import { Badge, Panel } from '../../ui/layout'
import { useJourneyTexts } from './texts'

/** What came of the tests in the text; a failed one says what was there instead, and what led to it. */
export function TestsPanel({ answer, onGo }: { answer: TestsAnswer; onGo: (line: number) => void }) {
  const t = useJourneyTexts()
  return (
    <Panel
      title={t.test}
      actions={
        <>
          {answer.passed > 0 && <Badge tone="good">{t.testsPassed(count(answer.passed))}</Badge>}
          {answer.failed > 0 && <Badge tone="bad">{t.testsFailed(count(answer.failed))}</Badge>}
        </>
      }
    >
      {answer.tests.length === 0 && <p class="soft">{t.testsNone}</p>}
      <ul class="faults" aria-live="polite">
        {answer.tests.map(test => (
          <li key={test.name} class={`test-line ${test.passed ? 'test-good' : 'test-bad'}`}>
            {test.passed ? <CircleCheck size={17} aria-hidden="true" /> : <CircleX size={17} aria-hidden="true" />}
            <div class="stack-s">
              <span>{test.name}</span>
              {test.failures.map((failure, i) => (
                <div key={i} class="small">
                  {failure.line !== undefined && (
                    <button type="button" class="link-button" onClick={() => onGo(failure.line!)}>
                      {t.line} {failure.line}
                    </button>
                  )}
                  <p>
                    <span class="soft">{t.expected}:</span> {failure.expected}
                  </p>
                  <p>
                    <span class="soft">{t.got}:</span> {failure.got.join('; ')}
                  </p>
                </div>
              ))}
              {(test.story?.length ?? 0) > 0 && (
                <details class="small">
                  <summary class="soft">{t.story}</summary>
                  <pre class="diff" tabIndex={0} aria-label={t.story}>
                    {test.story!.map((line, i) => (
                      <span key={i}>{line}</span>
                    ))}
                  </pre>
                </details>
              )}
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
