import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RawReply } from './call.ts';
import { clockReading, createWhitebitPublic } from './public.ts';

const reply = (body: unknown, status = 200): RawReply => ({
  kind: 'reply',
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  contentType: 'application/json',
  retryAfterMs: null,
  tookMs: 4,
});
const answering = (body: unknown, status = 200) =>
  createWhitebitPublic({ call: async () => reply(body, status), clock: { nowMs: () => 1_700_000_000_000 } });
const MARKET = {
  name: 'SON_USD',
  stock: 'SON',
  money: 'USD',
  stockPrec: '3',
  moneyPrec: '2',
  feePrec: '4',
  makerFee: '0.1',
  takerFee: '0.25',
  minAmount: '0.001',
  minTotal: '0.5',
  maxTotal: '10000000000',
  tradesEnabled: true,
  isCollateral: true,
  type: 'spot',
  isTradFiFutures: false,
  delistedAt: null,
};

describe('instruments', () => {
  const told = async (rows: unknown) => JSON.parse(JSON.stringify(await answering(rows).instruments()));

  test('precisions become steps, percents become ratios, unknown fields are passed over', async () => {
    expect(await told([{ ...MARKET, invented: { later: true } }])).toEqual({
      ok: true,
      value: [
        {
          symbol: 'SON_USD',
          kind: 'spot',
          base: 'SON',
          quote: 'USD',
          tick: '0.01',
          lot: '0.001',
          quantityMin: '0.001',
          notionalMin: '0.5',
          notionalMax: '10000000000',
          makerFee: '0.001',
          takerFee: '0.0025',
        },
      ],
    });
  });

  test('a negative precision, one of nothing, and no upper limit', async () => {
    const pepe = {
      ...MARKET,
      name: 'PEPE_PERP',
      stock: 'PEPE',
      stockPrec: '-6',
      moneyPrec: '0',
      maxTotal: '0',
      type: 'futures',
    };
    expect((await told([pepe])).value[0]).toMatchObject({
      kind: 'derivative',
      lot: '1000000',
      tick: '1',
      notionalMax: null,
    });
  });

  test('a market that is not enabled is left out', async () => {
    expect((await told([{ ...MARKET, tradesEnabled: false }])).value).toEqual([]);
  });

  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ['no list', { markets: [] }, /^markets is no list: /],
    ['a row that is text', ['SON_USD'], /^markets\[0\] is no object: /],
    ['a number where text is due', [{ ...MARKET, name: 5 }], /^market\.name is no text: /],
    ['a missing field', [{ ...MARKET, minTotal: undefined }], /^SON_USD\.minTotal is no text: /],
    ['a precision without end', [{ ...MARKET, stockPrec: '99' }], /^SON_USD\.stockPrec is out of range: /],
    ['a fee in words', [{ ...MARKET, makerFee: 'free' }], /^SON_USD\.makerFee is no decimal number: /],
  ];
  test.each(wrong)('%s is not understood, and says where', async (_name, body, place) => {
    const answer = await answering(body).instruments();
    expect(answer).toMatchObject({ ok: false, fault: { code: 'not-understood', status: 200 } });
    if (!answer.ok) expect(answer.fault.raw).toMatch(place);
  });
});

describe('tickers', () => {
  test('are keyed by market, volume in the quote currency', async () => {
    const body = {
      BTC_USDT: {
        base_id: 1,
        quote_id: 825,
        last_price: '9164.09',
        quote_volume: '43341942.9',
        base_volume: '4723.286463',
        isFrozen: false,
        change: '-0.57',
      },
    };
    const answer = await answering(body).tickers();
    if (!answer.ok) throw new Error(answer.fault.raw);
    expect(JSON.parse(JSON.stringify([...answer.value]))).toEqual([
      ['BTC_USDT', { symbol: 'BTC_USDT', last: '9164.09', changePercent: '-0.57', volumeQuote: '43341942.9' }],
    ]);
  });

  test('a price of the wrong type spoils the answer instead of becoming zero', async () => {
    expect(await answering({ BTC_USDT: { last_price: null, change: '0', quote_volume: '0' } }).tickers()).toMatchObject(
      {
        ok: false,
        fault: { code: 'not-understood' },
      },
    );
  });
});

describe('being reached', () => {
  test('is a pong, with its time', async () => {
    expect(await answering(['pong']).reachable()).toEqual({ ok: true, value: { tookMs: 4 } });
  });

  test.each([
    [['ping'], 200, 'not-understood'],
    ['<html>login to the hotel network</html>', 200, 'not-understood'],
    ['', 503, 'down'],
    ['', 429, 'rate-limited'],
  ])('%j with %i is %s', async (body, status, code) => {
    expect(await answering(body, status).reachable()).toMatchObject({ ok: false, fault: { code } });
  });
});

describe('the clock reading', () => {
  test('holds the truth, wherever in its second the exchange is and however slow the way', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -100_000, max: 100_000 }),
        fc.integer({ min: 0, max: 999 }),
        fc.integer({ min: 0, max: 3_000 }),
        fc.integer({ min: 0, max: 3_000 }),
        (offsetMs, inSecondMs, outMs, backMs) => {
          const sentMs = 1_700_000_000_000 + inSecondMs;
          const timeSec = Math.floor((sentMs + outMs + offsetMs) / 1_000);
          const reading = clockReading(timeSec, sentMs, sentMs + outMs + backMs);
          expect(Math.abs(reading.offsetMs - offsetMs)).toBeLessThanOrEqual(reading.uncertaintyMs + 1);
          expect(reading.uncertaintyMs).toBe(Math.ceil((1_000 + outMs + backMs) / 2));
        },
      ),
    );
  });

  test('reads seconds as a number or as digits, and nothing else', async () => {
    expect(await answering({ time: 1_700_000_005 }).clock()).toEqual({
      ok: true,
      value: { offsetMs: 5_500, uncertaintyMs: 500 },
    });
    expect(await answering({ time: 'now' }).clock()).toMatchObject({ ok: false, fault: { code: 'not-understood' } });
  });
});
