// Before anything is drawn, so that nobody who chose dark sees a flash of light.
;(() => {
  try {
    const root = document.documentElement
    const theme = localStorage.getItem('journey.theme')
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
    const language = localStorage.getItem('journey.language') || navigator.language.slice(0, 2)
    root.lang = language === 'it' ? 'it' : 'en'
  } catch {
    // Without storage the system's choice holds.
  }
})()
