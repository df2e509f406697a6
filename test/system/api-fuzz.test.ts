/** Generated requests against every route: whatever comes, the answer is no fault of ours and says what to change. */

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROUTES, type Route, type RouteName } from '../../src/contract/routes.ts';
import { cookieOf, createRig, ORIGIN, PASSWORD, type Rig, SEALED } from '../../src/server/desk.testing.ts';

const REQUESTS = Number(process.env.GAPLESS_FUZZ_REQUESTS ?? 100_000);
const SEED = Number(process.env.GAPLESS_FUZZ_SEED ?? 20_261_123);
const NAMES = Object.keys(ROUTES) as RouteName[];
const MINUTE_MS = 60_000;

let rig: Rig;
let cookie: string;
const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeAll(async () => {
  process.on('unhandledRejection', note);
  rig = await createRig();
  cookie = await rig.claim();
  await rig.clock.advance(1_000);
});
afterAll(async () => {
  process.off('unhandledRejection', note);
  await rig.end();
});

const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '\u0000',
    '\ud800',
    '‮',
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

/** Bodies that nearly fit, so that more than the outermost check is reached. */
const shaped = fc.record(
  {
    requestId: fc.oneof(
      fc.constant('a'.repeat(26)),
      fc.string({ unit: fc.constantFrom(...'abcdefghij'), minLength: 26, maxLength: 26 }),
      odd,
    ),
    venue: fc.oneof(fc.constantFrom('whitebit', 'practice'), odd),
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
/** Just the fields of one route, each as it may be or not. */
const fitting = fc.oneof(
  shaped.map(({ requestId, venue, label, purpose, sealed, confirmed }) => ({
    requestId,
    venue,
    label,
    purpose,
    sealed,
    confirmed,
  })),
  shaped.map(({ requestId, purpose, sealed, confirmed }) => ({ requestId, purpose, sealed, confirmed })),
  shaped.map(({ name, password }) => ({ name, password })),
  shaped.map(({ code, name, password }) => ({ code, name, password })),
  shaped.map(({ kind, code }) => ({ kind, code })),
  shaped.map(({ response }) => ({ response })),
  shaped.map(({ label }) => ({ label })),
  shaped.map(({ theme, currency, swapUpDown }) => ({ theme, currency, swapUpDown })),
  shaped.map(({ sealed }) => ({ sealed })),
  fc.constant({}),
);
const body = fc.oneof(
  { arbitrary: fitting.map((it) => JSON.stringify(it)), weight: 4 },
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
const asking = fc.record({
  name: fc.constantFrom(...NAMES),
  id: fc.oneof(fc.constant('a'.repeat(26)), odd),
  query: fc.oneof(
    { arbitrary: fc.constant(''), weight: 4 },
    fc.constantFrom(
      '?limit=0',
      '?limit=1&limit=2',
      '?before=-1',
      '?before=1e30',
      '?connection=',
      '?__proto__=1',
      '?a[b]=c',
      '?%',
      '?%ff=%fe',
    ),
    odd.map((text) => `?limit=${encodeURIComponent(text.toWellFormed())}`),
  ),
  body,
  isSignedIn: fc.boolean(),
  type: fc.oneof(
    { arbitrary: fc.constant('application/json'), weight: 8 },
    fc.constantFrom('text/plain', 'application/json; charset=utf-16', ''),
  ),
});

test(
  'W-17 no request, however odd, is answered by a fault of ours',
  async () => {
    let sent = 0;
    const statuses = new Map<number, number>();
    const one = async (asked: typeof asking extends fc.Arbitrary<infer A> ? A : never): Promise<void> => {
      const route: Route = ROUTES[asked.name];
      // These would end the session that the others use.
      const isEnding = asked.name === 'logout' || asked.name === 'factors.password';
      const headers: Record<string, string> = { host: 'localhost:4440', origin: ORIGIN };
      if (asked.isSignedIn && !isEnding) headers.cookie = cookie;
      const hasBody = route.method !== 'GET';
      if (hasBody && asked.type !== '') headers['content-type'] = asked.type;
      const reply = await rig.desk.app.inject({
        method: route.method,
        url: `${route.path.replace(/:(\w+)/g, () => encodeURIComponent(asked.id.toWellFormed()))}${asked.query}`,
        headers,
        ...(hasBody && { payload: asked.body }),
      });
      sent += 1;
      statuses.set(reply.statusCode, (statuses.get(reply.statusCode) ?? 0) + 1);
      expect([asked.name, reply.statusCode < 500]).toEqual([asked.name, true]);
      if (reply.statusCode >= 400) {
        const { error } = reply.json<{ error: { code: string; message: string; cure: string } }>();
        expect(error.code).toMatch(/^[a-z_]+$/);
        expect(error.message.length).toBeGreaterThan(4);
        expect(error.cure.length).toBeGreaterThan(4);
        expect(reply.body).not.toMatch(/node_modules|\.ts:|at async/);
      }
      // Time goes on: throttles open, and proofs run out until the next login.
      if (sent % 500 === 0) await rig.clock.jump(2 * MINUTE_MS);
      if (sent % 2_000 === 0) {
        const again = await rig.ask('login.password', { body: { name: 'Ann', password: PASSWORD } });
        if (again.statusCode === 200) cookie = cookieOf(again);
      }
    };
    await fc.assert(fc.asyncProperty(asking, one), { numRuns: REQUESTS, seed: SEED, endOnFailure: false });
    expect(sent).toBeGreaterThanOrEqual(REQUESTS);
    expect(unhandled).toEqual([]);
    expect(rig.logged()).not.toContain('by our fault');
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    // Both sides were reached: refusals of every kind, and answers.
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 415]));
  },
  15 * MINUTE_MS,
);
