import { Link } from 'wouter-preact'
import { address } from '../../api/http'
import { useOverview } from '../../api/live'
import { useGet } from '../../api/queries'
import type { CartSummary, Page } from '../../api/types'
import { count, money, monies } from '../../format/numbers'
import { useChoice, useChoices, useTrail } from '../../shell/address'
import { useShellTexts } from '../../shell/texts'
import { Channel } from '../../ui/channel'
import { SearchField, Segmented, Select } from '../../ui/controls'
import { Badge, PageHead, Panel } from '../../ui/layout'
import { Moment } from '../../ui/moment'
import { Empty, Reading } from '../../ui/states'
import { Pager, Table } from '../../ui/table'
import { cartTone } from './tones'
import { CartStatsPanel } from './CartStatsPanel'
import { useCartTexts } from './texts'
import './carts.css'

const channels = ['web', 'app', 'store', 'call-center', 'kiosk', 'chat', 'social']
const board = ['active', 'checking out', 'abandoned', 'recovered', 'converted'] as const
const states = [...board, 'emptied', 'expired'] as const
const shownOnBoard = 8

export function Carts() {
  const t = useCartTexts()
  const shell = useShellTexts()
  const [view] = useChoice('view', 'board')
  const [, change] = useChoices()
  return (
    <>
      <PageHead title={shell.pages.carts} lead={t.lead}>
        <Segmented
          label={t.view}
          value={view as 'board' | 'list'}
          onChange={value => change({ view: value === 'board' ? '' : value, page: '' }, { replace: false })}
          choices={[
            { value: 'board', label: t.views.board },
            { value: 'list', label: t.views.list },
          ]}
        />
      </PageHead>
      <CartStatsPanel />
      <Filters withState={view === 'list'} />
      {view === 'list' ? <CartList /> : <Board />}
    </>
  )
}

function Filters({ withState }: { withState: boolean }) {
  const t = useCartTexts()
  const [all, change] = useChoices()
  const set =
    (name: string) =>
    (value: string): void =>
      change({ [name]: value, page: '' })
  const minTotal = all.get('minTotal') ?? ''
  return (
    <div class="row cart-filters">
      {withState && (
        <Select
          label={t.state}
          hideLabel
          value={all.get('state') ?? ''}
          onChange={set('state')}
          choices={[{ value: '', label: t.allStates }, ...states.map(value => ({ value, label: t.states[value] }))]}
        />
      )}
      <Select
        label={t.channel}
        hideLabel
        value={all.get('channel') ?? ''}
        onChange={set('channel')}
        choices={[{ value: '', label: t.allChannels }, ...channels.map(value => ({ value, label: value }))]}
      />
      <SearchField
        label={t.minTotal}
        value={minTotal}
        onSearch={text => set('minTotal')(/^\d+([.,]\d+)?$/.test(text) ? text.replace(',', '.') : '')}
      />
    </div>
  )
}

function useFilter(): { channel: string; minTotal: string } {
  const [all] = useChoices()
  return { channel: all.get('channel') ?? '', minTotal: all.get('minTotal') ?? '' }
}

function Board() {
  const t = useCartTexts()
  return (
    <div class="board" role="list" aria-label={t.views.board}>
      {board.map(state => (
        <BoardColumn key={state} state={state} />
      ))}
    </div>
  )
}

function BoardColumn({ state }: { state: (typeof board)[number] }) {
  const t = useCartTexts()
  const filter = useFilter()
  const [, change] = useChoices()
  const carts = useGet<Page<CartSummary>>(address('/v1/carts', { state, ...filter, limit: shownOnBoard }), { every: 4_000 })
  return (
    <section class="board-column" role="listitem" aria-label={t.states[state]}>
      <div class="row row-apart board-head">
        <h2>{t.states[state]}</h2>
        <BoardSum state={state} carts={carts.data} isFiltered={filter.channel !== '' || filter.minTotal !== ''} />
      </div>
      <Reading of={carts} lines={4} isEmpty={page => page.items.length === 0} empty={<p class="soft small board-none">{t.none}</p>}>
        {page => (
          <ul class="board-list">
            {page.items.map(cart => (
              <li key={`${cart.customer} ${cart.cart}`}>
                <CartCard cart={cart} />
              </li>
            ))}
            {page.next && (
              <li>
                <button type="button" class="text-button" onClick={() => change({ view: 'list', state, page: '' }, { replace: false })}>
                  {t.more}
                </button>
              </li>
            )}
          </ul>
        )}
      </Reading>
    </section>
  )
}

