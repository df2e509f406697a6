import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { anOrder } from '../../../src/contract/order.testing.ts';
import { endPlacing, type PlaceAsk, placeOrder, requestIdOf } from '../data/actions.ts';
import { keptInTab } from '../data/kept-in-tab.ts';
import { forgetTrading } from '../data/stores.ts';
import { EMPTY, type Form, type Known } from './form.ts';
import { meet, noLongerOpen, stillOpen } from './meet.ts';
import { keepSent, type Sent, sameAs } from './sent.ts';
import { formNow, restoreForm } from './store.ts';

const known: Known = {
  ...{ tick: '0.01', lot: '0.0001', bid: null, ask: null, last: null, availableBase: null, availableQuote: null },
};
const ask: PlaceAsk = {
  ...{ connection: 'c', market: 'BTC_USDT', confirmations: [] },
  draft: {
    side: 'buy',
    terms: { kind: 'limit', price: '95000', postOnly: false, ioc: false },
    quantity: { unit: 'base', amount: '0.01' },
  },
};
const form: Form = { ...EMPTY, price: '95000', amount: '0.01' };

/** As the page does it: the id is kept before anything leaves; the answer is lost. */
async function sendAndLoseTheAnswer(): Promise<Sent> {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('lost')));
  const requestId = requestIdOf(ask);
  const sent: Sent = { ask, requestId, form, atMs: Date.now() };
  keepSent(keptInTab(), sent);
  await expect(placeOrder(ask, requestId)).rejects.toThrow();
  // A reload writes what was kept into the ticket: equal, not identical.
  restoreForm(stillOpen().at(-1)?.form ?? EMPTY);
  return sent;
}

beforeEach(() => {
  forgetTrading();
  for (const sent of stillOpen()) noLongerOpen(sent);
  restoreForm(EMPTY);
});
afterEach(() => vi.unstubAllGlobals());

test('sent again after the list had shown it, an order was placed a second time under a new id', async () => {
  const { requestId } = await sendAndLoseTheAnswer();
  const bodies: { requestId: string }[] = [];
  vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
    bodies.push(JSON.parse(body));
    return new Response(JSON.stringify(anOrder({ requestId })));
  });
  // A list told, and the ticket was not on the screen to see it.
  endPlacing(requestId);
  await placeOrder(ask, sameAs(stillOpen(), ask)?.requestId);
  expect(bodies).toMatchObject([{ requestId }]);
});

test('the form stayed filled and armed with an order that stood in the list', async () => {
  const sent = await sendAndLoseTheAnswer();
  const { requestId } = sent;
  expect(meet(sent, [anOrder({ requestId: 'another' })], known)).toBeNull();
  expect(formNow().amount).toBe('0.01');
  expect(meet(sent, [anOrder({ requestId })], known)).toMatchObject({ requestId });
  expect(formNow()).toMatchObject({ amount: '', price: '95000' });
  expect(stillOpen()).toEqual([]);
  // Typed anew it is a new order.
  expect(requestIdOf(ask)).not.toBe(requestId);
});

test('what was typed beside it since then stays', async () => {
  const sent = await sendAndLoseTheAnswer();
  restoreForm({ ...form, amount: '0.02' });
  expect(meet(sent, [anOrder({ requestId: sent.requestId })], known)).not.toBeNull();
  expect(formNow().amount).toBe('0.02');
});
