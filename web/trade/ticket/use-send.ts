/** From a press of the button to an answer. Everything that could send twice meets here. */

import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { OrderPreview } from '../../../src/contract/trading.ts';
import { call, Problem } from '../../api/client.ts';
import { useTradingAccounts } from '../data/account.ts';
import { isAnswer, listedNow, metOrders, onListed, type PlaceAsk, placeOrder, requestIdOf } from '../data/actions.ts';
import { keptInTab } from '../data/kept-in-tab.ts';
import { standing } from './confirmations.ts';
import { fateNow, openFate, setFate, useFate } from './fate.ts';
import type { Form, Known } from './form.ts';
import { emptied, meet, noLongerOpen, stillOpen } from './meet.ts';
import type { Told } from './preview-line.ts';
import type { Result } from './result.tsx';
import { keepSent, type Sent, sameAs } from './sent.ts';
import { formNow } from './store.ts';

type Intention = Omit<Sent, 'atMs'>;
export type Asked = Intention & { readonly preview: OrderPreview; readonly atMs: number };
export type Send = {
  readonly busy: boolean;
  readonly result: Result | null;
  /** An order that waits for a second yes. */
  readonly asked: Asked | null;
  readonly press: (ask: PlaceAsk, settled: () => Promise<Told>, asks: boolean) => void;
  readonly confirm: () => void;
  readonly dismiss: () => void;
  readonly again: () => void;
  /** The answer was an order of before: place a new one beside it. */
  readonly another: () => void;
  readonly clear: () => void;
};

/**
 * Its id is fixed when the button is pressed: whatever a list tells until it leaves, it is this order and no other. What
 * was sent before in other words leaves as it left.
 */
function intended(ask: PlaceAsk, form: Form): Intention {
  const same = sameAs(stillOpen(), ask);
  if (same === null) return { ask, form, requestId: requestIdOf(ask) };
  return { ask: { ...same.ask, confirmations: ask.confirmations }, form, requestId: same.requestId };
}

const isNotLetIn = (error: unknown): boolean =>
  error instanceof Problem && (error.status === 401 || error.status === 403 || error.status === 429);

/** Traded at once, it is in no list of open orders: the ended ones are looked through until it is known. */
const LOOK_AGAIN_MS = 5_000;

function useLookedFor(result: Result | null): void {
  const sent = result?.state === 'unanswered' ? result.sent : null;
  useQuery({
    queryKey: ['orders.list', 'of what was sent', sent?.requestId],
    queryFn: async () => {
      const { connection, market } = sent?.ask ?? {};
      const query = { state: 'closed', ...(connection === undefined ? {} : { connection, market }) } as const;
      const { orders } = await call('orders.list', { query });
      metOrders([...listedNow(), ...orders]);
      return orders.length;
    },
    enabled: sent !== null,
    refetchInterval: LOOK_AGAIN_MS,
  });
}

/** A list tells of what is open, and of what the card asks about even where another page of this tab knew it before. */
function meetAll(shown: Parameters<typeof meet>[1], known: Known, met: (sent: Sent) => void): void {
  const { result } = fateNow();
  const told = result?.state === 'unanswered' ? result.sent : null;
  const open = stillOpen().filter(({ requestId }) => requestId !== told?.requestId);
  for (const sent of told === null ? open : [...open, told]) {
    // Its own answer is on the way.
    if (result?.state === 'sending' && result.sent.requestId === sent.requestId) continue;
    const order = meet(sent, shown, known);
    if (order === null) continue;
    if (sent === told) setFate({ result: { state: 'placed', order, instead: null } });
    met(sent);
  }
}

const connectionOf = (result: Result): string =>
  result.state === 'placed' ? result.order.connection : result.sent.ask.connection;

export function useSend(known: Known): Send {
  const { result, busy } = useFate();
  const accounts = useTradingAccounts();
  const [asked, setAsked] = useState<Asked | null>(null);
  const latest = useRef(known);
  latest.current = known;
  // Another person may have signed in since.
  const isOurs = result !== null && accounts.some(({ connection }) => connection === connectionOf(result));
  useLookedFor(isOurs ? result : null);
  useEffect(
    () =>
      onListed((shown) =>
        meetAll(shown, latest.current, ({ requestId }) =>
          // Confirmed now, it would be told as placed a second time.
          setAsked((now) => (now?.requestId === requestId ? null : now)),
        ),
      ),
    [],
  );

  const once = async (work: () => Promise<void>): Promise<void> => {
    if (fateNow().busy) return;
    setFate({ busy: true });
    try {
      await work();
    } finally {
      setFate({ busy: false });
    }
  };
  const send = async ({ ask, requestId, form }: Intention, isAgain: boolean): Promise<void> => {
    const sent: Sent = { ask, requestId, form, atMs: Date.now() };
    const wasSent = isAgain || stillOpen().some((one) => one.requestId === requestId);
    keepSent(keptInTab(), sent);
    setFate({ result: { state: 'sending', sent } });
    try {
      const { order, earlier } = await placeOrder(ask, requestId);
      noLongerOpen(sent);
      // Another order in between: the page no longer waits for it, the ticket still does.
      const isOld = !isAgain && (earlier || (wasSent && order.createdAtMs < sent.atMs));
      setFate({ result: { state: 'placed', order, instead: isOld ? { ask, form } : null } });
      emptied(form, latest.current);
    } catch (error) {
      // Not let in, nobody was told what became of the press before.
      if (!isAnswer(error) || (wasSent && isNotLetIn(error))) {
        // Not looked up here: a page that is reloaded hears silence, too, and what it would find it could not tell.
        return setFate({ result: { state: 'unanswered', sent, reloaded: false } });
      }
      noLongerOpen(sent);
      setFate({ result: { state: 'refused', sent, error } });
    }
  };
  const press = async (ask: PlaceAsk, settled: () => Promise<Told>, asks: boolean): Promise<void> => {
    const form = formNow();
    const intention = intended(ask, form);
    const told = await settled();
    // Changed meanwhile: that was another order.
    if (
      formNow() !== form ||
      told.state !== 'told' ||
      standing(told.preview.problems, ask.confirmations ?? []).length > 0
    )
      return;
    if (asks) setAsked({ ...intention, preview: told.preview, atMs: Date.now() });
    else await send(intention, false);
  };
  return {
    ...{ busy, result: isOurs ? result : null, asked },
    press: (ask, settled, asks) => void once(() => press(ask, settled, asks)),
    confirm: () => {
      if (asked === null) return;
      setAsked(null);
      void once(() => send(asked, false));
    },
    dismiss: () => setAsked(null),
    again: () => {
      if (result?.state === 'unanswered') void once(() => send(result.sent, true));
    },
    another: () => {
      if (result?.state !== 'placed' || result.instead === null) return;
      const { ask, form } = result.instead;
      void once(() => send(intended(ask, form), false));
    },
    clear: () => {
      if (result?.state === 'unanswered') {
        // Put aside, it must not stand there to be sent by the next Enter.
        emptied(result.sent.form, latest.current);
        noLongerOpen(result.sent);
      }
      setFate({ result: openFate(false) });
    },
  };
}
