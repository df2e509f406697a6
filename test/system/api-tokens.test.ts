/** W-14: what a program with a token may do, route by route, and everything that it may never do. */

import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { CONTRACT } from '../../src/contract/contract.ts';
import { ROUTES, type Route, type RouteName, type Scope } from '../../src/contract/routes.ts';
import { COMMAND_LINE_ROUTES } from '../../src/server/access.ts';
import { type Ask, createRig, ORIGIN, PASSWORD, type Rig } from '../../src/server/desk.testing.ts';
import { STEP_UP_MS } from '../../src/server/people/sessions.ts';

const NAMES = Object.keys(ROUTES) as RouteName[];
const route = (name: RouteName): Route => ROUTES[name];
const scoped = NAMES.filter((name) => route(name).scope !== undefined);
const closed = NAMES.filter((name) => route(name).scope === undefined);
const SCOPES: readonly Scope[] = ['read', 'trade', 'halt'];
const DAY_MS = 86_400_000;
/** Values for paths, so that a request gets as far as its handler. */
const PARAMS = { venue: 'practice', market: 'BTC_USDT', order: 'nothing' };
const code = (reply: { json: <T>() => T }): string | undefined =>
  reply.json<{ error?: { code: string } }>().error?.code;

type Reply = { json: <T>() => T };
type Told = { readonly error: { readonly message: string; readonly cure: string } };
const message = (reply: Reply): string => reply.json<Told>().error.message;
const cure = (reply: Reply): string => reply.json<Told>().error.cure;

type Made = { readonly id: string; readonly token: string };
let rig: Rig;
let owner: string;
let member: string;
let mine: string;
beforeAll(async () => {
  rig = await createRig();
  owner = await rig.claim();
  member = await rig.member(owner);
  mine = await rig.connect(owner);
});
afterAll(() => rig.end());

const bodyFor = (name: RouteName): Ask => ('body' in CONTRACT[name] ? { body: {} } : {});
const bearer = (token: string, more: Record<string, string | undefined> = {}) => ({
  headers: { authorization: `Bearer ${token}`, origin: undefined, ...more },
});
async function make(more: Record<string, unknown> = {}, cookie = owner, from = rig): Promise<Made> {
  const body = { label: 'Robot', scopes: SCOPES, days: 30, ...more };
  const reply = await from.ask('tokens.create', { cookie, body });
  expect(reply.statusCode, reply.body).toBe(200);
  return reply.json<Made>();
}
const secretOf = ({ id, token }: Made) => token.slice(`gap_${id}_`.length);
const drop = (made: Made) => rig.ask('tokens.revoke', { cookie: owner, params: { id: made.id } });

describe('every route', () => {
  test('that takes a token says so in the table, and none of those about tokens, keys, people or custody does', () => {
    const families = new Set(scoped.map((name) => name.split('.')[0]));
    expect([...families].sort()).toEqual(['fills', 'halt', 'markets', 'orders', 'trading']);
    for (const name of scoped)
      expect([name, route(name).stepUp ?? false, route(name).access]).toEqual([name, false, 'user']);
  });

  test.each(closed)('%s: no token, whatever its scopes', async (name) => {
    const made = await make();
    const reply = await rig.ask(name, { ...bodyFor(name), ...bearer(made.token) });
    expect([reply.statusCode, code(reply)]).toEqual([403, 'not_allowed']);
    await drop(made);
  });

  test.each(scoped)('%s: a token with every scope but its own', async (name) => {
    const made = await make({ scopes: SCOPES.filter((scope) => scope !== route(name).scope) });
    const reply = await rig.ask(name, { ...bodyFor(name), ...bearer(made.token), params: PARAMS });
    expect([reply.statusCode, code(reply)]).toEqual([403, 'not_allowed']);
    await drop(made);
  });

  test.each(scoped)('%s: its scope alone is enough to be heard', async (name) => {
    const made = await make({ scopes: [route(name).scope] });
    const reply = await rig.ask(name, { ...bodyFor(name), ...bearer(made.token), params: { ...PARAMS, id: mine } });
    expect([401, 403]).not.toContain(reply.statusCode);
    expect(reply.statusCode).toBeLessThan(500);
    await drop(made);
  });

  test.each(scoped)('%s: made up, of another secret, revoked', async (name) => {
    // A desk of its own: wrong tokens slow down whoever sends them.
    const own = await createRig();
    const cookie = await own.claim();
    const made = await make({}, cookie, own);
    const ask = (token: string) => own.ask(name, { ...bodyFor(name), ...bearer(token), params: PARAMS });
    for (const token of [`gap_${'a'.repeat(26)}_${secretOf(made)}`, `gap_${made.id}_${'A'.repeat(43)}`, 'gap_']) {
      const reply = await ask(token);
      expect([reply.statusCode, code(reply)], token).toEqual([401, 'not_signed_in']);
    }
    expect([401, 403]).not.toContain((await ask(made.token)).statusCode);
    await own.ask('tokens.revoke', { cookie, params: { id: made.id } });
    expect((await ask(made.token)).statusCode).toBe(401);
    await own.end();
  });
});

