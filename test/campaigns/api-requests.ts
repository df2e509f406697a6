/** Requests to the API that nobody in their senses sends, and many that nearly make sense. */

import fc from 'fast-check';
import { ROUTES, type RouteName } from '../../src/contract/routes.ts';
import { PASSWORD, SEALED } from '../../src/server/desk.testing.ts';

const NAMES = Object.keys(ROUTES) as RouteName[];
/** Stand for ids that exist when the request is sent. */
export const REAL = { connection: '@connection', order: '@order', token: '@token' } as const;

const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '\u0000',
    '\ud800',
    '\u202e',
    '💥'.repeat(20),
    "' OR 1=1 --",
    '../../etc/passwd',
    '{{7*7}}',
    '%00',
    'a'.repeat(5_000),
    '1e999',
    '-0',
    'null',
  ),
);
const key = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'code',
    'name',
    'password',
    'label',
    'sealed',
    'requestId',
    'kind',
    'venue',
    'purpose',
    'confirmed',
    'response',
    'theme',
    'currency',
    'swapUpDown',
    'connection',
    'market',
    'draft',
    'limits',
    'id',
    'then',
    'toJSON',
  ),
  fc.string({ maxLength: 8 }),
);
const value: fc.Arbitrary<unknown> = fc.letrec((again) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    odd,
    fc.constantFrom(null, true, false, 0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER + 2),
    fc.array(again('any'), { maxLength: 6 }),
    fc.dictionary(key, again('any'), { maxKeys: 6, noNullPrototype: true }),
  ),
})).any;
/** Mostly what is right, so that more than the outermost check is reached. */
const often = <T>(right: fc.Arbitrary<T>, wrong: fc.Arbitrary<unknown> = odd): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: right as fc.Arbitrary<unknown>, weight: 7 }, { arbitrary: wrong, weight: 1 });

const venue = often(fc.constantFrom('practice', 'whitebit'));
const requestId = often(
  fc.oneof(
    fc.constant('a'.repeat(26)),
    fc.string({ unit: fc.constantFrom(...'abcdefghij'), minLength: 26, maxLength: 26 }),
  ),
);

/** Bodies about people, keys and settings that nearly fit. */
const shaped = fc.record(
  {
    ...{ requestId, venue },
    label: odd,
    purpose: fc.oneof(fc.constantFrom('watch', 'trade'), odd),
    sealed: fc.oneof(fc.constant(SEALED), value),
    confirmed: fc.oneof(
      fc.constant([]),
      fc.array(fc.constantFrom('cannot-withdraw', 'same-account'), { maxLength: 3 }),
    ),
    name: odd,
    code: fc.oneof(fc.constant('123456'), odd),
    password: fc.oneof(fc.constant(PASSWORD), odd),
    kind: fc.oneof(fc.constantFrom('totp', 'recovery', 'password'), odd),
    response: value,
    theme: fc.oneof(fc.constantFrom('dark', 'light'), odd),
    currency: fc.oneof(fc.constantFrom('USDT', 'EUR', 'BTC'), odd),
    swapUpDown: fc.oneof(fc.boolean(), value),
  },
  { requiredKeys: [] },
);
const pick = <K extends string>(...names: K[]) =>
  shaped.map((all) => Object.fromEntries(names.map((name) => [name, (all as Record<string, unknown>)[name]])));
const people = fc.oneof(
  pick('requestId', 'venue', 'label', 'purpose', 'sealed', 'confirmed'),
  pick('requestId', 'purpose', 'sealed', 'confirmed'),
  pick('name', 'password'),
  pick('code', 'name', 'password'),
  pick('kind', 'code'),
  pick('response'),
  pick('label'),
  pick('theme', 'currency', 'swapUpDown'),
  pick('sealed'),
  fc.constant({}),
);

