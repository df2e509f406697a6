import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import { commandText, parseCommand } from './command-text.ts';
import type { Command } from './commands.ts';
import { openEngine } from './engine.ts';
import { assetSpecs, marketSpec, rateOf, rateOfPercent } from './market-spec.ts';
import { bandEdge } from './matching.ts';
import { decimalOf, textOf, unitsOf } from './scale.ts';
import { SnapshotError } from './snapshot.ts';
import { ALICE, d, form, listing, NO_CHANGE, OPENING, World } from './world.testing.ts';

const units = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });
const scale = fc.integer({ min: 0, max: 30 });

describe('between decimals and units', () => {
  test('there and back is the same', () => {
    fc.assert(
      fc.property(units, scale, (value, places) => {
        expect(unitsOf(decimalOf(value, places), places)).toBe(value);
        expect(unitsOf(decimalOf(value, places).trim(), places)).toBe(value);
        expect(textOf(value, places)).toBe(decimalOf(value, places).toString());
      }),
    );
  });

  test('what does not fit is null, never rounded', () => {
    expect(unitsOf(d('1.25'), 1)).toBeNull();
    expect(unitsOf(d('1.20'), 1)).toBe(12n);
    expect(unitsOf(d('-0.001'), 2)).toBeNull();
    expect(textOf(0n, 8)).toBe('0');
    expect(textOf(-1_500_000n, 6)).toBe('-1.5');
    expect(textOf(1000n, 0)).toBe('1000');
  });

  test('an asset has places for every fee on every market it trades on', () => {
    const specs = assetSpecs(
      [{ ticker: 'BTC', precision: 8 }],
      [listing('BTC_USDT', [6, 2], '5'), listing('ETH_BTC', [4, 6], '0')],
    );
    expect([...specs.values()]).toEqual([
      { ticker: 'BTC', scale: 16 },
      { ticker: 'USDT', scale: 14 },
      { ticker: 'ETH', scale: 10 },
    ]);
    expect(() => marketSpec(listing('DOGE_USDT', [0, 5], '5'), specs)).toThrow(RangeError);
    expect(() => marketSpec(listing('ETH_BTC', [4, 19], '5'), specs)).toThrow(RangeError);
  });

  test('fee rates are ratios of at most six places', () => {
    expect(rateOfPercent('0.1')).toBe(1000n);
    expect(rateOfPercent('0.055')).toBe(550n);
    for (const ratio of ['0.0000001', '-0.001', '1.1']) expect(() => rateOf(d(ratio))).toThrow(RangeError);
  });

  test('the edge of a band is the last tick inside it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 13 }), fc.constantFrom(10, 50, -10, -50), (ticks, percent) => {
        const exact = Decimal.fromInteger(BigInt(ticks) * BigInt(100 + percent), 2);
        expect(String(bandEdge(ticks, percent))).toBe(exact.round(0, percent > 0 ? 'floor' : 'ceil').toString());
      }),
    );
  });
});

describe('as text', () => {
  const commands: readonly Command[] = [
    {
      kind: 'place',
      atUs: 1,
      account: ALICE,
      order: form('stop limit', 'buy', { amount: '0.10', price: '1', activationPrice: '2' }),
    },
    {
      kind: 'modify',
      atUs: 2,
      account: ALICE,
      order: { market: 'A_B', clientOrderId: 'x' },
      change: { ...NO_CHANGE, price: d('3') },
    },
    { kind: 'fees', atUs: 3, account: ALICE, market: 'A_B', rates: { maker: d('0.0001'), taker: d('0') } },
    { kind: 'kill-switch', atUs: 4, account: ALICE, market: 'A_B', timeoutSec: null, types: ['spot'] },
  ];

  test.each(commands)('$kind comes back with its decimals', (command) => {
    const back = parseCommand(commandText(command));
    expect(commandText(back)).toBe(commandText(command));
    expect(JSON.stringify(back)).toBe(JSON.stringify(command));
  });

  test('amounts are decimals again, not texts', () => {
    const back = parseCommand(
      commandText({ kind: 'credit', atUs: 1, account: ALICE, ticker: 'BTC', amount: d('1.5') }),
    );
    expect(back.kind === 'credit' && back.amount.eq(d('1.5'))).toBe(true);
  });

  test.each(['{}', '[]', '1', 'null', '{"kind":"tick"}'])('%s is no command', (text) => {
    expect(() => parseCommand(text)).toThrow('Not a command');
  });

  test('a snapshot of markets or assets that are not listed is refused', () => {
    const w = new World().fund();
    const snapshot = w.engine.snapshot();
    const without = { ...OPENING, assets: [], listings: OPENING.listings.slice(0, 1) };
    expect(() => openEngine(without, snapshot)).toThrow(SnapshotError);
    expect(() => openEngine({ ...OPENING, listings: [] }, snapshot)).toThrow(SnapshotError);
    expect(openEngine(OPENING, snapshot).snapshot()).toEqual(snapshot);
  });
});
