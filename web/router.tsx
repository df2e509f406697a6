/** Addresses of the page. Each page is a chunk of its own; the frame and the door are what is loaded first. */

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  useRouter,
} from '@tanstack/react-router';
import type { Venue } from './api/queries.ts';
import { Gate } from './frame/gate.tsx';
import { asProblem } from './parts/problem.tsx';
import { bindPlace, readSearch } from './trade/data/place.ts';

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    title?: string;
    /** The page takes the whole window and scrolls within itself. */
    fills?: true;
  }
}

const root = createRootRoute({ component: Gate, notFoundComponent: NotFound });

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/overview', replace: true });
  },
});
const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite',
  beforeLoad: () => {},
  component: InviteWhileSignedIn,
  staticData: { title: 'Invitation' },
});
const overview = createRoute({
  getParentRoute: () => root,
  path: '/overview',
  component: lazyRouteComponent(() => import('./overview/page.tsx'), 'OverviewPage'),
  staticData: { title: 'Overview' },
});
const exchanges = createRoute({
  getParentRoute: () => root,
  path: '/exchanges',
  component: lazyRouteComponent(() => import('./exchanges/page.tsx'), 'ExchangesPage'),
  staticData: { title: 'My Exchanges' },
});
const isVenue = (text: unknown): text is Venue => text === 'whitebit' || text === 'practice';
const add = createRoute({
  getParentRoute: () => exchanges,
  path: '/add',
  validateSearch: (search): { venue?: Venue } => (isVenue(search.venue) ? { venue: search.venue } : {}),
  component: lazyRouteComponent(() => import('./connect/add.tsx'), 'AddExchange'),
  staticData: { title: 'My Exchanges' },
});
const replace = createRoute({
  getParentRoute: () => exchanges,
  path: '/$id/key',
  component: lazyRouteComponent(() => import('./connect/replace.tsx'), 'ReplaceKey'),
  staticData: { title: 'My Exchanges' },
});
const trade = createRoute({
  getParentRoute: () => root,
  path: '/trade',
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import('./trade/page.tsx'), 'TradePage'),
  staticData: { title: 'Trade', fills: true },
});
const security = createRoute({
  getParentRoute: () => root,
  path: '/security',
  component: lazyRouteComponent(() => import('./security/page.tsx'), 'SecurityPage'),
  staticData: { title: 'Security' },
});
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/page.tsx'), 'SettingsPage'),
  staticData: { title: 'Settings' },
});

export const router = createRouter({
  routeTree: root.addChildren([
    index,
    invite,
    overview,
    exchanges.addChildren([add, replace]),
    trade,
    security,
    settings,
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: PageFailed,
  scrollRestoration: false,
});
bindPlace((search, replace) => void router.navigate({ to: '/trade', search, replace }));

function NotFound() {
  return (
    <div className="empty card">
      <h2>There is no page at this address</h2>
      <p className="dim">The rail leads to everything this desk has.</p>
    </div>
  );
}

function InviteWhileSignedIn() {
  return (
    <div className="empty card">
      <h2>You are logged in</h2>
      <p className="dim">An invitation is for somebody new. Log out first to accept it on this computer.</p>
    </div>
  );
}

/** A page that failed says so in its own place; the rail and the other pages keep working. */
function PageFailed(props: { readonly error: unknown }) {
  const { invalidate } = useRouter();
  const { cause, cure } = asProblem(props.error);
  return (
    <div className="note note-red" role="alert">
      <div>
        <p>
          <strong>{cause}</strong> {cure}
        </p>
        <p className="dim small mono">{props.error instanceof Error ? props.error.message : ''}</p>
      </div>
      <button type="button" className="button" onClick={() => void invalidate()}>
        Try again
      </button>
    </div>
  );
}