describe('a token', () => {
  test('ends when it said it would', async () => {
    const own = await createRig();
    const made = await make({ days: 1 }, await own.claim(), own);
    await own.clock.jump(DAY_MS - 1);
    expect((await own.ask('trading.list', bearer(made.token))).statusCode).toBe(200);
    await own.clock.jump(1);
    expect((await own.ask('trading.list', bearer(made.token))).statusCode).toBe(401);
    await own.end();
  });

  test('is told once and kept as a hash, and appears in no log', async () => {
    const { id, token } = await make({ label: 'Once' });
    const listed = (await rig.ask('tokens.list', { cookie: owner })).body;
    const secret = secretOf({ id, token });
    expect(listed).toContain(id);
    const rows = await rig.database.selectFrom('api_tokens').selectAll().execute();
    for (const text of [listed, JSON.stringify(rows), rig.logged()]) expect(text).not.toContain(secret);
    const events = (await rig.ask('security.events', { cookie: owner })).json<{ kind: string; text: string }[]>();
    expect(events.filter((event) => event.text.includes('“Once”')).map(({ kind }) => kind)).toEqual(['token-made']);
    await rig.ask('tokens.revoke', { cookie: owner, params: { id } });
    const after = (await rig.ask('security.events', { cookie: owner })).json<{ kind: string; text: string }[]>();
    expect(after.filter((event) => event.text.includes('“Once”')).map(({ kind }) => kind)).toContain('token-revoked');
  });

  test('needs a proof of the person who makes it, and is theirs alone', async () => {
    const made = await make();
    const listed = (await rig.ask('tokens.list', { cookie: member })).json<Made[]>();
    expect(listed).toEqual([]);
    const foreign = await rig.ask('tokens.revoke', { cookie: member, params: { id: made.id } });
    expect(foreign.statusCode).toBe(404);
    expect((await rig.ask('trading.list', bearer(made.token))).statusCode).toBe(200);
    const stranger = await rig.ask('tokens.create', {
      cookie: member,
      body: { label: 'Theirs', scopes: ['read'], connections: [mine], days: 1 },
    });
    expect(stranger.statusCode).toBe(404);
    await drop(made);
    const own = await createRig();
    const cookie = await own.claim();
    await own.clock.jump(STEP_UP_MS);
    const late = await own.ask('tokens.create', { cookie, body: { label: 'Late', scopes: ['read'], days: 1 } });
    expect(code(late)).toBe('step_up_required');
    await own.end();
  });

  test('is one of at most twenty; those that ran out do not count', async () => {
    const own = await createRig();
    const cookie = await own.claim();
    for (let count = 0; count < 20; count += 1) await make({ days: 1 }, cookie, own);
    const body = { label: 'One more', scopes: ['read'], days: 1 };
    expect(code(await own.ask('tokens.create', { cookie, body }))).toBe('limit_reached');
    await own.clock.jump(DAY_MS);
    const again = await own.ask('login.password', { body: { name: 'Ann', password: PASSWORD } });
    const later = String(again.headers['set-cookie']).split(';')[0] ?? '';
    expect((await own.ask('tokens.create', { cookie: later, body })).statusCode).toBe(200);
    await own.end();
  });

  test('comes alone: with a session beside it nobody is believed', async () => {
    const made = await make();
    const reply = await rig.ask('trading.list', { ...bearer(made.token), cookie: owner });
    expect([reply.statusCode, code(reply)]).toEqual([400, 'bad_request']);
    const wrong = await rig.ask('trading.list', { ...bearer('gap_wrong'), cookie: owner });
    expect(wrong.statusCode).toBe(400);
    await drop(made);
  });

  test('needs no origin, and a page of another site gives itself away all the same', async () => {
    const made = await make();
    const body = { market: null, connection: null };
    const from = (headers: Record<string, string | undefined>) =>
      rig.ask('orders.cancelAll', { body, ...bearer(made.token, headers) });
    expect((await from({})).statusCode).toBe(200);
    expect((await from({ origin: ORIGIN })).statusCode).toBe(200);
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])
      expect(code(await from(headers)), JSON.stringify(headers)).toBe('cross_origin');
    expect(code(await from({ host: 'rebound.example:4440' }))).toBe('wrong_host');
    await drop(made);
  });

  test('a script without its token was sent to the page as a foreign site, and slowed down', async () => {
    for (const authorization of ['Bearer', 'Bearer ', 'bearer'])
      for (let count = 0; count < 5; count += 1) {
        const headers = { authorization, origin: undefined };
        const reply = await rig.ask('orders.cancelAll', { body: {}, headers });
        expect([reply.statusCode, code(reply)]).toEqual([401, 'not_signed_in']);
        expect(message(reply)).toBe('There is no token behind “Bearer”.');
      }
    const beside = { authorization: 'Bearer', origin: undefined };
    expect(code(await rig.ask('orders.cancelAll', { body: {}, headers: beside, cookie: owner }))).toBe('bad_request');
  });

  test('that is dead was told to be made anew where none can be made', async () => {
    const own = await createRig();
    await own.claim();
    const dead = await own.ask('trading.list', bearer(`gap_${'b'.repeat(26)}_${'A'.repeat(43)}`));
    expect(cure(dead)).toBe('Make a new one on the page: Settings → API tokens.');
    await own.end();
  });

  test('guessed again and again is slowed down, and slows down nobody else', async () => {
    const own = await createRig();
    const cookie = await own.claim();
    const made = await make({}, cookie, own);
    const guesses = [];
    for (let count = 0; count < 12; count += 1)
      guesses.push((await own.ask('trading.list', bearer(`gap_${'b'.repeat(26)}_${'A'.repeat(43)}`))).statusCode);
    expect(guesses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(guesses.at(-1)).toBe(429);
    expect((await own.ask('trading.list', bearer(made.token))).statusCode).toBe(200);
    const login = await own.ask('login.password', { body: { name: 'Ann', password: PASSWORD } });
    expect(login.statusCode).toBe(200);
    await own.end();
  });

  test('goes on working after a change of password, as the page says beside it', async () => {
    const own = await createRig();
    const cookie = await own.claim();
    const made = await make({}, cookie, own);
    const other = await own.ask('factors.password', { cookie, body: { password: 'another lighthouse, of glass' } });
    expect(other.statusCode).toBe(200);
    expect((await own.ask('trading.list', bearer(made.token))).statusCode).toBe(200);
    await own.end();
  });

  test('says when it was used', async () => {
    const made = await make();
    const read = async () =>
      (await rig.ask('tokens.list', { cookie: owner }))
        .json<{ id: string; lastUsedAtMs: number | null }[]>()
        .find(({ id }) => id === made.id)?.lastUsedAtMs;
    expect(await read()).toBeNull();
    await rig.ask('trading.list', bearer(made.token));
    expect(await read()).toBe(rig.clock.nowMs());
    await drop(made);
  });
});

