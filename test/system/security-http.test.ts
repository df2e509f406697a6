/** The outside of the desk: addresses, headers, parsing, slow clients. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES, type RouteName } from '../../src/contract/routes.ts';
import { OptionError, readOptions } from '../../src/options.ts';
import { createRig, PASSWORD, type Rig } from '../../src/server/desk.testing.ts';
import { networkOf } from '../../src/server/people/peer.ts';
import { siteOf } from '../../src/server/site.ts';

let rig: Rig;
let owner: string;
let port: number;
beforeAll(async () => {
  rig = await createRig();
  owner = await rig.claim();
  await rig.desk.app.listen({ port: 0, host: '127.0.0.1' });
  const address = rig.desk.app.server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => rig.end());

const NAMES = Object.keys(ROUTES) as RouteName[];

describe('W-02 where it listens', () => {
  test('an address beyond this machine needs TLS or a proxy', () => {
    for (const host of ['0.0.0.0', '192.0.2.7', '::']) {
      expect(() => readOptions(['--host', host])).toThrow(OptionError);
      expect(() => siteOf({ host, port: 1, certificate: null, proxy: null })).toThrow(RangeError);
    }
    expect(readOptions([])).toMatchObject({ host: '127.0.0.1' });
  });

  test('on loopback it is called localhost, and pages asked for by address are sent there', () => {
    const site = siteOf({ host: '127.0.0.1', port: 4440, certificate: null, proxy: null });
    expect(site).toMatchObject({ origin: 'http://localhost:4440', rpId: 'localhost', cookieName: 'gapless_4440' });
    expect([...site.hosts].toSorted()).toEqual(['127.0.0.1:4440', '[::1]:4440', 'localhost:4440']);
    expect([...site.origins]).toEqual(['http://localhost:4440']);
    expect([...siteOf({ host: '127.0.0.1', port: 80, certificate: null, proxy: null }).hosts]).toContain('localhost');
  });

  test('a page by address is redirected, without its query', async () => {
    const reply = await rig.desk.app.inject({
      url: '/exchanges?next=//evil.example',
      headers: { host: '127.0.0.1:4440' },
    });
    expect([reply.statusCode, reply.headers.location]).toEqual([302, 'http://localhost:4440/exchanges']);
    const slashes = await rig.desk.app.inject({ url: '//evil.example/x', headers: { host: '127.0.0.1:4440' } });
    expect(String(slashes.headers.location ?? '')).toMatch(/^$|^http:\/\/localhost:4440\//);
  });

  test('with TLS its names are those of the certificate, and the cookie is bound to the host', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gapless-tls-'));
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-keyout',
        key ?? '',
        '-out',
        cert ?? '',
        '-days',
        '1',
        '-subj',
        '/CN=desk',
        '-addext',
        'subjectAltName=DNS:desk.example.net,DNS:*.wild.example,IP:192.0.2.7',
      ],
      { stdio: 'ignore' },
    );
    const site = siteOf({ host: '0.0.0.0', port: 443, certificate: readFileSync(cert ?? '', 'utf8'), proxy: null });
    expect(site).toMatchObject({
      origin: 'https://desk.example.net',
      cookieName: '__Host-gapless',
      rpId: 'desk.example.net',
      isSecure: true,
    });
    expect(site.hosts.has('192.0.2.7')).toBe(true);
    expect([...site.hosts].some((host) => host.includes('wild'))).toBe(false);
    rmSync(folder, { recursive: true });
  });
});

describe('W-03 forwarded headers', () => {
  test('change nothing: not the address, not the name, not the scheme', async () => {
    const headers = {
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'for=203.0.113.9;host=evil.example;proto=https',
      'x-real-ip': '203.0.113.9',
    };
    await rig.ask('login.password', { body: { name: 'Ann', password: 'wrong, and from elsewhere' }, headers });
    const events = (await rig.ask('security.events', { cookie: owner })).json<{ kind: string; address: string }[]>();
    expect(events[0]).toMatchObject({ kind: 'login-failed', address: '127.0.0.1' });
    const reply = await rig.ask('login.password', { body: { name: 'Ann', password: PASSWORD }, headers });
    expect(String(reply.headers['set-cookie'])).toMatch(/^gapless_4440=/);
  });

  test('an IPv6 customer is counted as one network', () => {
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe(networkOf('2001:db8:1:2::9'));
    expect(networkOf('2001:db8:1:2::9')).not.toBe(networkOf('2001:db8:1:3::9'));
    expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(networkOf('::1')).toBe('::1');
  });
});

describe('W-15 and W-16 headers', () => {
  const needed = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  };

  test.each(NAMES)('%s: as nobody, signed in, from elsewhere', async (name) => {
    const replies = [
      await rig.ask(name),
      await rig.ask(name, { cookie: owner, rawBody: '{' }),
      await rig.ask(name, { headers: { host: 'evil.example' } }),
    ];
    for (const reply of replies) {
      expect(reply.headers).toMatchObject(needed);
      expect(reply.headers['strict-transport-security']).toBeUndefined();
      expect(reply.headers['x-powered-by']).toBeUndefined();
    }
  });

  test.each([
    '/nothing/here.js',
    '/api/nothing',
    '/%',
    '/api/%ff',
    '/health',
    '/api/openapi.json',
    `/${'x'.repeat(9_000)}`,
  ])('%s', async (url) => {
    const reply = await rig.desk.app.inject({ url, headers: { host: 'localhost:4440' } });
    expect(reply.headers).toMatchObject(needed);
  });

  test('the page: nothing inline, nothing from elsewhere, Trusted Types', async () => {
    const { CSP_PAGE } = await import('../../src/server/headers.ts');
    expect(CSP_PAGE).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(CSP_PAGE).toContain("require-trusted-types-for 'script'");
    expect(CSP_PAGE).toContain("frame-ancestors 'none'");
    expect(CSP_PAGE).not.toMatch(/unsafe|https?:|\*/);
  });
});

