import { Ellipsis, Languages, Moon, Search, Sun, SunMoon } from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Link, useLocation } from 'wouter-preact'
import { useConnection } from '../api/live'
import { choose, useLanguage } from '../i18n/language'
import { Segmented } from '../ui/controls'
import { Dialog } from '../ui/dialog'
import { say, Toasts } from '../ui/toasts'
import { groups, icons, onPhone } from './navigation'
import { paths, type PageName } from './routes'
import { useScroll } from './scroll'
import { useShellTexts } from './texts'
import { chooseTheme, useTheme, type Theme } from './theme'

export function Shell({ children }: { children: ComponentChildren }) {
  const t = useShellTexts()
  useScroll()
  return (
    <>
      <a class="skip" href="#content">
        {t.skip}
      </a>
      <div class="shell">
        <Sidebar />
        <div class="shell-main">
          <ConnectionNotice />
          <main id="content" tabIndex={-1}>
            {children}
          </main>
        </div>
        <TabBar />
      </div>
      <Toasts />
    </>
  )
}

function useHere(): (page: PageName) => boolean {
  const [path] = useLocation()
  return page => (page === 'overview' ? path === '/' : path === paths[page] || path.startsWith(`${paths[page]}/`))
}

function Sidebar() {
  const t = useShellTexts()
  return (
    <div class="sidebar">
      <Brand />
      <FindCustomer />
      <nav aria-label={t.navigation} class="grow">
        {groups.map(group => (
          <div key={group.name} class="nav-group">
            <p class="nav-group-name" id={`nav-${group.name}`}>
              {t.groups[group.name]}
            </p>
            <ul class="nav-list" aria-labelledby={`nav-${group.name}`}>
              {group.pages.map(page => (
                <li key={page}>
                  <NavLink page={page} />
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <Preferences />
    </div>
  )
}

function Brand() {
  return (
    <div class="brand">
      <Link href="/" class="brand-name">
        <img src="/icon.svg" alt="" width="26" height="26" />
        Journey
      </Link>
      <LiveMark />
    </div>
  )
}

function LiveMark() {
  const t = useShellTexts()
  const connection = useConnection()
  return (
    <span class={`live-mark live-${connection}`}>
      <span class="live-dot" aria-hidden="true" />
      {t.connection[connection]}
    </span>
  )
}

function NavLink({ page, onClick }: { page: PageName; onClick?: () => void }) {
  const t = useShellTexts()
  const here = useHere()(page)
  const Icon = icons[page]
  return (
    <Link href={paths[page]} class="nav-link" aria-current={here ? 'page' : undefined} {...(onClick ? { onClick } : {})}>
      <Icon size={18} aria-hidden="true" />
      <span>{t.pages[page]}</span>
    </Link>
  )
}

/** Goes to the customers with what was typed; "/" goes here from anywhere. */
function FindCustomer() {
  const t = useShellTexts()
  const [, go] = useLocation()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement
      if (event.key === '/' && !event.ctrlKey && !event.metaKey && !/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !target.isContentEditable) {
        event.preventDefault()
        input.current?.focus()
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <form
      class="search find"
      role="search"
      onSubmit={event => {
        event.preventDefault()
        const text = input.current?.value.trim() ?? ''
        go(text ? `/customers?q=${encodeURIComponent(text)}` : '/customers')
      }}
    >
      <Search size={16} aria-hidden="true" />
      <input ref={input} type="search" class="input" placeholder={t.find} aria-label={t.findLabel} autocomplete="off" spellcheck={false} />
      <kbd aria-hidden="true">/</kbd>
    </form>
  )
}

function Preferences() {
  const t = useShellTexts()
  const language = useLanguage()
  const { theme } = useTheme()
  const next: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' }
  const Icon = { system: SunMoon, light: Sun, dark: Moon }[theme]
  return (
    <div class="preferences">
      <button type="button" class="quiet-button" onClick={() => chooseTheme(next[theme])} title={t.theme}>
        <Icon size={16} aria-hidden="true" />
        <span class="unseen">{t.theme}: </span>
        {t.themes[theme]}
      </button>
      <button type="button" class="quiet-button" onClick={() => choose(language === 'en' ? 'it' : 'en')} title={t.language}>
        <Languages size={16} aria-hidden="true" />
        <span class="unseen">{t.language}: </span>
        {language === 'en' ? 'English' : 'Italiano'}
      </button>
    </div>
  )
}

function TabBar() {
  const t = useShellTexts()
  const [open, setOpen] = useState(false)
  const here = useHere()
  const inMore = groups.some(group => group.pages.some(page => !onPhone.includes(page) && here(page)))
  return (
    <nav class="tab-bar" aria-label={t.navigation}>
      {onPhone.map(page => (
        <NavLink key={page} page={page} />
      ))}
      <button type="button" class="nav-link" aria-haspopup="dialog" {...(inMore ? { 'data-here': true } : {})} onClick={() => setOpen(true)}>
        <Ellipsis size={18} aria-hidden="true" />
        <span>{t.more}</span>
      </button>
      <Dialog title={t.allPages} kind="sheet" open={open} onClose={() => setOpen(false)}>
        <ul class="nav-list sheet-pages">
          {groups
            .flatMap(group => group.pages)
            .map(page => (
              <li key={page}>
                <NavLink page={page} onClick={() => setOpen(false)} />
              </li>
            ))}
        </ul>
        <SheetPreferences />
      </Dialog>
    </nav>
  )
}

function SheetPreferences() {
  const t = useShellTexts()
  const language = useLanguage()
  const { theme } = useTheme()
  return (
    <div class="stack">
      <Segmented
        label={t.theme}
        value={theme}
        onChange={chooseTheme}
        choices={(['system', 'light', 'dark'] as const).map(value => ({ value, label: t.themes[value] }))}
      />
      <Segmented
        label={t.language}
        value={language}
        onChange={choose}
        choices={[
          { value: 'en', label: 'English' },
          { value: 'it', label: 'Italiano' },
        ]}
      />
    </div>
  )
}

function ConnectionNotice() {
  const t = useShellTexts()
  const connection = useConnection()
  const wasLost = useRef(false)
  useEffect(() => {
    if (connection === 'live' && wasLost.current) say(t.back)
    if (connection !== 'connecting') wasLost.current = connection === 'lost'
  }, [connection])
  return (
    <div aria-live="assertive">
      {connection === 'lost' && (
        <p class="connection-lost">
          <span class="spinner" aria-hidden="true" />
          {t.lost}
        </p>
      )}
    </div>
  )
}
