import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { anOrder } from '../../../src/contract/order.testing.ts';
import { endPlacing, type PlaceAsk, placeOrder, requestIdOf } from '../data/actions.ts';
import { keptInTab } from '../data/kept-in-tab.ts';
import { forgetTrading } from '../data/stores.ts';
import { EMPTY, type Form, type Known } from './form.ts';
import { meet, stillOpen } from './meet.ts';
import { forgetSent, idOfSame, keepSent } from './sent.ts';
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
async function sendAndLoseTheAnswer(): Promise<string> {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('lost')));
  const requestId = requestIdOf(ask);
  keepSent(keptInTab(), { ask, requestId, form, atMs: Date.now() });
  await expect(placeOrder(ask, requestId)).rejects.toThrow();
  // A reload writes what was kept into the ticket: equal, not identical.
  restoreForm(stillOpen()?.form ?? EMPTY);
  return requestId;
}

beforeEach(() => {
  forgetTrading();
  forgetSent(keptInTab());
  restoreForm(EMPTY);
});
afterEach(() => vi.unstubAllGlobals());

test('sent again after the list had shown it, an order was placed a second time under a new id', async () => {
  const requestId = await sendAndLoseTheAnswer();
  const bodies: { requestId: string }[] = [];
  vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
    bodies.push(JSON.parse(body));
    return new Response(JSON.stringify(anOrder({ requestId })));
  });
  // A list told, and the ticket was not on the screen to see it.
  endPlacing(requestId);
  const held = idOfSame(stillOpen(), ask);
  await placeOrder(ask, held);
  expect(bodies).toMatchObject([{ requestId }]);
});

test('the form stayed filled and armed with an order that stood in the list', async () => {
  const requestId = await sendAndLoseTheAnswer();
  expect(meet([anOrder({ requestId: 'another' })], known)).toBeNull();
  expect(formNow().amount).toBe('0.01');
  expect(meet([anOrder({ requestId })], known)).toMatchObject({ requestId });
  expect(formNow()).toMatchObject({ amount: '', price: '95000' });
  expect(stillOpen()).toBeNull();
  // Typed anew it is a new order.
  expect(requestIdOf(ask)).not.toBe(requestId);
});

test('what was typed beside it since then stays', async () => {
  const requestId = await sendAndLoseTheAnswer();
  restoreForm({ ...form, amount: '0.02' });
  expect(meet([anOrder({ requestId })], known)).not.toBeNull();
  expect(formNow().amount).toBe('0.02');
});
