const prefix = 'journey.draft.'

/** What was written and not published, kept in this browser until it is. */
export function draftOf(name: string | null): string | null {
  try {
    return sessionStorage.getItem(prefix + (name ?? ''))
  } catch {
    return null
  }
}

export function keep(name: string | null, text: string): void {
  try {
    sessionStorage.setItem(prefix + (name ?? ''), text)
  } catch {
    // Without storage a draft lasts as long as its page.
  }
}

export function forget(name: string | null): void {
  try {
    sessionStorage.removeItem(prefix + (name ?? ''))
  } catch {
    // Nothing was kept.
  }
}

const testsPrefix = 'journey.tests.'

/** The server keeps what is in force; tests are the writer's, so they are kept here beside it. */
export function keepTests(name: string | null, text: string): void {
  const tests = text.split(/^---[ \t]*$/m).filter(document => /^\s*test:/.test(document.replaceAll(/^\s*#.*$/gm, '')))
  try {
    if (tests.length > 0) localStorage.setItem(testsPrefix + (name ?? ''), tests.map(test => `---\n${test.trim()}\n`).join(''))
    else localStorage.removeItem(testsPrefix + (name ?? ''))
  } catch {
    // Without storage they have to be pasted again.
  }
}

/** What is in force, followed by the tests that were in the editor when it was published from here. */
export function withTests(name: string | null, published: string): string {
  try {
    const tests = published && localStorage.getItem(testsPrefix + (name ?? ''))
    return tests ? `${published.trimEnd()}\n${tests}` : published
  } catch {
    return published
  }
}

/** Where a new journey begins: small, right, and with a test. */
export const template = `journey: thank-you
description: Say thank you two hours after an order.
enter: { on: Order Completed, reentry: after-exit }
steps:
  - { id: pause, wait: 2h }
  - id: thanks
    send: { channel: email, template: thank-you }
---
test: two hours after an order the thanks go out
journey: thank-you
customer: { traits: { email: ada@example.com }, consent: { email: granted } }
given:
  - { at: "2026-03-02T09:00Z", event: Order Completed, properties: { order_id: o1, total: 80 } }
expect:
  - sent: { channel: email, template: thank-you, at: "2026-03-02T11:00Z" }
`
