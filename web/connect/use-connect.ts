/**
 * One try to connect or to replace a key. Key and secret come in as arguments, are sealed here, and only the sealed
 * bytes leave; nothing of them is kept by this hook.
 */

import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Attempt, Connection } from '../../src/contract/exchanges.ts';
import { call, Problem } from '../api/client.ts';
import { custodyQuery, queryClient, type Venue } from '../api/queries.ts';
import { useSignedIn } from '../frame/signed-in.ts';
import { useLiveAttempt } from '../live/live.ts';
import { seal } from '../sealing/seal.ts';
import { newRequestId } from './request-id.ts';
import { furthest } from './steps.ts';

export type Purpose = Connection['purpose'];
export type Confirmed = 'cannot-withdraw' | 'same-account';
export type Target =
  | { readonly kind: 'connect'; readonly venue: Venue }
  | { readonly kind: 'replace'; readonly connection: Connection };
export type Entry = {
  readonly label: string;
  readonly purpose: Purpose;
  readonly key: string;
  readonly secret: string;
  readonly confirmed: readonly Confirmed[];
};

/** The live line tells of each step; this is the net below it. */
const POLL_EVERY_MS = 700;

export const venueOf = (target: Target): Venue => (target.kind === 'connect' ? target.venue : target.connection.venue);

function locked(): Problem {
  return new Problem(0, {
    code: 'custody_locked',
    message: 'Custody is locked, so nothing can be sealed to it.',
    cure: 'Unlock it on the Security page, then connect again.',
    field: null,
    confirm: null,
    requestId: '',
    retryAfterMs: null,
  });
}

/** The desk keeps attempts in memory: one that was started anew does not know what it was doing. */
function isForgotten(error: unknown): boolean {
  return error instanceof Problem && error.code === 'not_found';
}

function forgotten(): Problem {
  return new Problem(0, {
    code: 'attempt_forgotten',
    message: 'The desk was started anew while the key was being checked.',
    cure: 'See under My Exchanges whether it stands there, with this key. If not, go back to the form and connect once more.',
    field: null,
    confirm: null,
    requestId: '',
    retryAfterMs: null,
  });
}

export function useConnect(target: Target) {
  const { user } = useSignedIn();
  const [phase, setPhase] = useState<'form' | 'checks'>('form');
  const [first, setFirst] = useState<Attempt | null>(null);
  const [error, setError] = useState<unknown>(null);
  // Kept while a reply is missing, so that sending again after a lost answer is the same attempt.
  const unanswered = useRef<{ readonly id: string; readonly entry: Entry } | null>(null);
  const id = first?.id ?? null;
  const liveAttempt = useLiveAttempt(id);
  const settled = furthest(first, liveAttempt)?.state !== 'running';
  const { data: polled, error: pollError } = useQuery({
    queryKey: ['attempts.read', { id }],
    queryFn: () => call('attempts.read', { params: { id: id ?? '' } }),
    enabled: id !== null && !settled,
    refetchInterval: ({ state }) =>
      !isForgotten(state.error) && (state.data === undefined || state.data.state === 'running') ? POLL_EVERY_MS : false,
    staleTime: 0,
  });
  const known = id === null ? null : furthest(first, liveAttempt, polled?.id === id ? polled : null);
  const isLost = known?.state === 'running' && isForgotten(pollError);
  // Nothing runs any more, so no line may turn as if it did.
  const attempt = isLost ? null : known;

  const send = async (entry: Entry): Promise<void> => {
    setPhase('checks');
    setFirst(null);
    setError(null);
    const same = unanswered.current?.entry === entry ? unanswered.current.id : null;
    const requestId = same ?? newRequestId((bytes) => crypto.getRandomValues(bytes));
    unanswered.current = { id: requestId, entry };
    try {
      const { sealingKey } = await queryClient.ensureQueryData(custodyQuery);
      if (sealingKey === null) throw locked();
      const venue = venueOf(target);
      const sealed = await seal([entry.key, entry.secret], { for: 'credentials', owner: user.id, venue }, sealingKey);
      const shared = { requestId, purpose: entry.purpose, sealed, confirmed: [...entry.confirmed] };
      const attempt =
        target.kind === 'connect'
          ? await call('connections.connect', { body: { ...shared, venue: target.venue, label: entry.label } })
          : await call('connections.replaceKey', { params: { id: target.connection.id }, body: shared });
      unanswered.current = null;
      setFirst(attempt);
    } catch (caught) {
      if (caught instanceof Problem && caught.status !== 0) unanswered.current = null;
      // A second look that was closed is a change of mind, not a failure: the form comes back as it was.
      if (caught instanceof Problem && caught.code === 'step_up_required') setPhase('form');
      else setError(caught);
    }
  };
  const back = (): void => {
    unanswered.current = null;
    setPhase('form');
    setFirst(null);
    setError(null);
  };
  return { phase, attempt, error: isLost ? forgotten() : error, send: (entry: Entry) => void send(entry), back };
}
