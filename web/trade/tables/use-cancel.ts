/** Cancelling from a row: ours at a click, by key only when pressed twice, of others only after a question. */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Order } from '../../../src/contract/trading.ts';
import { asProblem } from '../../parts/problem.tsx';
import { say } from '../../parts/said.tsx';
import { cancelOrder } from '../data/actions.ts';
import { orderId } from '../data/stores.ts';

/** The second press has to follow while the first is still in mind. */
const ARMED_FOR_MS = 4_000;

async function send(order: Order): Promise<void> {
  try {
    await cancelOrder(order);
  } catch (error) {
    const { cause, cure } = asProblem(error);
    say(`${cause} ${cure}`, 'red');
  }
}

export function useCancel() {
  const [armed, setArmed] = useState<string | null>(null);
  const [external, setExternal] = useState<Order | null>(null);
  const latest = useRef(armed);
  latest.current = armed;
  useEffect(() => {
    if (armed === null) return;
    const timer = setTimeout(() => setArmed(null), ARMED_FOR_MS);
    return () => clearTimeout(timer);
  }, [armed]);
  const ask = useCallback((order: Order): void => {
    setArmed(null);
    if (order.owner === 'external') setExternal(order);
    else void send(order);
  }, []);
  const armOrAsk = useCallback(
    (order: Order): void => {
      if (order.state === 'cancelling' || order.blocked) return;
      if (order.owner === 'external' || latest.current === orderId(order)) {
        ask(order);
        return;
      }
      setArmed(orderId(order));
      say('Press Delete once more to cancel this order.');
    },
    [ask],
  );
  return useMemo(
    () => ({
      armed,
      external,
      ask,
      armOrAsk,
      disarm: () => setArmed(null),
      yes: () => {
        if (external !== null) void send(external);
        setExternal(null);
      },
      no: () => setExternal(null),
    }),
    [armed, external, ask, armOrAsk],
  );
}
