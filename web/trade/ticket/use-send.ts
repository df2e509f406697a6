/** From a press of the button to an answer. Everything that could send twice meets here. */

import { useRef, useState } from 'react';
import type { OrderPreview } from '../../../src/contract/trading.ts';
import { isAnswer, type PlaceAsk, placeOrder } from '../data/actions.ts';
import { keptInTab } from '../data/kept-in-tab.ts';
import type { Form, Known } from './form.ts';
import type { Told } from './preview-line.ts';
import type { Result } from './result.tsx';
import { forgetSent, keepSent, readSent } from './sent.ts';
import { changeForm, formNow } from './store.ts';
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
  const sent = readSent(keptInTab(), Date.now());
  if (sent === null) return null;
  const words = orderWords(sent.ask.draft, sent.ask.market);
  return { state: 'unanswered', words, reloaded: true, atMs: sent.atMs };
}

export function useSend(known: Known): Send {
  const [result, setResult] = useState<Result | null>(afterReload);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const latest = useRef(known);
  latest.current = known;

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
  const send = async (ask: PlaceAsk, form: Form, isAgain: boolean): Promise<void> => {
    const words = orderWords(ask.draft, ask.market);
    const atMs = Date.now();
    keepSent(keptInTab(), { ask, form, atMs });
    setResult({ state: 'sending', words });
    try {
      const { order, earlier } = await placeOrder(ask);
      forgetSent(keptInTab());
      const isOld = earlier && !isAgain;
      setResult({ state: 'placed', order, instead: isOld ? { ask, form } : null });
      // An empty amount: the second click of a double click that comes after a quick answer finds nothing to send.
      if (formNow() === form) changeForm({ type: 'placed' }, latest.current);
    } catch (error) {
      if (!isAnswer(error)) return setResult({ state: 'unanswered', words, reloaded: false, atMs });
      forgetSent(keptInTab());
      setResult({ state: 'refused', words, error });
    }
  };
  const press = async (ask: PlaceAsk, settled: () => Promise<Told>, asks: boolean): Promise<void> => {
    const form = formNow();
    const told = await settled();
    // Changed meanwhile: that was another order.
    if (formNow() !== form || told.state !== 'told' || told.preview.problems.length > 0) return;
    if (asks) setAsked({ ask, form, preview: told.preview, atMs: Date.now() });
    else await send(ask, form, false);
  };
  return {
    ...{ busy, result, asked },
    press: (ask, settled, asks) => void once(() => press(ask, settled, asks)),
    confirm: () => {
      if (asked === null) return;
      setAsked(null);
      void once(() => send(asked.ask, asked.form, false));
    },
    dismiss: () => setAsked(null),
    again: () => {
      const sent = readSent(keptInTab(), Date.now());
      if (sent === null) setResult(null);
      else void once(() => send(sent.ask, sent.form, true));
    },
    another: () => {
      if (result?.state !== 'placed' || result.instead === null) return;
      const { ask, form } = result.instead;
      void once(() => send(ask, form, false));
    },
    clear: () => {
      forgetSent(keptInTab());
      setResult(null);
    },
  };
}
