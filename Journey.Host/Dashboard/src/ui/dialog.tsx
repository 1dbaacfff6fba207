import { X } from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { IconButton } from './controls'
import { useUiTexts } from './texts'

/** A dialog over the page. The browser keeps the focus inside, closes it with Escape and gives the focus back. */
export function Dialog({
  title,
  open,
  onClose,
  children,
  foot,
  kind = 'box',
}: {
  title: string
  open: boolean
  onClose: () => void
  children: ComponentChildren
  foot?: ComponentChildren
  kind?: 'box' | 'wide' | 'sheet'
}) {
  const t = useUiTexts()
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    if (!element) return
    if (open && !element.open) element.showModal()
    if (!open && element.open) element.close()
  }, [open])
  return (
    <dialog
      ref={dialog}
      class={`dialog dialog-${kind}`}
      aria-labelledby={id}
      onClose={onClose}
      onMouseDown={event => {
        if (event.target === dialog.current) onClose()
      }}
    >
      {open && (
        <div class="dialog-inside">
          <div class="dialog-head">
            <h2 id={id}>{title}</h2>
            <IconButton label={t.close} onClick={onClose}>
              <X size={18} aria-hidden="true" />
            </IconButton>
          </div>
          <div class="dialog-body">{children}</div>
          {foot && <div class="dialog-foot">{foot}</div>}
        </div>
      )}
    </dialog>
  )
}
