import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../../core/decimal.ts';
import type { Outcome } from '../../core/report.ts';
import type { OrderName } from '../trading.ts';
import { answered, order, printed, refusal, SIGNED_AT_MS, silent } from './outcome-table.testing.ts';
import { bareOutcome, cancelManyOutcomes, cancelOutcome, placeManyOutcomes, placeOutcome } from './outcomes.ts';

const decimal = (text: string) => Decimal.parse(text);
const LIMIT = order();
const said = (outcome: Outcome): string =>
  outcome.kind === 'rejected' ? `${outcome.code}${outcome.definite ? '' : '?'}` : outcome.kind;

describe('placing: what came back and what it means', () => {
  const inner = (code: number, errors: object) => refusal(code, errors, 'Inner validation failed');
  const rows: readonly (readonly [string, number, unknown, string])[] = [
    ['the order itself', 200, printed(LIMIT), 'accepted'],
    ['the order with a field nobody knows', 200, printed(LIMIT, { novel: { a: [1] } }), 'accepted'],
    ['without the words of later versions', 200, printed(LIMIT, { status: undefined, stp: undefined }), 'accepted'],
    ['no balance', 400, inner(10, { amount: ['Not enough balance.'] }), 'funds'],
    ['no balance, other status', 422, inner(10, { amount: ['Not enough balance.'] }), 'funds'],
    ['no balance for a market order', 422, refusal(32, { amount: ['Not enough balance.'] }), 'funds'],
    ['too small', 400, inner(11, { amount: ['Amount too small.'] }), 'rules'],
    [
      'two sentences for one field',
      422,
      refusal(32, { amount: ['Given amount is less than min amount 0.001', 'Min amount step = 0.000001'] }),
      'rules',
    ],
    [
      'two sentences of which one is new',
      422,
      refusal(32, { amount: ['Min amount step = 0.000001', 'Queued.'] }),
      'ambiguous',
    ],
    [
      'the older words of code 0',
      422,
      refusal(0, { amount: ['Given amount is less than min amount 200000'], total: ['Total is less than 5.05'] }),
      'rules',
    ],
    ['a step of the price', 422, refusal(33, { price: ['Min price step = 0.000001'] }), 'rules'],
    ['the total', 422, refusal(30, { total: ['Total (amount * price) is less than 5.05'] }), 'rules'],
    ['a band', 422, refusal(250, { price: ['The Price should be less than or equal to 1.277'] }), 'rules'],
    [
      'post only',
      400,
      inner(13, { postOnly: ["This order couldn't be executed as a maker order and was canceled."] }),
      'post-only',
    ],
    ['a market that is none', 422, refusal(31, { market: ['Market is not available.'] }), 'market-closed'],
    [
      'a market that stands still',
      422,
      refusal(51, { price: ['Trading in the market is not allowed.'] }),
      'market-closed',
    ],
    ['before a listing opens', 453, refusal(30, { orderType: ['This order type is not available'] }), 'market-closed'],
    ['too many', 422, refusal(103, { error: ['Max. limit of open orders have been reached.'] }), 'too-many-orders'],
    [
      'a name that is in the book',
      422,
      refusal(36, { clientOrderId: ['This client order id is already used by the current account.'] }),
      'duplicate-id?',
    ],
    ['later', 422, refusal(15, { error: ['Please try again later.'] }), 'ambiguous'],
    ['a code with another field', 422, refusal(10, { price: ['Not enough balance.'] }), 'ambiguous'],
    ['a code with other words', 400, inner(10, { amount: ['Try again.'] }), 'ambiguous'],
    ['words with another code', 400, inner(15, { amount: ['Not enough balance.'] }), 'ambiguous'],
    ['words of another request', 400, inner(2, { orderId: ['Unexecuted order was not found.'] }), 'ambiguous'],
    [
      'a refusal that holds an order',
      400,
      { ...inner(10, { amount: ['Not enough balance.'] }), orderId: 5 },
      'ambiguous',
    ],
    ['a refusal with status 200', 200, refusal(10, { amount: ['Not enough balance.'] }), 'ambiguous'],
    ['a refusal with status 500', 500, refusal(10, { amount: ['Not enough balance.'] }), 'ambiguous'],
    ['wrong key', 401, { code: 10, message: 'Unauthorized request.' }, 'permission'],
    [
      'key off',
      401,
      { code: 2, message: 'This action is unauthorized. Enable your key in API settings' },
      'permission',
    ],
    ['no right', 401, { code: 4, message: 'This API Key is not authorized to perform this action.' }, 'permission'],
    [
      'outside the window',
      401,
      { code: 0, message: 'Your nonce is more than 5 seconds lesser than the current nonce.' },
      'other',
    ],
    [
      'a nonce seen before: perhaps the echo of this very request',
      429,
      { code: 0, errors: {}, message: 'Too many requests.' },
      'other?',
    ],
    ['the gateway’s limit', 429, '<html>429</html>', 'rate-limited'],
    ['the service’s limit', 429, { code: 0, message: 'Too Many Attempts.' }, 'rate-limited'],
    ['a firewall', 403, '<html>Attention required</html>', 'ambiguous'],
    ['a redirect', 302, '', 'ambiguous'],
    ['an inner error', 500, { error: ['Internal server error.'] }, 'ambiguous'],
    ['a lost exchange behind a gateway', 502, '<html>', 'ambiguous'],
    ['maintenance', 503, 'soon', 'ambiguous'],
    ['a gateway that waited too long', 504, '', 'ambiguous'],
    ['nothing', 200, '', 'ambiguous'],
    ['half of it', 200, JSON.stringify(printed(LIMIT)).slice(0, 100), 'ambiguous'],
    ['an empty list', 200, [], 'ambiguous'],
    ['the old envelope', 200, { success: false, message: [['Too many requests.']], result: [] }, 'ambiguous'],
    ['another order’s name', 200, printed(LIMIT, { clientOrderId: 'g7-1-m-2' }), 'ambiguous'],
    ['no name', 200, printed(LIMIT, { clientOrderId: '' }), 'ambiguous'],
    ['another market', 200, printed(LIMIT, { market: 'ETH_USDT' }), 'ambiguous'],
    ['the other side', 200, printed(LIMIT, { side: 'sell' }), 'ambiguous'],
    ['another quantity', 200, printed(LIMIT, { amount: '0.51' }), 'ambiguous'],
    ['another price', 200, printed(LIMIT, { price: '87500' }), 'ambiguous'],
    ['another type', 200, printed(LIMIT, { type: 'market' }), 'ambiguous'],
    ['no id', 200, printed(LIMIT, { orderId: undefined }), 'ambiguous'],
    ['a quantity that is none', 200, printed(LIMIT, { dealStock: 'NaN' }), 'ambiguous'],
    ['201', 201, printed(LIMIT), 'accepted'],
  ];
  test.each(rows)('%s', (_name, status, body, expected) => {
    expect(said(placeOutcome(LIMIT, answered(status, body)))).toBe(expected);
  });

  test('silence is a question when bytes may have left, and none when they have not', () => {
    expect(placeOutcome(LIMIT, silent(true))).toEqual({ kind: 'ambiguous', why: 'timeout', signedAtMs: SIGNED_AT_MS });
    expect(placeOutcome(LIMIT, silent(false, 'ECONNREFUSED'))).toEqual({ kind: 'not-sent', why: 'ECONNREFUSED' });
  });

  test('an accepted order is told with its state', () => {
    const traded = printed(LIMIT, { dealStock: '0.5', dealMoney: '43750', left: '0', status: 'FILLED' });
    expect(placeOutcome(LIMIT, answered(200, traded))).toMatchObject({
      kind: 'accepted',
      venueId: '1212901344783',
      report: { clientId: LIMIT.clientId, status: { kind: 'closed', why: 'filled' }, createdAtMs: 1595792396165 },
    });
    // The documents print FILLED for orders that rest untouched.
    expect(placeOutcome(LIMIT, answered(200, printed(LIMIT, { status: 'FILLED' })))).toMatchObject({
      report: { status: { kind: 'open' } },
    });
  });

  test.each([
    [
      'market buy for quote',
      order({ terms: { kind: 'market' }, quantity: { unit: 'quote', amount: decimal('99.9') } }),
    ],
    ['market buy in base', order({ terms: { kind: 'market' } })],
    ['market sell', order({ side: 'sell', terms: { kind: 'market' } })],
    ['stop limit', order({ terms: { kind: 'stop-limit', price: decimal('90000'), activation: decimal('89000') } })],
    ['stop market sell', order({ side: 'sell', terms: { kind: 'stop-market', activation: decimal('80000') } })],
    [
      'stop market buy',
      order({
        terms: { kind: 'stop-market', activation: decimal('90000') },
        quantity: { unit: 'quote', amount: decimal('50') },
      }),
    ],
  ])('every type is known again: %s', (_name, placed) => {
    const body = printed(placed);
    expect(said(placeOutcome(placed, answered(200, body)))).toBe('accepted');
    if ('activation_price' in body)
      expect(said(placeOutcome(placed, answered(200, { ...body, activation_price: '1' })))).toBe('ambiguous');
  });
});