describe('W-17 one schema a route', () => {
  const refused = async (rawBody: string) => {
    const reply = await rig.ask('settings.write', { cookie: owner, rawBody });
    return {
      status: reply.statusCode,
      ...reply.json<{ error: { code: string; field: string | null; message: string } }>().error,
    };
  };

  test('unknown fields are named and refused', async () => {
    expect(await refused('{"theme":"dark","role":"owner"}')).toMatchObject({
      status: 400,
      code: 'bad_request',
      field: 'role',
    });
    const query = await rig.ask('settings.read', { cookie: owner, query: '?x=1' });
    expect(query.statusCode).toBe(400);
  });

  test.each([
    ['prototype', '{"__proto__":{"theme":"dark"}}', 400],
    ['constructor', '{"constructor":{"prototype":{"x":1}}}', 400],
    ['deep', `{"theme":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 400],
    ['long list', `{"theme":[${'1,'.repeat(1_000)}1]}`, 400],
    ['no object', '[]', 400],
    ['no JSON', '{"theme":', 400],
    ['a number', '7', 400],
    ['too large', `{"theme":"${'x'.repeat(70_000)}"}`, 413],
  ])('%s', async (_what, body, status) => {
    expect(await refused(body)).toMatchObject({ status });
    expect(({} as Record<string, unknown>).theme).toBeUndefined();
  });

  test('a parameter given twice', async () => {
    const reply = await rig.ask('balances.list', {
      cookie: owner,
      query: `?connection=${'a'.repeat(26)}&connection=${'b'.repeat(26)}`,
    });
    expect(reply.statusCode).toBe(400);
  });

  test('text that is SQL stays text', async () => {
    const name = "x'); DROP TABLE users; --";
    expect((await rig.ask('login.password', { body: { name, password: PASSWORD } })).statusCode).toBe(403);
    const member = await rig.member(owner, name);
    expect((await rig.ask('session.read', { cookie: member })).json()).toMatchObject({ user: { name } });
  });
});

test('W-18 no SQL is put together from text outside of the migrations', async () => {
  const { readdirSync } = await import('node:fs');
  const root = path.resolve(import.meta.dirname, '../../src');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /^(server|store|shell)\/.*\.ts$/.test(file),
  );
  expect(files.length).toBeGreaterThan(40);
  for (const file of files) {
    if (/migrations|sqlite\.ts|\.test\.ts|\.testing\.ts/.test(file)) continue;
    const text = readFileSync(path.join(root, file), 'utf8');
    expect([file, /sql\.raw|child_process|\.exec\(`(?!PRAGMA)/.test(text)]).toEqual([
      file,
      file === 'shell/supervisor.ts',
    ]);
  }
});

