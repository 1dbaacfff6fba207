/** Every page, as the navigation and the server know it. A test compares the first segments with the server's list. */
export const paths = {
  overview: '/',
  customers: '/customers',
  carts: '/carts',
  deliveries: '/deliveries',
  map: '/map',
  journeys: '/journeys',
  segments: '/segments',
  funnels: '/funnels',
  attribution: '/attribution',
  projections: '/projections',
  hosts: '/hosts',
} as const

export type PageName = keyof typeof paths