const decimal = often(
  fc.oneof(
    fc.integer({ min: 1, max: 20_000 }).map((cents) => (cents / 100).toFixed(2)),
    fc.constantFrom('100', '0.001', '0', '-1', '-0', '00.10', '0.0000001', '9'.repeat(60), `0.${'1'.repeat(60)}`),
    fc.constantFrom(`${'9'.repeat(60)}.${'9'.repeat(60)}`, '1e5', '9'.repeat(61), '90000', '89000.5'),
  ),
);
const connection = often(fc.constant(REAL.connection), fc.oneof(fc.constantFrom('z'.repeat(26), null), odd));
const market = often(fc.constantFrom('BTC_USDT', 'BTC_USDT', 'ETH_USDT'), fc.oneof(fc.constant(null), odd));
const terms = often(
  fc.oneof(
    fc.record({ kind: fc.constant('limit'), price: decimal, postOnly: fc.boolean(), ioc: fc.boolean() }),
    fc.constant({ kind: 'market' }),
    fc.record({ kind: fc.constant('stop-limit'), price: decimal, activation: decimal }),
    fc.record({ kind: fc.constant('stop-market'), activation: decimal }),
  ),
  value,
);
const draft = often(
  fc.record({
    ...{ side: often(fc.constantFrom('buy', 'sell')), terms },
    quantity: often(fc.record({ unit: often(fc.constantFrom('base', 'base', 'quote')), amount: decimal }), value),
  }),
  value,
);
const confirmations = often(
  fc.constantFrom(
    ['far-from-market', 'price-unknown', 'without-stream', 'activation-passed', 'no-limit-for-asset'],
    ['price-unknown'],
    [],
  ),
  value,
);
/** Orders that pass: what comes after placing has to be reached too. */
const sound = fc.record({
  requestId: fc.string({ unit: fc.constantFrom(...'abcdefghij'), minLength: 26, maxLength: 26 }),
  ...{ connection: fc.constant(REAL.connection), market: fc.constant('BTC_USDT') },
  draft: fc.record({
    side: fc.constantFrom('buy', 'buy', 'sell'),
    // The played exchange stands at 100, the played prices at 90 000: such buys rest.
    terms: fc.integer({ min: 60, max: 99 }).map((price) => ({
      ...{ kind: 'limit', price: String(price), postOnly: false, ioc: false },
    })),
    quantity: fc.constantFrom('0.1', '0.2').map((amount) => ({ unit: 'base', amount })),
  }),
  confirmations: fc.constant(['far-from-market', 'price-unknown', 'without-stream']),
});
const count = often(fc.integer({ min: 0, max: 1_200 }), value);
const markets = often(fc.array(market, { maxLength: 4 }), value);
const policyLimits = fc.record({
  ...{ markets, bandPercent: decimal, orderPercent: decimal, orderFloor: decimal, adversePercent: decimal },
  ...{ turnover: decimal, ordersPerMinute: count, openPerMarket: count, openOrders: count, assetPercent: decimal },
});
const limits = fc.record({
  largestOrder: often(fc.array(fc.record({ asset: often(fc.constant('USDT')), amount: decimal }), { maxLength: 3 })),
  ...{ openOrdersMax: count, openOrdersPerMarketMax: count },
  ...{ adverseRatioMax: decimal, passiveRatioMax: often(fc.oneof(fc.constant(null), decimal)) },
});
/** One field beyond, now and then: it has to be refused. */
const strict = <T extends object>(body: fc.Arbitrary<T>) =>
  fc.oneof(
    { arbitrary: body as fc.Arbitrary<object>, weight: 12 },
    { arbitrary: fc.tuple(body, key, value).map(([of, name, more]) => ({ ...of, [name]: more })), weight: 1 },
  );