describe('W-22 our own faults', () => {
  test('a broken database gives a generic answer with an id that the log knows', async () => {
    const own = await createRig();
    const cookie = await own.claim();
    await own.database.destroy();
    for (const name of ['session.read', 'connections.list', 'users.list'] as const) {
      const reply = await own.ask(name, { cookie });
      const { error } = reply.json<{ error: { code: string; message: string; requestId: string } }>();
      expect([reply.statusCode, error.code]).toEqual([500, 'internal']);
      expect(reply.body).not.toMatch(/sqlite|driver|stack|\.ts|node_modules/i);
      expect(own.logged()).toContain(error.requestId);
    }
    const health = await own.desk.app.inject({ url: '/health', headers: { host: 'localhost:4440' } });
    expect([health.statusCode, health.json()]).toMatchObject([503, { ok: false, parts: { database: 'failing' } }]);
  });
});

describe('W-23 parsing', () => {
  const raw = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let got = '';
      socket.setTimeout(3_000, () => socket.destroy());
      socket.on('data', (chunk) => {
        got += String(chunk);
      });
      socket.on('close', () => resolve(got));
      socket.on('error', reject);
      socket.write(text);
    });

  test.each([
    [
      'both lengths',
      'POST /api/login HTTP/1.1\r\nHost: localhost:4440\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'two lengths',
      'POST /api/login HTTP/1.1\r\nHost: localhost:4440\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd',
    ],
    ['space before the colon', 'GET /health HTTP/1.1\r\nHost : localhost:4440\r\n\r\n'],
    ['a folded header', 'GET /health HTTP/1.1\r\nHost: localhost:4440\r\nX: a\r\n b\r\n\r\n'],
    ['two hosts', 'GET /health HTTP/1.1\r\nHost: localhost:4440\r\nHost: evil.example\r\nConnection: close\r\n\r\n'],
    ['no host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['headers without end', `GET /health HTTP/1.1\r\nHost: localhost:4440\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`],
    ['an odd method', 'BREW /health HTTP/1.1\r\nHost: localhost:4440\r\n\r\n'],
  ])('%s is refused', async (_what, text) => {
    expect(await raw(text)).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  test('a thousand slow clients do not slow the others', async () => {
    const slow: Socket[] = [];
    for (let i = 0; i < 1_000; i += 1) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write('GET /health HTTP/1.1\r\nHost: localhost:4440\r\nX-');
      slow.push(socket);
    }
    const times: number[] = [];
    for (let i = 0; i < 100; i += 1) {
      const startedMs = performance.now();
      const got = await raw('GET /api/session HTTP/1.1\r\nHost: localhost:4440\r\nConnection: close\r\n\r\n');
      times.push(performance.now() - startedMs);
      expect(got).toMatch(/^HTTP\/1\.1 200 /);
    }
    for (const socket of slow) socket.destroy();
    expect(times.toSorted((a, b) => a - b)[98]).toBeLessThan(500);
  });
});

describe('what else answers', () => {
  const get = (url: string, headers = {}) =>
    rig.desk.app.inject({ url, headers: { host: 'localhost:4440', ...headers } });

  test('the description has every route', async () => {
    const described = (await get('/api/openapi.json')).json<{
      openapi: string;
      paths: Record<string, Record<string, { operationId?: string }>>;
    }>();
    expect(described.openapi).toBe('3.1.0');
    const ids = Object.values(described.paths).flatMap((path) => Object.values(path).map((one) => one.operationId));
    expect(ids.toSorted()).toEqual(NAMES.toSorted());
  });

  test('the numbers are for this machine, and name nobody', async () => {
    const near = await get('/metrics');
    expect(near.statusCode).toBe(200);
    expect(near.body).toMatch(/gapless_http_request_seconds_count/);
    expect(near.body).not.toMatch(/Ann|127\.0\.0\.1|[a-z2-7]{26}/);
    const far = await rig.desk.app.inject({
      url: '/metrics',
      headers: { host: 'localhost:4440' },
      remoteAddress: '192.0.2.9',
    });
    expect(far.statusCode).toBe(401);
  });
});
