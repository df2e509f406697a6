/** Rail, top bar, status line. On a phone the rail stands at the bottom and the status line folds into the dot. */

import { Link, useMatches } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { stepUpStore } from '../api/step-up.ts';
import { Icon, Mark } from '../parts/icons.tsx';
import { Says } from '../parts/said.tsx';
import { HaltButton } from '../trade/halt/halt-button.tsx';
import { haltDialog } from '../trade/halt/halt-store.ts';
import { ConnectionDot, LineDown, StatusLine } from './condition.tsx';
import { logOut } from './log-out.ts';
import { PLACES } from './places.ts';
import { useShortcuts } from './shortcuts.ts';
import { useSignedIn } from './signed-in.ts';

const Palette = lazy(() => import('./palette.tsx').then((m) => ({ default: m.Palette })));
const ShortcutList = lazy(() => import('./shortcut-list.tsx').then((m) => ({ default: m.ShortcutList })));
const StepUp = lazy(() => import('../door/step-up.tsx').then((m) => ({ default: m.StepUp })));

function Rail() {
  const { user } = useSignedIn();
  return (
    <nav className="rail" aria-label="Main">
      <Link to="/overview" className="brand" aria-label="Gapless, overview">
        <Mark size={22} />
        <span>Gapless</span>
      </Link>
      {PLACES.map((place) => (
        <Link key={place.to} to={place.to} className="rail-link" title={place.name}>
          <Icon name={place.icon} />
          <span>{place.name}</span>
        </Link>
      ))}
      <div className="rail-foot">
        <p className="rail-user" title={user.name}>
          {user.name} · {user.role}
        </p>
        <button type="button" className="rail-link" onClick={() => void logOut()} aria-label="Log out" title="Log out">
          <Icon name="out" />
          <span>Log out</span>
        </button>
      </div>
    </nav>
  );
}

export function Frame(props: { readonly children: ReactNode }) {
  const [dialog, setDialog] = useState<'none' | 'palette' | 'shortcuts'>('none');
  const title = useMatches({ select: (matches) => matches.at(-1)?.staticData.title }) ?? 'Gapless';
  const fills = useMatches({ select: (matches) => matches.at(-1)?.staticData.fills === true });
  const page = useRef<HTMLElement>(null);
  const shown = useRef(title);
  const stepUpWanted = useSyncExternalStore(stepUpStore.subscribe, stepUpStore.wanted);
  useShortcuts({ search: () => setDialog('palette'), help: () => setDialog('shortcuts'), halt: haltDialog.open });
  useEffect(() => {
    document.title = `${title} · Gapless`;
    // A new page is announced by moving the focus to it; the first one keeps the browser's own.
    if (shown.current !== title) page.current?.focus({ preventScroll: true });
    shown.current = title;
  }, [title]);
  const close = (): void => setDialog('none');
  return (
    <div className="frame" data-fills={fills ? '' : undefined}>
      <a className="skip" href="#page">
        Skip to the page
      </a>
      <Rail />
      <header className="top">
        <h1>{title}</h1>
        <button type="button" className="search" onClick={() => setDialog('palette')}>
          <Icon name="search" size={16} />
          <span>Search pages, exchanges, actions</span>
          <kbd className="kbd">{fills ? 'Ctrl K' : '/'}</kbd>
        </button>
        <ConnectionDot />
        <HaltButton />
      </header>
      <main className="page" id="page" ref={page} tabIndex={-1}>
        <LineDown />
        {props.children}
      </main>
      <StatusLine onHelp={() => setDialog('shortcuts')} />
      <Says />
      <Suspense fallback={null}>
        {dialog === 'palette' ? <Palette onClose={close} /> : null}
        {dialog === 'shortcuts' ? <ShortcutList onClose={close} /> : null}
        {stepUpWanted ? <StepUp /> : null}
      </Suspense>
    </div>
  );
}