describe('the live line of a program', () => {
  async function listen(token: string, from: Rig) {
    await from.desk.app.listen({ port: 0, host: '127.0.0.1' });
    const address = from.desk.app.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/live`, {
      headers: { host: 'localhost:4440', authorization: `Bearer ${token}` },
    });
    return socket;
  }

  test('ends with its token, at once', async () => {
    const own = await createRig();
    const cookie = await own.claim();
    const made = await make({ scopes: ['read'] }, cookie, own);
    const socket = await listen(made.token, own);
    const [hello] = await once(socket, 'message');
    expect(String(hello)).toContain('"hello"');
    const ended = once(socket, 'close');
    await own.ask('tokens.revoke', { cookie, params: { id: made.id } });
    expect((await ended)[0]).toBe(4401);
    await own.end();
  });

  test('ends when its token runs out', async () => {
    const own = await createRig();
    const made = await make({ scopes: ['read'], days: 1 }, await own.claim(), own);
    const socket = await listen(made.token, own);
    await once(socket, 'message');
    const ended = once(socket, 'close');
    await own.clock.jump(DAY_MS);
    await own.clock.advance(2_000);
    expect((await ended)[0]).toBe(4401);
    await own.end();
  });

  test('is not for a token that may not read', async () => {
    const own = await createRig();
    const made = await make({ scopes: ['trade', 'halt'] }, await own.claim(), own);
    const socket = await listen(made.token, own);
    const [error] = await once(socket, 'error');
    expect(String(error)).toContain('403');
    await own.end();
  });
});

describe('what is out of reach does not exist', () => {
  test('connections', async () => {
    const other = await rig.connect(owner, 'e'.repeat(26));
    const made = await make({ connections: [other] });
    const listed = (await rig.ask('trading.list', bearer(made.token))).json<{ connection: string }[]>();
    expect(listed.map(({ connection }) => connection)).toEqual([other]);
    const draft = {
      side: 'buy',
      terms: { kind: 'limit', price: '1', postOnly: false, ioc: false },
      quantity: { unit: 'base', amount: '1' },
    };
    const wish = { connection: mine, market: 'BTC_USDT', draft, confirmations: [] };
    const asks: readonly (readonly [RouteName, Ask])[] = [
      ['trading.balances', { params: { id: mine } }],
      ['trading.limits.read', { params: { id: mine } }],
      ['trading.policy.read', { params: { id: mine } }],
      ['orders.read', { params: { id: mine, order: 'any' } }],
      ['orders.cancel', { params: { id: mine, order: 'any' }, body: {} }],
      ['orders.move', { params: { id: mine, order: 'any' }, body: { requestId: 'r'.repeat(10) } }],
      ['orders.preview', { body: wish }],
      ['orders.place', { body: { ...wish, requestId: 'r'.repeat(10) } }],
      ['orders.cancelAll', { body: { connection: mine } }],
      ['orders.list', { query: `?connection=${mine}` }],
      ['fills.list', { query: `?connection=${mine}` }],
      ['halt.now', { body: { connection: mine } }],
    ];
    for (const [name, ask] of asks) {
      const real = await rig.ask(name, { ...ask, ...bearer(made.token) });
      expect([name, real.statusCode, code(real)]).toEqual([name, 404, 'not_found']);
    }
    await drop(made);
  });

  test('markets', async () => {
    const made = await make({ markets: ['ETH_USDT'] });
    for (const name of ['markets.candles', 'markets.book', 'markets.trades'] as const) {
      const ask = {
        params: PARAMS,
        ...bearer(made.token),
        ...(name === 'markets.candles' && { query: '?interval=1m' }),
      };
      expect([name, code(await rig.ask(name, ask))]).toEqual([name, 'not_found']);
    }
    expect((await rig.ask('markets.list', bearer(made.token))).json()).toEqual([]);
    for (const query of ['?market=BTC_USDT', '?market=BTC_USDT&state=closed'])
      expect((await rig.ask('orders.list', { query, ...bearer(made.token) })).statusCode).toBe(404);
    const body = { market: 'BTC_USDT' };
    const refused = await rig.ask('orders.cancelAll', { body, ...bearer(made.token) });
    expect(refused.statusCode).toBe(404);
    // It once said that the market may have been removed.
    expect(message(refused)).toBe('For this token there is no market BTC_USDT: it was made for certain markets.');
    expect(cure(refused)).toContain('Settings → API tokens');
    await drop(made);
  });
});

test('the command line may do all of trading, and nothing about tokens', () => {
  const trading = NAMES.filter((name) => /^(markets|trading|orders|fills|halt|watchlist)\./.test(name));
  for (const name of trading) expect([name, COMMAND_LINE_ROUTES.has(name)]).toEqual([name, true]);
  for (const name of NAMES.filter((one) => one.startsWith('tokens.')))
    expect([name, COMMAND_LINE_ROUTES.has(name)]).toEqual([name, false]);
});

test('the description says how to come in, which scope each route needs, and every code of a refusal', async () => {
  const reply = await rig.desk.app.inject({ url: '/api/openapi.json', headers: { host: 'localhost:4440' } });
  const document = reply.json<{
    info: { description: string };
    components: { securitySchemes: Record<string, { scheme?: string }> };
    paths: Record<string, Record<string, { operationId: string; description: string; security: object[] }>>;
  }>();
  expect(document.components.securitySchemes.token?.scheme).toBe('bearer');
  for (const word of ['order_not_enough', 'order_does_not_fit', 'custody_price_band', 'not_trading'])
    expect(document.info.description).toContain(word);
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  for (const name of NAMES) {
    const operation = operations.find(({ operationId }) => operationId === name);
    const { scope } = route(name);
    const takesToken = operation?.security.some((one) => 'token' in one) ?? false;
    expect([name, takesToken]).toEqual([name, scope !== undefined]);
    if (scope !== undefined) expect(operation?.description).toContain(`“${scope}”`);
  }
});