describe('cancelling', () => {
  const byOurs: OrderName = { clientId: LIMIT.clientId, venueId: null, market: 'BTC_USDT' };
  const byTheirs: OrderName = { clientId: null, venueId: '1212901344783', market: 'BTC_USDT' };
  const gone = printed(LIMIT, { status: 'CANCELED' });
  const missing = refusal(2, { orderId: ['Unexecuted order was not found.'] }, 'Inner validation failed');

  test.each([
    ['the order', byOurs, 200, gone, 'accepted'],
    ['the order, by its id', byTheirs, 200, gone, 'accepted'],
    ['another order', byOurs, 200, { ...gone, clientOrderId: 'x' }, 'ambiguous'],
    ['another id', byTheirs, 200, { ...gone, orderId: 5 }, 'ambiguous'],
    ['another market', byTheirs, 200, { ...gone, market: 'ETH_USDT' }, 'ambiguous'],
    ['the order, still open', byOurs, 200, { ...gone, status: 'OPEN' }, 'ambiguous'],
    ['no such open order', byOurs, 400, missing, 'not-found'],
    [
      'the older field',
      byOurs,
      400,
      { ...missing, errors: { order_id: ['Unexecuted order was not found.'] } },
      'not-found',
    ],
    ['words that belong to placing', byOurs, 400, refusal(10, { amount: ['Not enough balance.'] }), 'ambiguous'],
    ['a server’s error', byOurs, 502, '', 'ambiguous'],
  ] as const)('%s', (_name, name, status, body, expected) => {
    expect(said(cancelOutcome(name, answered(status, body)))).toBe(expected);
  });

  test('a part that had traded is told with the cancellation', () => {
    const part = { ...gone, dealStock: '0.2', dealMoney: '17500' };
    const outcome = cancelOutcome(byOurs, answered(200, part));
    expect(outcome).toMatchObject({ report: { status: { kind: 'closed', why: 'cancelled' } } });
    if (outcome.kind === 'accepted') expect(outcome.report?.filledBase.toString()).toBe('0.2');
  });

  test('a whole market, and the kill switch', () => {
    expect(said(bareOutcome(answered(200, [])))).toBe('accepted');
    expect(
      said(bareOutcome(answered(200, { market: 'BTC_USDT', startTime: 1, cancellationTime: 61, types: ['spot'] }))),
    ).toBe('accepted');
    expect(said(bareOutcome(answered(200, { success: false, message: 'no' })))).toBe('ambiguous');
    expect(said(bareOutcome(answered(200, [printed(LIMIT)])))).toBe('ambiguous');
    expect(said(bareOutcome(silent(true)))).toBe('ambiguous');
  });
});

