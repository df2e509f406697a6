/** Who may reach what: every route of the contract against everybody who should not get through. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONTRACT } from '../../src/contract/contract.ts';
import { ROUTES, type Route, type RouteName } from '../../src/contract/routes.ts';
import { type Ask, cookieOf, createRig, ORIGIN, PASSWORD, type Rig } from '../../src/server/desk.testing.ts';
import { STEP_UP_MS } from '../../src/server/people/sessions.ts';
import { RouteFault, registerRoutes } from '../../src/server/routes.ts';

const NAMES = Object.keys(ROUTES) as RouteName[];
const route = (name: RouteName): Route => ROUTES[name];
const changing = NAMES.filter((name) => route(name).method !== 'GET');
const signedInOnly = NAMES.filter((name) => ['user', 'owner'].includes(route(name).access));
const bodyFor = (name: RouteName): Ask => ('body' in CONTRACT[name] ? { body: {} } : {});
const code = (reply: { json: <T>() => T }): string => reply.json<{ error: { code: string } }>().error.code;

let rig: Rig;
let owner: string;
let member: string;
beforeAll(async () => {
  rig = await createRig();
  owner = await rig.claim();
  member = await rig.member(owner);
});
afterAll(() => rig.end());

describe('W-13 every route against everybody it is not for', () => {
  test.each(signedInOnly)('%s: nobody', async (name) => {
    const reply = await rig.ask(name, bodyFor(name));
    expect([reply.statusCode, code(reply)]).toEqual([401, 'not_signed_in']);
  });

  test.each(signedInOnly)('%s: a made-up session', async (name) => {
    const reply = await rig.ask(name, { ...bodyFor(name), cookie: `gapless_4440=${'x'.repeat(43)}` });
    expect(reply.statusCode).toBe(401);
  });

  test.each(NAMES.filter((name) => route(name).access === 'owner'))('%s: a member', async (name) => {
    const reply = await rig.ask(name, { ...bodyFor(name), cookie: member });
    expect([reply.statusCode, code(reply)]).toEqual([403, 'not_allowed']);
  });

  test.each(NAMES.filter((name) => route(name).access === 'unclaimed'))('%s: after the claim', async (name) => {
    const reply = await rig.ask(name, bodyFor(name));
    expect([reply.statusCode, code(reply)]).toEqual([409, 'already_claimed']);
  });

  test("another person's rows look like rows that never were", async () => {
    const id = await rig.connect(owner);
    const made = (await rig.ask('connections.list', { cookie: owner })).json<{ id: string }[]>();
    expect(made.map((row) => row.id)).toContain(id);
    expect((await rig.ask('connections.list', { cookie: member })).json()).toEqual([]);
    expect((await rig.ask('balances.list', { cookie: member })).json()).toEqual([]);
    expect((await rig.ask('overview.read', { cookie: member })).json()).toMatchObject({ byExchange: [], byAsset: [] });
    const foreign: readonly (readonly [RouteName, unknown])[] = [
      ['connections.check', {}],
      ['connections.refresh', {}],
      ['connections.rename', { label: 'Taken' }],
      ['connections.remove', undefined],
      [
        'connections.replaceKey',
        {
          requestId: 'd'.repeat(26),
          purpose: 'trade',
          sealed: { v: 1, epk: 'AA', iv: 'AA', ct: 'AA' },
          confirmed: [],
        },
      ],
    ];
    for (const [name, body] of foreign) {
      const real = await rig.ask(name, { cookie: member, params: { id }, ...(body !== undefined && { body }) });
      const never = await rig.ask(name, {
        cookie: member,
        params: { id: 'z'.repeat(26) },
        ...(body !== undefined && { body }),
      });
      expect(real.statusCode, name).toBe(404);
      const { requestId: _real, ...realError } = real.json<{ error: Record<string, unknown> }>().error;
      const { requestId: _never, ...neverError } = never.json<{ error: Record<string, unknown> }>().error;
      expect(realError).toEqual(neverError);
    }
    const queried = await rig.ask('balances.list', { cookie: member, query: `?connection=${id}` });
    expect(queried.statusCode).toBe(404);
    const sessions = (await rig.ask('sessions.list', { cookie: owner })).json<{ id: string }[]>();
    const revoked = await rig.ask('sessions.revoke', { cookie: member, params: { id: sessions[0]?.id ?? '' } });
    expect(revoked.statusCode).toBe(404);
    expect((await rig.ask('session.read', { cookie: owner })).json()).toMatchObject({ state: 'signed-in' });
  });

  test('a route without a permission, without a handler, or beside the contract stops the start', () => {
    const fake = { route: () => {} } as never;
    const parts = { site: () => ({}) as never, admit: async () => ({}) as never };
    const handlers = { 'session.read': () => ({}) as never };
    const bare = { method: 'GET', path: '/api/session' } as const;
    expect(() => registerRoutes(fake, { ...parts, handlers, routes: { 'session.read': bare } })).toThrow(RouteFault);
    const whole = { ...bare, access: 'open' } as const;
    expect(() => registerRoutes(fake, { ...parts, handlers: {}, routes: { 'session.read': whole } })).toThrow(
      /handler/,
    );
    expect(() =>
      registerRoutes(fake, { ...parts, handlers: { stray: () => {} } as never, routes: { stray: whole } }),
    ).toThrow(RouteFault);
    expect(() => registerRoutes(fake, { ...parts, handlers, routes: { 'session.read': whole } })).not.toThrow();
  });
});

describe('W-12 requests that are not from our own page', () => {
  const wrong: readonly (readonly [string, Record<string, string | undefined>, number, string])[] = [
    ['another origin', { origin: 'https://evil.example' }, 403, 'cross_origin'],
    ['the practice exchange on this machine', { origin: 'http://127.0.0.1:4400' }, 403, 'cross_origin'],
    ['the null origin', { origin: 'null' }, 403, 'cross_origin'],
    ['no origin', { origin: undefined }, 403, 'cross_origin'],
    ['another site, as the browser says', { 'sec-fetch-site': 'cross-site' }, 403, 'cross_origin'],
    ['a name that was rebound', { host: 'rebound.example:4440' }, 403, 'wrong_host'],
    ['our name on another port', { host: 'localhost:4441' }, 403, 'wrong_host'],
  ];
  for (const [what, headers, status, expected] of wrong) {
    test.each(changing)(`%s: ${what}`, async (name) => {
      const reply = await rig.ask(name, { ...bodyFor(name), cookie: owner, headers });
      expect([reply.statusCode, code(reply)]).toEqual([status, expected]);
    });
  }

  test.each(changing.filter((name) => route(name).method !== 'DELETE'))('%s: a form, as text', async (name) => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      undefined,
    ]) {
      const reply = await rig.ask(name, { cookie: owner, rawBody: '{}', headers: { 'content-type': type } });
      expect([reply.statusCode, code(reply)]).toEqual([415, 'not_json']);
    }
  });

  test.each(NAMES.filter((name) => route(name).method === 'GET'))('%s: read by another site', async (name) => {
    const reply = await rig.ask(name, { cookie: owner, headers: { 'sec-fetch-site': 'cross-site' } });
    expect(reply.statusCode).toBe(403);
    const rebound = await rig.ask(name, { cookie: owner, headers: { host: 'rebound.example' } });
    expect(rebound.statusCode).toBe(403);
  });

  test('no route answers a preflight', async () => {
    const reply = await rig.desk.app.inject({
      method: 'OPTIONS',
      url: '/api/login',
      headers: { host: 'localhost:4440', origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(reply.statusCode).toBeGreaterThanOrEqual(400);
    expect(reply.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('W-11 step-up', () => {
  const guarded = NAMES.filter((name) => route(name).stepUp === true);

  test('stands on every route about keys, factors and people', () => {
    expect(guarded).toEqual(
      expect.arrayContaining([
        'connections.connect',
        'connections.replaceKey',
        'connections.remove',
        'factors.password',
        'factors.totp.remove',
        'factors.passkey.add',
        'users.invite',
        'users.remove',
      ]),
    );
  });

  test.each(guarded)('%s: five minutes after the last proof it is asked for again', async (name) => {
    const own = await createRig();
    const cookie = await own.claim();
    await own.clock.jump(STEP_UP_MS - 1);
    const before = await own.ask(name, { ...bodyFor(name), cookie });
    expect(before.json<{ error?: { code: string } }>().error?.code).not.toBe('step_up_required');
    // Some of them end sessions of their own; a fresh login is the same start.
    const again = await own.ask('login.password', { body: { name: 'ann', password: PASSWORD } });
    const second = cookieOf(again);
    await own.clock.jump(STEP_UP_MS);
    const after = await own.ask(name, { ...bodyFor(name), cookie: second });
    expect([after.statusCode, code(after)]).toEqual([403, 'step_up_required']);
    await own.end();
  });
});

describe('W-01 the first run', () => {
  test('nothing but session, setup, health and the page answers', async () => {
    const fresh = await createRig();
    for (const name of NAMES) {
      const reply = await fresh.ask(name, bodyFor(name));
      if (name === 'session.read') expect(reply.json()).toEqual({ state: 'unclaimed', version: '' });
      else if (name === 'setup.claim') expect(reply.statusCode).toBe(400);
      else expect([name, code(reply)]).toEqual([name, 'unclaimed']);
    }
    const health = await fresh.desk.app.inject({ url: '/health', headers: { host: 'localhost:4440' } });
    expect(health.json()).toMatchObject({ parts: { database: 'ok' } });
    await fresh.end();
  });

  test('the code works once, for 15 minutes, for one of two who race', async () => {
    const fresh = await createRig();
    const claim = (name: string, given = fresh.desk.setupCode ?? '') =>
      fresh.ask('setup.claim', { body: { code: given, name, password: PASSWORD } });
    expect(code(await claim('Eve', 'AAAA-BBBB'))).toBe('wrong_setup_code');
    const replies = await Promise.all([claim('Ann'), claim('Ben'), claim('Cid')]);
    expect(replies.filter((reply) => reply.statusCode === 200)).toHaveLength(1);
    expect(code(await claim('Dan'))).toBe('already_claimed');
    expect(await fresh.database.selectFrom('users').select('role').execute()).toEqual([{ role: 'owner' }]);
    await fresh.end();

    const late = await createRig();
    await late.clock.jump(15 * 60_000);
    const body = { code: late.desk.setupCode ?? '', name: 'Ann', password: PASSWORD };
    const reply = await late.ask('setup.claim', { body });
    expect(reply.json()).toMatchObject({
      error: { code: 'wrong_setup_code', message: expect.stringContaining('expired') },
    });
    await late.end();
  });

  test('a code is accepted in small letters and without its dashes, and is new at every start', async () => {
    const first = await createRig();
    const given = (first.desk.setupCode ?? '').toLowerCase().replaceAll('-', ' ');
    expect(first.desk.setupCode).toMatch(/^([2-9A-HJ-NP-Z]{4}-){4}[2-9A-HJ-NP-Z]{4}$/);
    const reply = await first.ask('setup.claim', { body: { code: given, name: 'Ann', password: PASSWORD } });
    expect(reply.statusCode).toBe(200);
    expect((await createRig({ database: first.database })).desk.setupCode).toBeNull();
    await first.end();
  });
});

test('W-08 there is no route to a password that was forgotten', () => {
  for (const name of NAMES) expect(`${name} ${route(name).path}`).not.toMatch(/reset|forgot|recover(?!y)/i);
});

test('W-26 no version, listing or debug route for anonymous people', async () => {
  const headers = { host: 'localhost:4440' };
  for (const url of [
    '/.git/config',
    '/package.json',
    '/assets/',
    '/src/desk.ts',
    '/debug',
    '/documentation',
    '/assets/index.js.map',
  ]) {
    const reply = await rig.desk.app.inject({ url, headers });
    expect([404, 503], url).toContain(reply.statusCode);
  }
  const session = await rig.ask('session.read');
  expect(session.json()).toMatchObject({ state: 'signed-out', version: '' });
  expect(JSON.stringify(session.headers)).not.toMatch(/fastify|node|gapless\/\d/i);
  expect(ORIGIN).toContain('localhost');
});
