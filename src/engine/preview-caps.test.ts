/** An account as full as it gets: a preview looks at a few of its rows. It once copied all of them, six times a request. */

import { expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import { type AccountMachine, reopenAccount } from './account.ts';
import { ANN, Desk } from './desk.testing.ts';
import { CLOSED_MAX, FILLS_MAX, REQUESTS_MAX } from './limits.ts';
import type { Plain } from './plain.ts';

const d = Decimal.parse;
/** Every look-up, entry and step through a table, of the wish's own rows and those of the orders that live. */
const TOUCHED_MAX = 300;
const FILLS_PER_ORDER = FILLS_MAX / CLOSED_MAX;
/** So old that the oldest request makes room: else the wish is refused before anything is looked at. */
const LATER_MS = 7_200_000;

type Row = { readonly [key: string]: Plain };

/** One ended order with its fill and its request, again and again under other names, all in the balance; one is open. */
function fullMachine(desk: Desk): AccountMachine {
  desk.open('buy', '98', '1', 'v0');
  const live = desk.machine.save().orders;
  const ended = desk.open('buy', '99', '1');
  desk.hear({ kind: 'trade-report', report: desk.trade(ended, 't1', '1') });
  expect(desk.order(ended).settled).toBe(true);
  const saved = desk.machine.save();
  const rank = (at: number): number => 1_000_000 + at;
  const many = (rows: readonly Plain[], count: number, change: (at: number) => Row): Row[] =>
    Array.from({ length: count }, (_, at) => ({ ...(rows.at(-1) as Row), rank: rank(at), ...change(at) }));
  return reopenAccount({
    ...saved,
    orders: [
      ...live,
      ...many(saved.orders, CLOSED_MAX, (at) => ({ key: `o${at}`, clientId: null, venueId: `w${at}`, reserve: null })),
    ],
    fills: many(saved.fills, FILLS_MAX, (at) => ({ key: `f${at}`, order: `o${Math.floor(at / FILLS_PER_ORDER)}` })),
    requests: many(saved.requests, REQUESTS_MAX, (at) => ({ requestId: `q${at}` })),
  });
}

/** How often any map or set is asked, written or stepped through while this runs. */
function touchedBy(act: () => void): number {
  let touched = 0;
  const restore: (() => void)[] = [];
  const count = (prototype: object, name: string): void => {
    const original = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
    const inner = original.value as (...args: unknown[]) => unknown;
    const value = function (this: unknown, ...args: unknown[]): unknown {
      touched += 1;
      return Reflect.apply(inner, this, args);
    };
    Object.defineProperty(prototype, name, { ...original, value });
    restore.push(() => Object.defineProperty(prototype, name, original));
  };
  for (const name of ['get', 'has', 'set', 'delete', 'forEach']) count(Map.prototype, name);
  for (const name of ['has', 'add', 'delete', 'forEach']) count(Set.prototype, name);
  for (const iterator of [new Map().entries(), new Set().values()]) count(Object.getPrototypeOf(iterator), 'next');
  try {
    act();
  } finally {
    for (const undo of restore) undo();
  }
  return touched;
}

test('a preview in a full account touches a few rows', () => {
  const desk = new Desk();
  const machine = fullMachine(desk);
  expect(machine.query.orders()).toHaveLength(CLOSED_MAX + 1);
  let previewed: ReturnType<AccountMachine['preview']> | null = null;
  let available = '';
  const touched = touchedBy(() => {
    const wish = {
      kind: 'place',
      requestId: 'slot',
      by: { ...ANN, bot: 'grid1' },
      market: 'BTC_USDT',
      now: null,
    } as const;
    const terms = { kind: 'limit', price: d('96'), postOnly: false, ioc: false } as const;
    const draft = { side: 'buy', terms, quantity: { unit: 'base', amount: d('1') } } as const;
    machine.preview({
      ...{ ...wish, draft, slot: 'L07.buy.1', confirmations: ['price-unknown'], atMs: desk.nowMs + LATER_MS },
    });
    previewed = machine.preview({
      ...{ kind: 'place', requestId: 'preview', by: ANN, market: 'BTC_USDT', slot: null, now: null },
      draft: {
        side: 'buy',
        terms: { kind: 'limit', price: d('97'), postOnly: false, ioc: false },
        quantity: { unit: 'base', amount: d('1') },
      },
      confirmations: ['price-unknown'],
      atMs: desk.nowMs + LATER_MS,
    });
    available = previewed.query.available('USDT').toString();
  });
  expect(previewed).toMatchObject({ applied: { refused: null, order: expect.any(String) } });
  expect(available).toBe(machine.query.available('USDT').sub(d('97')).toString());
  expect(touched).toBeGreaterThan(0);
  expect(touched).toBeLessThan(TOUCHED_MAX);
  // The measure itself: a copy of one table would not have passed.
  expect(
    touchedBy(() => new Map([[1, 1], ...Array.from({ length: TOUCHED_MAX }, (_, at) => [at, at] as const)])),
  ).toBeGreaterThan(TOUCHED_MAX);
});