const ORDERS = [1, 2, 3].map((seq) => order({ seq }));
const [A = LIMIT, B = LIMIT, C = LIMIT] = ORDERS;
const yes = (placed: typeof A) => ({ result: printed(placed), error: null });
const no = { result: null, error: refusal(10, { amount: ['Not enough balance.'] }, 'Inner validation failed') };

describe('a bulk is as many outcomes as orders', () => {
  test.each([
    ['each by itself', [yes(A), no, yes(C)], ['accepted', 'funds', 'accepted']],
    [
      'refusals of every kind',
      [
        no,
        {
          result: null,
          error: refusal(36, { clientOrderId: ['This client order id is already used by the current account.'] }),
        },
        no,
      ],
      ['funds', 'duplicate-id?', 'funds'],
    ],
    ['the last is missing', [yes(A), no], ['accepted', 'ambiguous', 'ambiguous']],
    ['in another order: a refusal names nobody', [no, yes(A), yes(C)], ['accepted', 'ambiguous', 'accepted']],
    ['one too many', [yes(A), no, yes(C), no], ['accepted', 'ambiguous', 'accepted']],
    ['one twice', [yes(A), yes(A), yes(C)], ['ambiguous', 'ambiguous', 'accepted']],
    ['neither yes nor no', [yes(A), { result: null, error: null }, yes(C)], ['accepted', 'ambiguous', 'accepted']],
    ['yes and no', [yes(A), { ...no, result: printed(B) }, yes(C)], ['accepted', 'ambiguous', 'accepted']],
    [
      'a broken item',
      [yes(A), { result: printed(B, { amount: null }), error: null }, no],
      ['accepted', 'ambiguous', 'ambiguous'],
    ],
    [
      'words not known',
      [yes(A), { result: null, error: { code: 99, message: 'x' } }, no],
      ['accepted', 'ambiguous', 'funds'],
    ],
    ['no list', { result: null }, ['ambiguous', 'ambiguous', 'ambiguous']],
  ])('%s', (_name, body, expected) => {
    expect(placeManyOutcomes(ORDERS, answered(200, body)).map(said)).toEqual(expected);
  });

  test('refused as a whole, lost as a whole', () => {
    const refused = answered(401, { code: 10, message: 'Unauthorized request.' });
    expect(placeManyOutcomes(ORDERS, refused).map(said)).toEqual(['permission', 'permission', 'permission']);
    expect(placeManyOutcomes(ORDERS, answered(504, '')).map(said)).toEqual(['ambiguous', 'ambiguous', 'ambiguous']);
    expect(placeManyOutcomes(ORDERS, silent(false)).map(said)).toEqual(['not-sent', 'not-sent', 'not-sent']);
  });

  test('cancelling many', () => {
    const names = ORDERS.map(({ clientId, market }) => ({ clientId, venueId: null, market }));
    const done = (placed: typeof A, orderId: number) => ({
      result: { orderId, clientOrderId: placed.clientId, market: placed.market },
      error: null,
    });
    const missing = { result: null, error: refusal(404, { orderId: ['Unexecuted order was not found.'] }) };
    expect(cancelManyOutcomes(names, answered(200, [done(A, 1), missing, done(C, 3)])).map(said)).toEqual([
      'accepted',
      'not-found',
      'accepted',
    ]);
    expect(cancelManyOutcomes(names, answered(200, [missing, done(A, 1), done(C, 3)])).map(said)).toEqual([
      'accepted',
      'ambiguous',
      'accepted',
    ]);
  });
});