/** Of each route with a body of its own; the rest takes what comes. */
const BODIES: Partial<Record<RouteName, fc.Arbitrary<object>>> = {
  'orders.preview': fc.record({ connection, market, draft, confirmations }),
  'orders.place': fc.oneof(sound, fc.record({ requestId, connection, market, draft, confirmations })),
  'orders.move': fc.record({
    requestId,
    price: decimal,
    activation: fc.constant(null),
    quantity: fc.constant(null),
    confirmations,
  }),
  'orders.cancel': fc.constant({}),
  'orders.cancelAll': fc.record({ connection, market }),
  'orders.declareAbsent': fc.constant({}),
  'halt.now': fc.record({ connection, why: odd, cancelOrders: often(fc.boolean(), value) }),
  'trading.limits.write': limits,
  'trading.policy.first': fc.record({ markets }),
  'trading.policy.propose': fc.record({ limits: policyLimits }),
  'trading.policy.withdraw': fc.record({ proposal: odd }),
  'watchlist.write': fc.record({ markets: often(fc.array(fc.record({ venue, market }), { maxLength: 5 }), value) }),
  'tokens.create': fc.record({
    ...{ label: odd, scopes: often(fc.subarray(['read', 'trade', 'halt'] as const), value) },
    markets: often(fc.oneof(fc.constant(null), markets)),
    connections: often(fc.oneof(fc.constant(null), fc.array(connection, { maxLength: 2 }))),
    days: count,
  }),
};
const anyBody = fc.oneof(
  { arbitrary: people.map((it) => JSON.stringify(it)), weight: 4 },
  { arbitrary: shaped.map((it) => JSON.stringify(it)), weight: 1 },
  { arbitrary: value.map((it) => JSON.stringify(it) ?? ''), weight: 2 },
  { arbitrary: odd, weight: 1 },
  {
    arbitrary: fc.constantFrom(
      '{"__proto__":{"x":1}}',
      '{"constructor":{"prototype":{"x":1}}}',
      `${'['.repeat(9_000)}`,
      `${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}`,
      '{"name":"a","name":"b"}',
      '{"a":1e99999}',
      '\ufeff{}',
    ),
    weight: 1,
  },
);

const oddQuery = fc.oneof(
  fc.constantFrom(
    '?limit=0',
    '?limit=1&limit=2',
    '?before=-1',
    '?before=1e30',
    '?before=1.1.a',
    '?before=9999999999999999.1.a',
    '?connection=',
    '?__proto__=1',
    '?a[b]=c',
    '?%',
    '?%ff=%fe',
    `?connection=${REAL.connection}`,
    '?market=BTC_USDT&state=closed&limit=1',
    '?state=open',
    '?interval=1m&limit=2',
    '?interval=1M&toSec=0',
    '?interval=1s&toSec=99999999999999999999',
    '?venue=practice',
  ),
  odd.map((text) => `?limit=${encodeURIComponent(text.toWellFormed())}`),
  odd.map((text) => `?before=${encodeURIComponent(text.toWellFormed())}`),
);
/** Only what reads has anything to say there. */
const queryOf = (name: RouteName) =>
  fc.oneof(
    { arbitrary: fc.constant(''), weight: ROUTES[name].method === 'GET' ? 1 : 20 },
    { arbitrary: oddQuery, weight: 1 },
  );

/** Trading has the most to say, and the most to break. */
const CHOSEN = NAMES.flatMap((name) => (name.startsWith('orders.') ? [name, name, name] : [name]));

export const asking = fc.constantFrom(...CHOSEN).chain((name) => {
  const own = BODIES[name];
  const fitting = own === undefined ? anyBody : strict(own).map((body) => JSON.stringify(body));
  return fc.record({
    name: fc.constant(name),
    id: often(fc.constantFrom('a'.repeat(26), REAL.connection, REAL.connection, REAL.connection)).map(String),
    order: often(fc.constantFrom(REAL.order, REAL.order, 'no-0-m-1')).map(String),
    venue: venue.map(String),
    market: market.map(String),
    query: queryOf(name),
    body: fc.oneof({ arbitrary: fitting, weight: 6 }, { arbitrary: anyBody, weight: 1 }),
    who: fc.oneof(
      { arbitrary: fc.constantFrom('nobody', 'person', 'person', 'program'), weight: 12 },
      { arbitrary: fc.constantFrom('impostor', 'both'), weight: 1 },
    ),
    type: fc.oneof(
      { arbitrary: fc.constant('application/json'), weight: 8 },
      fc.constantFrom('text/plain', 'application/json; charset=utf-16', ''),
    ),
  });
});
export type Asked = typeof asking extends fc.Arbitrary<infer One> ? One : never;
