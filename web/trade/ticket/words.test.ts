import { describe, expect, test } from 'vitest';
import type { Market, Order, TradingAccount } from '../../../src/contract/trading.ts';
import { isAsked } from './ask-first.ts';
import { distanceWords } from './distance.ts';
import { gateOf, orderWords, outcomeOf } from './words.ts';

const account = (change: Partial<TradingAccount>): TradingAccount =>
  ({
    state: 'ready',
    cause: 'Cause.',
    cure: 'Cure.',
    markets: ['BTC_USDT'],
    reconciledAtMs: 1,
    ...change,
  }) as TradingAccount;
const market = (status: Market['status']): Market => ({ status, venueName: 'WhiteBIT' }) as Market;
const gate = (change: Partial<TradingAccount>, status: Market['status'] = 'trading') =>
  gateOf(account(change), market(status), 'BTC_USDT');

describe('in place of the button', () => {
  test('nothing where one can trade', () => {
    expect(gate({})).toBeNull();
    expect(gate({}, 'post-only')).toBeNull();
  });
  test.each([
    ['halted', 'resume'],
    ['watch-only', 'replace-key'],
    ['no-markets', 'choose-markets'],
    ['starting', 'none'],
  ] as const)('the desk’s words when it is %s, and what helps: %s', (state, go) => {
    expect(gate({ state })).toMatchObject({ cause: 'Cause.', cure: 'Cure.', go });
  });
  test('trouble stops only what was never compared with the exchange', () => {
    expect(gate({ state: 'trouble', reconciledAtMs: null })).not.toBeNull();
    expect(gate({ state: 'trouble' })).toBeNull();
  });
  test('with the keys locked the button still offered to place what nothing could sign', () => {
    expect(gateOf(account({ state: 'trouble' }), market('trading'), 'BTC_USDT', 'locked')?.go).toBe('unlock');
  });
  test('a market that is not traded, or not by this key', () => {
    expect(gate({}, 'halted')?.cause).toContain('WhiteBIT has stopped trading in BTC/USDT');
    expect(gate({ markets: ['ETH_USDT'] })).toMatchObject({ cause: 'This key may not trade BTC/USDT.', go: 'limits' });
  });
  test('no account: connect one', () => {
    expect(gateOf(null, undefined, 'BTC_USDT')?.go).toBe('connect');
  });
});

const order = (change: Partial<Order>): Order =>
  ({
    ...{ market: 'BTC_USDT', side: 'buy', state: 'open', ended: null, detail: '', blocked: false, replacedBy: null },
    ...{ filledBase: '0', averagePrice: null, doing: { text: 'Doing.', sinceMs: null, nextAtMs: null }, ...change },
  }) as Order;