describe('however an answer is damaged on its way', () => {
  /** Deletes, doubles, moves and changes parts of any JSON. */
  type Edit = readonly [
    at: number,
    how: 'drop' | 'null' | 'text' | 'number' | 'nest' | 'empty' | 'copy',
    with_: number,
  ];
  const edit = fc.tuple(
    fc.nat(200),
    fc.constantFrom('drop', 'null', 'text', 'number', 'nest', 'empty', 'copy'),
    fc.nat(200),
  ) as fc.Arbitrary<Edit>;

  function damage(json: unknown, edits: readonly Edit[]): unknown {
    const whole: Record<string, unknown> = { it: structuredClone(json) };
    for (const [at, how, other] of edits) {
      const places: [Record<string, unknown>, string][] = [];
      const walk = (value: unknown): void => {
        if (typeof value !== 'object' || value === null) return;
        for (const key of Object.keys(value)) {
          places.push([value as Record<string, unknown>, key]);
          walk((value as Record<string, unknown>)[key]);
        }
      };
      walk(whole);
      const [holder, key] = places[at % places.length] ?? [whole, 'it'];
      const [from, name] = places[other % places.length] ?? [whole, 'it'];
      if (how === 'drop') {
        if (Array.isArray(holder)) holder.splice(Number(key), 1);
        else delete holder[key];
      } else if (how === 'null') holder[key] = null;
      else if (how === 'text') holder[key] = 'CANCELED';
      else if (how === 'number') holder[key] = other;
      else if (how === 'nest') holder[key] = [holder[key]];
      else if (how === 'empty') holder[key] = {};
      else holder[key] = structuredClone(from[name]);
    }
    return whole.it;
  }

  const status = fc.constantFrom(200, 200, 200, 201, 400, 401, 403, 422, 429, 500, 502);

  test('an order that was taken is never called refused for certain', () => {
    fc.assert(
      fc.property(status, fc.array(edit, { maxLength: 4 }), fc.nat(), (code, edits, cut) => {
        const body = JSON.stringify(damage(printed(LIMIT), edits)) ?? '';
        for (const text of [body, body.slice(0, cut % (body.length + 1))]) {
          const outcome = placeOutcome(LIMIT, answered(code, text));
          // The gateway's own 429 has no JSON, and half of an order is none either; both are documented as refused.
          if (code !== 429) expect(outcome.kind).not.toBe('rejected');
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test('of a bulk too, whatever stands beside it', () => {
    const items = fc.array(fc.constantFrom('yes', 'no'), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(
        items,
        fc.array(edit, { maxLength: 3 }),
        fc.uniqueArray(fc.nat(2), { maxLength: 3 }),
        (truth, edits, order_) => {
          const honest = ORDERS.map((placed, at) => (truth[at] === 'yes' ? yes(placed) : no));
          // Items lost, doubled or in another order, and then parts of them damaged.
          const moved = order_.length === 0 ? honest : order_.map((at) => honest[at]);
          const outcomes = placeManyOutcomes(ORDERS, answered(200, damage(moved, edits)));
          for (const [at, outcome] of outcomes.entries()) {
            if (truth[at] === 'no') expect(outcome.kind).not.toBe('accepted');
            else if (outcome.kind === 'rejected' && edits.length === 0) expect(outcome.definite).toBe(false);
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test('an order that was refused is never called taken', () => {
    const body = refusal(10, { amount: ['Not enough balance.'] }, 'Inner validation failed');
    fc.assert(
      fc.property(status, fc.array(edit, { maxLength: 5 }), (code, edits) => {
        expect(placeOutcome(LIMIT, answered(code, damage(body, edits))).kind).not.toBe('accepted');
      }),
      { numRuns: 3_000 },
    );
  });

  test('nothing throws', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.jsonValue().map((value) => JSON.stringify({ errors: value, code: 30, message: 'Validation failed' })),
        ),
        (code, text) => {
          const sent = answered(code, text);
          placeOutcome(LIMIT, sent);
          bareOutcome(sent);
          expect(placeManyOutcomes(ORDERS, sent)).toHaveLength(3);
          cancelOutcome({ clientId: 'a', venueId: null, market: 'BTC_USDT' }, sent);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
