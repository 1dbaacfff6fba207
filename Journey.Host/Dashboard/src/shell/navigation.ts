import { Activity, ChartPie, Filter, Layers, LayoutDashboard, Route, Send, Server, ShoppingCart, Split, Users } from 'lucide-preact'
import type { PageName } from './routes'

export const icons = {
  overview: LayoutDashboard,
  customers: Users,
  carts: ShoppingCart,
  deliveries: Send,
  map: Route,
  journeys: Split,
  segments: Layers,
  funnels: Filter,
  attribution: ChartPie,
  projections: Activity,
  hosts: Server,
} as const

/** By whose work it is: the shop's day, the design of journeys, the running of the server. */
export const groups: readonly { name: 'now' | 'design' | 'operate'; pages: readonly PageName[] }[] = [
  { name: 'now', pages: ['overview', 'customers', 'carts', 'deliveries'] },
  { name: 'design', pages: ['journeys', 'map', 'segments', 'funnels', 'attribution'] },
  { name: 'operate', pages: ['projections', 'hosts'] },
]

/** The pages that a thumb reaches at once; the others are behind "more". */
export const onPhone: readonly PageName[] = ['overview', 'customers', 'carts', 'journeys']