/** How many there are and what they are worth: all of them where the server keeps the sum, else those that are shown. */
function BoardSum({ state, carts, isFiltered }: { state: (typeof board)[number]; carts: Page<CartSummary> | undefined; isFiltered: boolean }) {
  const overview = useOverview()
  const open = isFiltered ? undefined : overview?.carts.find(sum => sum.state === state)
  const ended = isFiltered || !(state === 'recovered' || state === 'converted') ? undefined : overview?.cartTotals[state]
  const text = open
    ? `${count(open.count)}${open.atLeast ? '+' : ''}`
    : ended !== undefined
      ? count(ended)
      : carts
        ? `${count(carts.items.length)}${carts.next ? '+' : ''}`
        : '…'
  return (
    <span class="row">
      {open && open.count > 0 && <span class="soft small number">{monies(open.value)}</span>}
      <Badge tone={cartTone[state] ?? 'plain'}>{text}</Badge>
    </span>
  )
}

function CartCard({ cart }: { cart: CartSummary }) {
  const t = useCartTexts()
  return (
    <Link href={`/customers/${cart.customer}`} class="cart-card">
      <span class="row row-apart">
        <strong class="number">{cart.total === null ? '–' : money(cart.total, cart.currency)}</strong>
        <span class="soft small">
          <Moment at={cart.activeAt} style="ago" />
        </span>
      </span>
      <span class="cart-products">{cart.products.join(', ') || t.items(count(cart.items))}</span>
      <span class="row small soft">
        <Channel name={cart.channel} />
        {cart.influenced && <Badge tone="good">{t.influenced}</Badge>}
      </span>
    </Link>
  )
}

function CartList() {
  const t = useCartTexts()
  const filter = useFilter()
  const [state] = useChoice('state')
  const [trail, after, turn] = useTrail()
  const carts = useGet<Page<CartSummary>>(address('/v1/carts', { state, ...filter, limit: 50, after }), { every: trail.length > 0 ? false : 5_000 })
  return (
    <Panel title={t.list} note={t.listNote} flush>
      <Reading of={carts} lines={8} isEmpty={page => page.items.length === 0} empty={<Empty title={t.empty} />}>
        {page => (
          <>
            <Table
              label={t.list}
              rows={page.items}
              keyOf={row => `${row.customer} ${row.cart}`}
              columns={[
                {
                  key: 'products',
                  head: t.products,
                  cell: row => <Link href={`/customers/${row.customer}`}>{row.products.join(', ') || row.cart}</Link>,
                },
                {
                  key: 'state',
                  head: t.state,
                  cell: row => <Badge tone={cartTone[row.state ?? ''] ?? 'plain'}>{t.states[row.state as keyof typeof t.states] ?? row.state}</Badge>,
                },
                { key: 'channel', head: t.channel, minor: true, cell: row => <Channel name={row.channel} /> },
                { key: 'age', head: t.age, cell: row => <Moment at={row.activeAt} style="ago" /> },
                { key: 'order', head: t.order, minor: true, cell: row => row.orderId ?? '–' },
                { key: 'value', head: t.value, align: 'end', cell: row => (row.total === null ? '–' : money(row.total, row.currency)) },
              ]}
            />
            <Pager next={page.next} trail={trail} onChange={turn} />
          </>
        )}
      </Reading>
    </Panel>
  )
}
