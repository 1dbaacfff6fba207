/** What the server answered instead of what was asked for: RFC 9457 problem details, where it sent them. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly body: Record<string, unknown> = {},
  ) {
    super(detail || title)
    this.name = 'ApiError'
  }

  /** No answer at all: the server is away, or the network is. */
  get isOffline(): boolean {
    return this.status === 0
  }

  /** The server is older than this page, or does without this part. A missing thing says so with problem details of its own. */
  get isUnavailable(): boolean {
    return this.status === 501 || this.status === 405 || (this.status === 404 && !this.detail)
  }

  get isNotFound(): boolean {
    return this.status === 404 && !this.isUnavailable
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>

/** A path with the parameters that have a value. */
export function address(path: string, query: Query = {}): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') given.set(name, String(value))
  }
  const text = given.toString()
  return text ? `${path}?${text}` : path
}

/** One segment of a path. */
export const segment = (text: string): string => encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%40', '@')

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await ask(path, { signal: signal ?? null, headers: { accept: 'application/json' } })).json()) as T
}

export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  return (await ask(path, { signal: signal ?? null })).text()
}

export async function sendJson<T>(method: 'POST' | 'DELETE' | 'PUT', path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await ask(path, {
    method,
    signal: signal ?? null,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  })
  return answerOf<T>(response)
}

export async function sendYaml<T>(path: string, yaml: string, signal?: AbortSignal): Promise<T> {
  return answerOf<T>(await ask(path, { method: 'POST', signal: signal ?? null, headers: { 'content-type': 'application/yaml' }, body: yaml }))
}

async function answerOf<T>(response: Response): Promise<T> {
  return (response.status === 204 || !response.headers.get('content-type')?.includes('json') ? undefined : await response.json()) as T
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, { ...init, credentials: 'same-origin' })
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === 'AbortError') throw fault
    throw new ApiError(0, '', '')
  }
  if (response.ok) return response
  const body = await readProblem(response)
  throw new ApiError(response.status, String(body['title'] ?? response.statusText), String(body['detail'] ?? ''), body)
}

async function readProblem(response: Response): Promise<Record<string, unknown>> {
  try {
    return (await response.json()) as Record<string, unknown>
  } catch {
    return {}
  }
}
