import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RIGHTS } from '../venue.ts';
import type { CallParameters, PrivateCall, RawReply } from './call.ts';
import { createWhitebitPrivate, readProbe, WHITEBIT_PROBES, WHITEBIT_READS } from './private.ts';

const reply = (status: number, body: unknown): RawReply => ({
  kind: 'reply',
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  contentType: 'application/json',
  retryAfterMs: null,
  tookMs: 1,
});
const OFF = reply(401, { code: 4, message: 'This API Key is not authorized to perform this action.' });
const EMPTY = reply(200, []);
const EMPTY_PAGE = reply(201, { limit: 100, offset: 0, total: 0, records: [] });
const path = (name: string) => `/api/v4/${name}`;

function scripted(answers: Readonly<Record<string, RawReply>>, otherwise: RawReply = EMPTY) {
  const calls: { path: string; parameters: CallParameters }[] = [];
  const call: PrivateCall = async (at, parameters) => {
    calls.push({ path: at, parameters });
    return answers[at] ?? (at === path('main-account/history') ? EMPTY_PAGE : otherwise);
  };
  return { venue: createWhitebitPrivate({ call }), calls };
}

describe('what can be sent', () => {
  test('is exactly the list, whatever the exchange answers', async () => {
    const sent = new Set<string>();
    const any = fc.oneof(
      fc.constantFrom(
        OFF,
        EMPTY,
        EMPTY_PAGE,
        reply(422, { code: 30, errors: { a: ['b'] } }),
        reply(500, {}),
        reply(200, 'x'),
        reply(412, {}),
      ),
      fc
        .record({ status: fc.integer({ min: 200, max: 599 }), body: fc.json() })
        .map(({ status, body }) => reply(status, body)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(any, { minLength: 12, maxLength: 12 }), async (answers) => {
        let next = 0;
        const call: PrivateCall = async (at, parameters) => {
          sent.add(JSON.stringify({ path: at, parameters }));
          next += 1;
          return answers[next % answers.length] ?? EMPTY;
        };
        const venue = createWhitebitPrivate({ call });
        await venue.balances();
        await venue.holdings();
        await venue.rights(() => undefined);
        await venue.history();
      }),
      { numRuns: 300 },
    );
    const { venue } = scripted({});
    await venue.rights(() => undefined);
    const allowed = WHITEBIT_READS.map((read) => JSON.stringify(read));
    expect([...sent].toSorted()).toEqual(allowed.toSorted());
  });

  test('carries no parameter at all wherever something could be moved', () => {
    for (const { path: at, parameters } of WHITEBIT_READS) {
      const moves = /order|withdraw|transfer|codes|address/.test(at);
      if (moves) expect(parameters, at).toEqual({});
      else expect(Object.keys(parameters).every((name) => name === 'limit' || name === 'offset')).toBe(true);
    }
  });
});

