import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import type { FairPrice } from './fair.ts';
import { fairOfReplay, openReplay, type PlacesOf, parseReplay, REPLAY_HEADER, ReplayError } from './replay.ts';

const placesOf: PlacesOf = (market) => (['BTC_USDT', 'ETH_USDT'].includes(market) ? 8 : null);
const MODEL: FairPrice = { at: () => Decimal.parse('7') };
const START_MS = 1_800_000_000_123;
const file = (...lines: readonly string[]): string => [REPLAY_HEADER, ...lines, ''].join('\n');

function fair(...lines: readonly string[]) {
  const prices = fairOfReplay(parseReplay(file(...lines), placesOf), START_MS, MODEL);
  return (market: string, afterSec: number): string => prices.at(market, START_MS + afterSec * 1000).toString();
}

describe('a file of candles', () => {
  test('is followed from its first time: open, the far extreme, the near one, close', () => {
    const at = fair('BTC_USDT,1000,100,130,90,120,5', 'BTC_USDT,1060,120,121,60,75,5');
    expect([0, 10, 20, 30, 40, 50].map((sec) => at('BTC_USDT', sec))).toEqual(['100', '95', '90', '110', '130', '125']);
    expect(at('BTC_USDT', 60)).toBe('120');
    // It falls, so it rises first.
    expect([80, 100, 119].map((sec) => at('BTC_USDT', sec))).toEqual(['121', '60', '74.25']);
  });

  test('stands still in its gaps, before a late market begins and after its end', () => {
    const at = fair(
      'BTC_USDT,1000,100,100,100,100,1',
      'BTC_USDT,1060,100,100,90,90,1',
      'BTC_USDT,2000,80,80,80,80,1',
      'ETH_USDT,1600,4,5,4,5,0',
    );
    expect([at('BTC_USDT', 500), at('BTC_USDT', 1000), at('BTC_USDT', 9_999_999)]).toEqual(['90', '80', '80']);
    expect([at('ETH_USDT', 0), at('ETH_USDT', 600), at('ETH_USDT', 700)]).toEqual(['4', '4', '5']);
    expect(at('BTC_USDT', -5)).toBe('100');
  });

  test('leaves the other markets to the model', () => {
    expect(fair('BTC_USDT,1000,1,1,1,1,1')('ETH_USDT', 0)).toBe('7');
  });

  test('never leaves the range of the candle', () => {
    const at = fair('BTC_USDT,1000,0.0000012,0.0000019,0.0000011,0.0000017,5');
    for (let sec = 0; sec <= 60; sec += 0.25) {
      const price = Decimal.parse(at('BTC_USDT', sec));
      expect(price.gte(Decimal.parse('0.0000011')) && price.lte(Decimal.parse('0.0000019'))).toBe(true);
    }
  });

  test.each([
    ['BTC_USDT,1000,1,1,1,1,1\n', `Line 1: the first line must be ${REPLAY_HEADER}`],
    ['', `There are no candles in it. It begins with ${REPLAY_HEADER}`],
    [file(), `There are no candles in it. It begins with ${REPLAY_HEADER}`],
    [file('BTC_USDT,1000,1,1,1,1'), 'Line 2: 7 fields are needed, 6 are there'],
    [file('', 'XYZ_USDT,1000,1,1,1,1,1'), 'Line 3: market "XYZ_USDT" is not listed here'],
    [file('BTC_USDT,2026-01-01,1,1,1,1,1'), 'Line 2: time_sec must be whole Unix seconds, not "2026-01-01"'],
    [file('BTC_USDT,1000,1,1e3,1,1,1'), 'Line 2: high is not a plain decimal number: "1e3"'],
    [file('BTC_USDT,1000,0,1,0,1,1'), 'Line 2: prices must be above zero'],
    [file('BTC_USDT,1000,1,1,0.000000001,1,1'), 'Line 2: prices of BTC_USDT lie between 0.00000001 and 100000'],
    [file('BTC_USDT,1000,1,100001,1,1,1'), 'Line 2: prices of BTC_USDT lie between 0.00000001 and 100000'],
    [file('BTC_USDT,1000,3,2,1,1,1'), 'Line 2: open 3 lies outside of low 1 and high 2'],
    [file('BTC_USDT,1000,1,2,1,1,-1'), 'Line 2: volume must not be negative'],
    [
      file('BTC_USDT,1000,1,1,1,1,1', 'ETH_USDT,900,1,1,1,1,1', 'BTC_USDT,1000,1,1,1,1,1'),
      'Line 4: BTC_USDT was at 1000 already; sort the candles by time',
    ],
  ])('%j is refused with its line and cause', (text, message) => {
    expect(() => parseReplay(text, placesOf)).toThrow(new ReplayError(message));
  });

  test('the message names the file, also one that is not there', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gapless-replay-'));
    try {
      const name = path.join(folder, 'candles.csv');
      expect(() => openReplay(name, 0, placesOf, MODEL)).toThrow(/candles\.csv cannot be read \(ENOENT/);
      // As some spreadsheets write it: a mark in front, and two characters at the end of a line.
      writeFileSync(name, `\uFEFF${file('BTC_USDT,1,1,2,1,2,0', 'BTC_USDT,2,1,2,1,oops,0').replaceAll('\n', '\r\n')}`);
      expect(() => openReplay(name, 0, placesOf, MODEL)).toThrow(`${name}: Line 3: close is not a plain decimal`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
