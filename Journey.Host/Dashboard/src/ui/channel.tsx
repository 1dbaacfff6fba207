const known = ['web', 'app', 'email', 'store', 'call-center', 'social', 'chat', 'kiosk', 'sms', 'push', 'journey']

/** The colour of a channel, the same wherever it is drawn. */
export const channelColour = (name: string): string => `var(--channel-${known.includes(name) ? name : name === 'internal' ? 'journey' : 'other'})`

export function Channel({ name }: { name: string | null | undefined }) {
  if (!name) return <span class="soft">–</span>
  return (
    <span class="channel nowrap" translate={false}>
      <span class="channel-dot" style={{ background: channelColour(name) }} aria-hidden="true" />
      {name}
    </span>
  )
}