describe('what a probe’s answer tells', () => {
  const rows: readonly (readonly [string, RawReply, string])[] = [
    ['endpoint off', OFF, 'off'],
    ['endpoint off, older words', reply(401, { code: 0, errors: {}, message: 'This action is unauthorized.' }), 'off'],
    [
      'endpoint gated',
      reply(403, {
        code: 0,
        message: "You don't have permission to use this endpoint. Please contact support for more details",
      }),
      'off',
    ],
    [
      'fields missing, 400',
      reply(400, { code: 0, message: 'Validation failed', errors: { ticker: ['required'] } }),
      'on',
    ],
    [
      'fields missing, 422',
      reply(422, { code: 30, message: 'Validation failed', errors: { orderId: ['OrderId field is required.'] } }),
      'on',
    ],
    ['done', reply(200, { BTC: {} }), 'on'],
    ['done, created', reply(201, []), 'on'],
    [
      'second factor of the account missing',
      reply(412, { code: 1, message: 'This action is unauthorized. Please, enable Two-Factor authentication.' }),
      'on',
    ],
    [
      'identity not verified, said by the endpoint',
      reply(400, { code: 0, errors: { amount: ['Your account must be verified'] } }),
      'on',
    ],
    ['a bare 403 of a gateway', reply(403, '<html>blocked</html>'), 'unknown'],
    ['a 403 in unknown words', reply(403, { message: 'No.' }), 'unknown'],
    ['a 200 that is no JSON', reply(200, '<html>'), 'unknown'],
    ['not found', reply(404, ''), 'unknown'],
    ['the endpoint broke', reply(500, { error: ['Internal server error.'] }), 'unknown'],
    ['not served in this region', reply(451, { success: false, message: 'unavailable', errors: [] }), 'unknown'],
    ['a 400 without fields', reply(400, '<html>'), 'unknown'],
    [
      'key off',
      reply(401, { code: 2, message: 'This action is unauthorized. Enable your key in API settings' }),
      'key-off',
    ],
    ['bad key', reply(401, { code: 10, message: 'Unauthorized request.' }), 'key-or-secret'],
    ['nonce', reply(429, { code: 0, errors: {}, message: 'Too many requests.' }), 'nonce'],
    [
      'nonce in a legacy envelope with 200',
      reply(200, { message: [['Too many requests.']], result: [], success: false }),
      'nonce',
    ],
    ['limit', reply(429, ''), 'rate-limited'],
    ['maintenance', reply(503, ''), 'down'],
    ['our own mistake', reply(400, { code: 9, message: 'Invalid payload.' }), 'invalid-request'],
    ['nothing', { kind: 'no-reply', sent: true, reason: 'timeout', tookMs: 1 }, 'unreachable'],
  ];
  test.each(rows)('%s', (_name, answer, expected) => {
    const outcome = readProbe(answer);
    expect(typeof outcome === 'string' ? outcome : outcome.code).toBe(expected);
  });

  test('“off” is never told without the exchange’s own words', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 599 }),
        fc.oneof(fc.json(), fc.string({ unit: 'binary' })),
        (status, body) => {
          fc.pre(!/authorized|permission|"code"/i.test(body));
          expect(readProbe(reply(status, body))).not.toBe('off');
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('rights', () => {
  test('withdrawing is on when either of its two endpoints is', async () => {
    for (const open of WHITEBIT_PROBES.withdraw) {
      const { venue } = scripted({ [open]: reply(400, { code: 0, errors: { ticker: ['required'] } }) }, OFF);
      const answer = await venue.rights(() => undefined);
      expect(answer.ok && answer.value.withdraw).toBe('on');
    }
  });

  test('withdrawing is unknown when one endpoint is off and the other says nothing', async () => {
    const { venue } = scripted({ [path('main-account/withdraw-pay')]: reply(404, '') }, OFF);
    const answer = await venue.rights(() => undefined);
    expect(answer.ok && answer.value.withdraw).toBe('unknown');
  });

  test('one probe an endpoint, each once, in the order of the list', async () => {
    const { venue, calls } = scripted({}, OFF);
    await venue.rights(() => undefined);
    expect(calls.map((made) => made.path)).toEqual(RIGHTS.flatMap((right) => WHITEBIT_PROBES[right]));
  });

  test('a fault in the middle ends it; what was told before stands', async () => {
    const { venue, calls } = scripted({ [path('main-account/address')]: reply(429, '') }, OFF);
    const told: string[] = [];
    expect(await venue.rights((right) => void told.push(right))).toMatchObject({
      ok: false,
      fault: { code: 'rate-limited' },
    });
    expect(told).toEqual(['read-trade', 'read-wallet', 'trade']);
    expect(calls).toHaveLength(4);
  });
});

describe('balances', () => {
  test('an outage of one wallet is a fault, not a smaller total', async () => {
    const { venue } = scripted({ [path('collateral-account/balance')]: reply(503, '') });
    expect(await venue.holdings()).toMatchObject({ ok: false, fault: { code: 'down' } });
    expect(await venue.balances()).toMatchObject({ ok: false, fault: { code: 'down' } });
  });

  test('a wallet that is not offered in this region is unreadable, not empty', async () => {
    const { venue } = scripted({
      [path('collateral-account/balance')]: reply(451, { success: false, message: 'unavailable', errors: [] }),
    });
    expect(await venue.holdings()).toMatchObject({
      ok: true,
      value: { balances: [], unreadable: [{ wallet: 'collateral' }] },
    });
  });

  const wrong: readonly (readonly [string, string, unknown])[] = [
    ['a number where a wallet is due', 'trade-account/balance', { BTC: 1 }],
    ['half a wallet', 'trade-account/balance', { BTC: { available: '1' } }],
    ['an amount in words', 'main-account/balance', { BTC: { main_balance: 'much' } }],
    ['a list that is not empty', 'trade-account/balance', [{ BTC: '1' }]],
    ['a name that is none', 'trade-account/balance', { 'BTC\u202e': { available: '1', freeze: '0' } }],
  ];
  test.each(wrong)('%s is not understood', async (_name, at, body) => {
    const { venue } = scripted({ [path(at)]: reply(200, body) });
    expect(await venue.balances()).toMatchObject({ ok: false, fault: { code: 'not-understood' } });
  });

  test('a refusal in a legacy envelope with status 200 is read as what it is', async () => {
    const refusal = { message: [['Unauthorized request.']], result: [], success: false };
    const { venue } = scripted({ [path('trade-account/balance')]: reply(200, refusal) });
    expect(await venue.balances()).toMatchObject({ ok: false, fault: { code: 'key-or-secret' } });
  });
});

describe('history', () => {
  const deal = (id: number, time: number) => ({ id, time, side: 'buy', orderId: id + 1 });

  test('an empty account has no marks and counts of zero', async () => {
    expect(await scripted({}).venue.history()).toEqual({
      ok: true,
      value: { wallet: { readable: true, count: 0 }, trades: { readable: true, count: 0 }, reachDays: 183, marks: [] },
    });
  });

  test('a full page of trades has no count; marks are the newest hundred of each', async () => {
    const deals = Array.from({ length: 150 }, (_, index) => deal(1_000 + index, 1_700_000_000.5 + index));
    const { venue } = scripted({
      [path('trade-account/executed-history')]: reply(200, { BTC_USDT: deals.slice(0, 80), ETH_BTC: deals.slice(80) }),
    });
    const answer = await venue.history();
    if (!answer.ok) throw new Error(answer.fault.raw);
    expect(answer.value.trades.count).toBeNull();
    expect(answer.value.marks).toHaveLength(100);
    expect(answer.value.marks[0]).toBe('deal:1149:1150');
    expect(answer.value.marks.at(-1)).toBe('deal:1050:1051');
  });

  test('trades as one list are read as well', async () => {
    const { venue } = scripted({ [path('trade-account/executed-history')]: reply(200, [deal(7, 1_700_000_000.25)]) });
    expect(await venue.history()).toMatchObject({ ok: true, value: { marks: ['deal:7:8'] } });
  });

  test('a record without what it must have is not understood', async () => {
    const { venue } = scripted({
      [path('trade-account/executed-history')]: reply(200, [{ id: 7, time: 'yesterday', orderId: 8 }]),
    });
    expect(await venue.history()).toMatchObject({ ok: false, fault: { code: 'not-understood' } });
  });
});
