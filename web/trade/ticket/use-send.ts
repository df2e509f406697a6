/** From a press of the button to an answer. Everything that could send twice meets here. */

import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { OrderPreview } from '../../../src/contract/trading.ts';
import { call, Problem } from '../../api/client.ts';
import { isAnswer, listedNow, metOrders, onListed, type PlaceAsk, placeOrder, requestIdOf } from '../data/actions.ts';
import { keptInTab } from '../data/kept-in-tab.ts';
import { standing } from './confirmations.ts';
import type { Form, Known } from './form.ts';
import { emptied, meet, stillOpen } from './meet.ts';
import type { Told } from './preview-line.ts';
import type { Result } from './result.tsx';
import { forgetSent, idOfSame, keepSent, type Sent } from './sent.ts';
import { formNow } from './store.ts';
import { orderWords } from './words.ts';

export type Asked = {
  readonly ask: PlaceAsk;
  readonly form: Form;
  readonly preview: OrderPreview;
  readonly atMs: number;
};
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

function afterReload(): Result | null {
  const sent = stillOpen();
  return sent === null ? null : { state: 'unanswered', sent, reloaded: true };
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

export function useSend(known: Known): Send {
  const [result, setResult] = useState<Result | null>(afterReload);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const latest = useRef(known);
  latest.current = known;
  useLookedFor(result);
  useEffect(
    () =>
      onListed((shown) => {
        // Its own answer is on the way.
        if (running.current) return;
        const order = meet(shown, latest.current);
        if (order !== null) setResult({ state: 'placed', order, instead: null });
      }),
    [],
  );

  const once = async (work: () => Promise<void>): Promise<void> => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    try {
      await work();
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  const send = async ({ ask, requestId, form }: Omit<Sent, 'atMs'>, isAgain: boolean): Promise<void> => {
    const words = orderWords(ask.draft, ask.market);
    const sent: Sent = { ask, requestId, form, atMs: Date.now() };
    const wasSent = idOfSame(stillOpen(), ask) === requestId;
    keepSent(keptInTab(), sent);
    setResult({ state: 'sending', words });
    try {
      const { order, earlier } = await placeOrder(ask, requestId);
      forgetSent(keptInTab());
      const isOld = earlier && !isAgain;
      setResult({ state: 'placed', order, instead: isOld ? { ask, form } : null });
      emptied(form, latest.current);
    } catch (error) {
      // Not let in, nobody was told what became of the press before.
      if (!isAnswer(error) || (wasSent && isNotLetIn(error))) {
        // Not looked up here: a page that is reloaded hears silence, too, and what it would find it could not tell.
        return setResult({ state: 'unanswered', sent, reloaded: false });
      }
      forgetSent(keptInTab());
      setResult({ state: 'refused', words, error });
    }
  };
  const fresh = (ask: PlaceAsk, form: Form): Promise<void> =>
    send({ ask, form, requestId: idOfSame(stillOpen(), ask) ?? requestIdOf(ask) }, false);
  const press = async (ask: PlaceAsk, settled: () => Promise<Told>, asks: boolean): Promise<void> => {
    const form = formNow();
    const told = await settled();
    // Changed meanwhile: that was another order.
    if (
      formNow() !== form ||
      told.state !== 'told' ||
      standing(told.preview.problems, ask.confirmations ?? []).length > 0
    )
      return;
    if (asks) setAsked({ ask, form, preview: told.preview, atMs: Date.now() });
    else await fresh(ask, form);
  };
  return {
    ...{ busy, result, asked },
    press: (ask, settled, asks) => void once(() => press(ask, settled, asks)),
    confirm: () => {
      if (asked === null) return;
      setAsked(null);
      void once(() => fresh(asked.ask, asked.form));
    },
    dismiss: () => setAsked(null),
    again: () => {
      if (result?.state === 'unanswered') void once(() => send(result.sent, true));
    },
    another: () => {
      if (result?.state !== 'placed' || result.instead === null) return;
      const { ask, form } = result.instead;
      void once(() => fresh(ask, form));
    },
    clear: () => {
      // Put aside, it must not stand there to be sent by the next Enter.
      if (result?.state === 'unanswered') emptied(result.sent.form, latest.current);
      forgetSent(keptInTab());
      setResult(null);
    },
  };
}