describe('what became of it', () => {
  test('nobody knows is said as that, with what is being done', () => {
    expect(outcomeOf(order({ state: 'unknown' }))).toEqual({
      ...{ head: 'Not known yet whether it was placed', text: 'Doing.', tone: 'amber', busy: true },
    });
    expect(outcomeOf(order({ state: 'unknown', blocked: true })).busy).toBe(false);
  });
  test('placed is said only of what the exchange has', () => {
    expect(outcomeOf(order({ state: 'submitting' }))).toMatchObject({ head: 'Sending', busy: true });
    expect(outcomeOf(order({}))).toMatchObject({ head: 'Order placed', busy: false });
  });
  test('filled, with the price', () => {
    const filled = { state: 'closed', ended: 'filled', filledBase: '0.1', averagePrice: '43210.5' } as const;
    expect(outcomeOf(order(filled)).text).toBe('Bought 0.1 BTC at 43\u202f210.5 USDT on average.');
    expect(outcomeOf(order({ ...filled, side: 'sell' })).text).toContain('Sold');
  });
  test('refused, with the exchange’s reason', () => {
    const refused = order({ state: 'closed', ended: 'rejected', detail: 'Not enough balance.' });
    expect(outcomeOf(refused)).toMatchObject({
      head: 'Refused by the exchange',
      text: 'Not enough balance.',
      tone: 'red',
    });
  });
  test('a moved order was called cancelled, and the exchange’s word CANCELED was read out', () => {
    const ended = { state: 'closed', ended: 'cancelled', detail: 'CANCELED' } as const;
    expect(outcomeOf(order({ ...ended, replacedBy: 'next' })).head).toBe('Moved');
    expect(outcomeOf(order(ended))).toMatchObject({ head: 'Cancelled', text: 'Nothing was traded.' });
  });
  test('one that the desk took back by itself was only called cancelled', () => {
    const detail = 'no clear answer came, so this desk took it back';
    const { head, text } = outcomeOf(order({ state: 'closed', ended: 'cancelled', detail }));
    expect([head, text]).toEqual(['Cancelled', 'No clear answer came, so this desk took it back. Nothing was traded.']);
  });
  test('why it never arrived began with a small letter, like a word that was cut off', () => {
    const detail = 'not at the exchange, and can no longer arrive';
    const { text } = outcomeOf(order({ state: 'closed', ended: 'never-placed', detail }));
    expect(text).toMatch(/^Not at the exchange, and can no longer arrive\. /);
    expect(outcomeOf(order({ state: 'closed', ended: 'expired', detail: 'EXPIRED' })).text).toBe('EXPIRED');
  });
  test('an order that came too late was reported without a word on what to do', () => {
    const lost = { state: 'closed', ended: 'never-placed' } as const;
    expect(outcomeOf(order({ ...lost, detail: 'The deadline has passed' })).text).toBe(
      'The deadline has passed. Nothing was bought or sold. Place it anew if you still want it.',
    );
    // What a limit forbade is not mended by sending it once more.
    const barred = outcomeOf(order({ ...lost, detail: 'More than the largest order' })).text;
    expect(barred).not.toMatch(/anew/);
  });
  test('a part that was filled before the end is told', () => {
    const cut = order({ state: 'closed', ended: 'cancelled', filledBase: '0.04', averagePrice: '1' });
    expect(outcomeOf(cut)).toMatchObject({ head: 'Cancelled', text: '0.04 BTC filled at 1 USDT on average.' });
  });
});

test.each([
  [{ kind: 'limit', price: '43210.50', postOnly: false, ioc: false }, 'base', 'Buy 0.1 BTC at 43\u202f210.50 USDT'],
  [{ kind: 'market' }, 'quote', 'Buy BTC for 0.1 USDT at the market'],
  [{ kind: 'stop-limit', price: '2', activation: '3' }, 'base', 'Buy 0.1 BTC at 2 USDT once 3 USDT is traded'],
  [{ kind: 'stop-market', activation: '3' }, 'base', 'Buy 0.1 BTC at the market once 3 USDT is traded'],
  [null, 'base', 'Buy 0.1 BTC'],
] as const)('%j in %s', (terms, unit, words) => {
  expect(orderWords({ side: 'buy', terms, quantity: { unit, amount: '0.1' } }, 'BTC_USDT')).toBe(words);
});

test('it is asked once more before orders that take any price, unless told otherwise', () => {
  const kinds = ['limit', 'stop-limit', 'market', 'stop-market'] as const;
  expect(kinds.map((kind) => isAsked('market', kind))).toEqual([false, false, true, true]);
  expect(kinds.map((kind) => isAsked('always', kind))).toEqual([true, true, true, true]);
  expect(kinds.map((kind) => isAsked('never', kind))).toEqual([false, false, false, false]);
});

test.each([
  ['-0.3', 'buy', '0.30 % below the best ask'],
  ['0.3', 'buy', '0.30 % above the best ask'],
  ['-0.3', 'sell', '0.30 % above the best bid'],
  ['12.345', 'sell', '12.35 % below the best bid'],
  [null, 'buy', ''],
] as const)('%s on a %s is %s', (percent, side, words) => {
  expect(distanceWords(percent, side)).toBe(words);
});
