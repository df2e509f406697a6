/** The order that is in the hand: where it would go, whether the person is asked, and what became of the move. */

import { useCallback, useEffect, useRef, useState } from 'react';
import type { Order } from '../../../src/contract/trading.ts';
import { say } from '../../parts/said.tsx';
import { moveOrder } from '../data/actions.ts';
import { ended, orderId } from '../data/stores.ts';
import { stepped } from '../ticket/exact.ts';
import { fateOf } from './move-fate.ts';
import { type Ghost, type OrderLine, standingOf } from './order-line.ts';

export type GhostHand = {
  readonly ghost: Ghost | null;
  /** In the hand at this price. */
  readonly drag: (line: OrderLine, price: string) => void;
  /** Ticks up or down from where it is now. */
  readonly nudge: (line: OrderLine, ticks: number) => void;
  /** Let go of: asks first, or moves at once. */
  readonly release: (ask: boolean) => void;
  /** Refused before: once more, with what was asked to be confirmed. Unanswered: the very same, which moves it once. */
  readonly insist: () => void;
  readonly giveUp: () => void;
};

/** The order that replaces a moved one is told beside its end; later than this its word got lost, and a list will say it. */
const NEXT_WORD_IN_MS = 3000;

const inHand = (ghost: Ghost | null): boolean => ghost?.phase === 'dragging' || ghost?.phase === 'asking';

export function useGhost(orders: readonly Order[], tick: string): GhostHand {
  const [ghost, setGhost] = useState<Ghost | null>(null);
  const now = useRef<Ghost | null>(null);
  const put = useCallback((next: Ghost | null): void => {
    now.current = next;
    setGhost(next);
  }, []);
  useEffect(() => {
    if (ghost === null) return;
    const standing = standingOf(ghost, orders, ended.get(orderId(ghost.order)));
    if (standing === 'over') put(null);
    if (standing !== 'waits') return;
    const timer = setTimeout(() => put(null), NEXT_WORD_IN_MS);
    return () => clearTimeout(timer);
  }, [ghost, orders, put]);

  const drag = (line: OrderLine, price: string): void => {
    // What is on its way is not taken back by another drag.
    if (!line.isMovable || (now.current !== null && !inHand(now.current) && now.current.phase !== 'failed')) return;
    const { id, order, what, price: from } = line;
    put({
      line: id,
      order,
      what,
      from,
      price,
      phase: 'dragging',
      trouble: '',
      confirmed: [],
      confirm: null,
      told: null,
    });
  };

  const send = async (sent: Ghost): Promise<void> => {
    put({ ...sent, phase: 'sending', trouble: '', confirm: null });
    const none = { price: null, activation: null, quantity: null, confirmations: [...sent.confirmed] };
    try {
      const told = await moveOrder(sent.order, { ...none, [sent.what]: sent.price });
      if (now.current?.line === sent.line) put({ ...sent, phase: 'moving', told });
    } catch (error) {
      const fate = fateOf(error);
      if (now.current?.line === sent.line) put({ ...sent, ...fate });
      else say(fate.phase === 'failed' ? fate.trouble : `${fate.trouble} The order may be moving.`, 'red');
    }
  };

  return {
    ghost,
    drag,
    nudge(line, ticks) {
      const from = now.current?.line === line.id ? now.current.price : line.price;
      const price = stepped(from, tick, ticks);
      if (price !== null) drag(line, price);
    },
    release(ask) {
      const held = now.current;
      if (held === null || (!inHand(held) && held.phase !== 'failed')) return;
      if (held.price === held.from) put(null);
      else if (ask) put({ ...held, phase: 'asking' });
      else void send(held);
    },
    insist() {
      const held = now.current;
      if (held?.phase !== 'failed' && held?.phase !== 'unanswered') return;
      void send({ ...held, confirmed: held.confirm === null ? held.confirmed : [...held.confirmed, held.confirm] });
    },
    giveUp() {
      const phase = now.current?.phase;
      if (inHand(now.current) || phase === 'failed' || phase === 'unanswered') put(null);
    },
  };
}
