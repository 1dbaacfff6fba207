import { Component, type ComponentChildren, type FunctionComponent } from 'preact'
import { lazy, Suspense } from 'preact/compat'
import { Link, Route, Switch } from 'wouter-preact'
import { Overview } from './pages/overview/Overview'
import { Shell } from './shell/Shell'
import { useShellTexts } from './shell/texts'
import { Button } from './ui/controls'
import { PageHead } from './ui/layout'
import { Empty, Loading } from './ui/states'

/** A page comes when it is opened; the overview is there at once. */
function page<N extends string>(load: () => Promise<{ [K in N]: FunctionComponent }>, name: N): FunctionComponent {
  return lazy(() => load().then(module => ({ default: module[name] }))) as FunctionComponent
}

const Customers = page(() => import('./pages/customers/Customers'), 'Customers')
const Customer = page(() => import('./pages/customers/Customer'), 'Customer')
const Carts = page(() => import('./pages/carts/Carts'), 'Carts')
const Deliveries = page(() => import('./pages/deliveries/Deliveries'), 'Deliveries')
const Delivery = page(() => import('./pages/deliveries/Delivery'), 'Delivery')
const JourneyMap = page(() => import('./pages/map/JourneyMap'), 'JourneyMap')
const Journeys = page(() => import('./pages/journeys/Journeys'), 'Journeys')
const Journey = page(() => import('./pages/journeys/Journey'), 'Journey')
const Segments = page(() => import('./pages/segments/Segments'), 'Segments')
const Funnels = page(() => import('./pages/funnels/Funnels'), 'Funnels')
const Attribution = page(() => import('./pages/attribution/Attribution'), 'Attribution')
const Projections = page(() => import('./pages/projections/Projections'), 'Projections')
const Hosts = page(() => import('./pages/hosts/Hosts'), 'Hosts')

export function App() {
  return (
    <Shell>
      <Guard>
        <Suspense
          fallback={
            <div class="page">
              <Loading lines={5} />
            </div>
          }
        >
          <div class="page">
            <Switch>
              <Route path="/" component={Overview} />
              <Route path="/customers" component={Customers} />
              <Route path="/customers/:id" component={Customer} />
              <Route path="/carts" component={Carts} />
              <Route path="/deliveries" component={Deliveries} />
              <Route path="/deliveries/:id" component={Delivery} />
              <Route path="/map" component={JourneyMap} />
              <Route path="/journeys" component={Journeys} />
              <Route path="/journeys/:name/:view?" component={Journey} />
              <Route path="/segments/:name?" component={Segments} />
              <Route path="/funnels/:name?" component={Funnels} />
              <Route path="/attribution" component={Attribution} />
              <Route path="/projections" component={Projections} />
              <Route path="/hosts" component={Hosts} />
              <Route component={NotFound} />
            </Switch>
          </div>
        </Suspense>
      </Guard>
    </Shell>
  )
}

function NotFound() {
  const t = useShellTexts()
  return (
    <>
      <PageHead title={t.notFound} />
      <Empty title={t.notFoundText}>
        <Link href="/">{t.toOverview}</Link>
      </Empty>
    </>
  )
}

/** A page whose code can't be had (the server was updated meanwhile) or that fails doesn't take the others with it. */
class Guard extends Component<{ children: ComponentChildren }, { fault: Error | null }> {
  override state = { fault: null as Error | null }

  static override getDerivedStateFromError(fault: Error): { fault: Error } {
    return { fault }
  }

  override componentDidCatch(fault: Error): void {
    console.error(fault)
  }

  override render() {
    return this.state.fault ? <Broken /> : this.props.children
  }
}

function Broken() {
  const t = useShellTexts()
  return (
    <div class="page">
      <PageHead title={t.failed} />
      <Empty title={t.failedText}>
        <Button kind="main" onClick={() => window.location.reload()}>
          {t.reload}
        </Button>
      </Empty>
    </div>
  )
}
