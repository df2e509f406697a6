/** Decides by the session what is shown: setting up, the door, or the desk. The address stays, so one returns to it. */

import { useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { listen } from '../api/client.ts';
import { queryClient, type SignedIn, sessionQuery } from '../api/queries.ts';
import { askStepUp, settleStepUp } from '../api/step-up.ts';
import { goLive } from '../live/live.ts';
import { Mark } from '../parts/icons.tsx';
import { Late } from '../parts/late.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Frame } from './frame.tsx';
import { SignedInContext } from './signed-in.ts';
import { schemeOf } from './theme.ts';

const Setup = lazy(() => import('../door/setup.tsx').then(({ Setup }) => ({ default: Setup })));
const Login = lazy(() => import('../door/login.tsx').then(({ Login }) => ({ default: Login })));
const Invite = lazy(() => import('../door/invite.tsx').then(({ Invite }) => ({ default: Invite })));
const OfferFactor = lazy(() => import('../door/offer-factor.tsx').then((m) => ({ default: m.OfferFactor })));

/** What one person read must not be there for the next. */
function forgetEverything(): void {
  settleStepUp(false);
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session.read' });
  void queryClient.invalidateQueries({ queryKey: ['session.read'] });
}
listen({ stepUp: askStepUp, signedOut: forgetEverything });

function Waiting() {
  return (
    <div className="centered">
      <Late>
        <Mark size={40} />
        <span className="sr">Loading</span>
      </Late>
    </div>
  );
}

export function Gate() {
  const { data: session, error, refetch } = useQuery({ ...sessionQuery, refetchInterval: 60_000 });
  const { pathname } = useLocation();
  const [newcomer, setNewcomer] = useState(false);
  const state = session?.state;
  useEffect(() => {
    if (state !== 'signed-in')
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session.read' });
  }, [state]);
  if (session === undefined) {
    if (error === null) return <Waiting />;
    return (
      <main className="centered">
        <ProblemNote error={error} again={() => void refetch()} />
      </main>
    );
  }
  return <Suspense fallback={<Waiting />}>{shown()}</Suspense>;

  function shown() {
    switch (session?.state) {
      case undefined:
        return <Waiting />;
      case 'unclaimed':
        return <Setup onClaimed={() => setNewcomer(true)} />;
      case 'signed-out':
        if (pathname === '/invite') return <Invite onJoined={() => setNewcomer(true)} />;
        return <Login session={session} />;
      case 'second-factor':
        return <Login session={session} />;
      case 'signed-in':
        return <Desk session={session}>{newcomer ? <OfferFactor onDone={() => setNewcomer(false)} /> : null}</Desk>;
    }
  }
}

function Desk(props: { readonly session: SignedIn; readonly children: React.ReactNode }) {
  const { settings, user } = props.session;
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another person is another live line
  useEffect(() => goLive(), [user.id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the setter changes with every render, the choice does not
  useEffect(() => setColorScheme(schemeOf(settings.theme)), [settings.theme]);
  useEffect(() => {
    document.documentElement.toggleAttribute('data-swap', settings.swapUpDown);
  }, [settings.swapUpDown]);
  return (
    <SignedInContext value={props.session}>
      {props.children ?? (
        <Frame>
          <Outlet />
        </Frame>
      )}
    </SignedInContext>
  );
}
