import { useEffect, useRef } from 'preact/hooks'
import { useLocation } from 'wouter-preact'

const framesToTry = 60
const places = new Map<string, number>()
let wentBack = false

history.scrollRestoration = 'manual'
window.addEventListener('popstate', () => {
  wentBack = true
})
window.addEventListener('scroll', () => places.set(window.location.href, window.scrollY), { passive: true })

/** A page opened anew begins at its top; one that is come back to is where it was left, as soon as it is long enough again. */
export function useScroll(): void {
  const [path] = useLocation()
  const first = useRef(true)
  useEffect(() => {
    const returned = wentBack
    wentBack = false
    if (first.current) {
      first.current = false
      return
    }
    const wanted = returned ? (places.get(window.location.href) ?? 0) : 0
    let left = framesToTry
    let frame = 0
    const go = (): void => {
      window.scrollTo(0, wanted)
      if (Math.abs(window.scrollY - wanted) > 1 && --left > 0) frame = requestAnimationFrame(go)
    }
    go()
    return () => cancelAnimationFrame(frame)
  }, [path])
}
