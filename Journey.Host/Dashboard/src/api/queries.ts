import { QueryClient, keepPreviousData, useMutation, useQuery, type UseQueryResult } from '@tanstack/preact-query'
import { ApiError, getJson } from './http'

/** What was read stays on the screen while it is read again: nothing flickers. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      gcTime: 300_000,
      refetchOnWindowFocus: true,
      retryDelay: attempt => Math.min(1_000 * 2 ** attempt, 8_000),
      // An answer that says no says it again; only silence and trouble are worth another try.
      retry: (failures, fault) => failures < 2 && fault instanceof ApiError && (fault.isOffline || fault.status === 429 || fault.status >= 502),
    },
  },
})

export interface Reading {
  /** Milliseconds between two readings while the page is looked at; left out: only when asked. */
  every?: number | false
  /** Keep what the address before gave until this one has answered. */
  keep?: boolean
}

/** Reads an address of the API; null reads nothing yet. */
export function useGet<T>(path: string | null, { every = false, keep = true }: Reading = {}): UseQueryResult<T, ApiError> {
  return useQuery<T, ApiError>({
    queryKey: [path],
    queryFn: ({ signal }) => getJson<T>(path!, signal),
    enabled: path !== null,
    refetchInterval: every,
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  })
}

/** Reads again everything whose address begins so. */
export const readAgain = (beginning = '/'): Promise<void> =>
  queries.invalidateQueries({ predicate: query => String(query.queryKey[0] ?? '').startsWith(beginning) })

export { useMutation }
