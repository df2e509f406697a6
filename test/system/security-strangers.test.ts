/** What somebody without a session, or with half of one, must not be able to do to somebody who is in. */

import { generateSync } from 'otplib/functional';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRig, PASSWORD, type Rig, SEALED } from '../../src/server/desk.testing.ts';

let rig: Rig;
let owner: string;
beforeEach(async () => {
  rig = await createRig();
  owner = await rig.claim();
});
afterEach(() => rig.end());

const login = (password: string, name = 'Ann') => rig.ask('login.password', { body: { name, password } });
const totpOf = (secret: string) => generateSync({ secret, epoch: Math.floor(rig.clock.nowMs() / 1_000) });

async function withTotp(): Promise<string> {
  const { secret } = (await rig.ask('factors.totp.start', { cookie: owner, body: {} })).json<{ secret: string }>();
  await rig.ask('factors.totp.confirm', { cookie: owner, body: { code: totpOf(secret) } });
  await rig.clock.jump(60_000);
  return secret;
}

describe('strangers', () => {
  test('who guess without pause do not keep a signed-in person from proving themselves', async () => {
    for (let tries = 0; tries < 40; tries += 1) await login('not the password', `Nobody ${tries}`);
    expect((await login(PASSWORD)).statusCode).toBe(429);
    const byPassword = { cookie: owner, body: { kind: 'password', password: PASSWORD } };
    expect((await rig.ask('stepUp.prove', byPassword)).statusCode).toBe(200);
  });

  test('nor from proving themselves by their authenticator', async () => {
    const secret = await withTotp();
    for (let tries = 0; tries < 40; tries += 1) await login('not the password', `Nobody ${tries}`);
    const byCode = { cookie: owner, body: { kind: 'totp', code: totpOf(secret) } };
    expect((await rig.ask('stepUp.prove', byCode)).statusCode).toBe(200);
  });

  test('who guess for a day do not push out of sight what else happened', async () => {
    for (let tries = 0; tries < 300; tries += 1) {
      await login('not the password');
      await rig.clock.jump(60_000);
    }
    const events = (await rig.ask('security.events', { cookie: owner })).json<{ kind: string }[]>();
    expect(events[0]?.kind).toBe('login-failed');
    expect(events.map((event) => event.kind)).toContain('claimed');
  });

  test('with a stolen session do not open what its person locked', async () => {
    await rig.clock.jump(6 * 60_000);
    expect((await rig.ask('custody.lock', { cookie: owner, body: {} })).statusCode).toBe(200);
    const reply = await rig.ask('custody.unlock', { cookie: owner, body: { sealed: SEALED } });
    expect(reply.json()).toMatchObject({ error: { code: 'step_up_required' } });
    expect(rig.custody.state).toBe('locked');
  });

  test('with the password alone do not push out who is in', async () => {
    await withTotp();
    for (let tries = 0; tries < 60; tries += 1) expect((await login(PASSWORD)).statusCode).toBe(200);
    expect((await rig.ask('session.read', { cookie: owner })).json()).toMatchObject({ state: 'signed-in' });
  });
});

test('a step-up is guessed at no faster than a login', async () => {
  const guess = () => rig.ask('stepUp.prove', { cookie: owner, body: { kind: 'password', password: 'not the one' } });
  const answers: number[] = [];
  for (let tries = 0; tries < 10; tries += 1) answers.push((await guess()).statusCode);
  expect(answers.filter((status) => status === 403)).toHaveLength(5);
  expect(answers.at(-1)).toBe(429);
});

describe('a link on another site', () => {
  const follow = (url: string, dest: string, mode = 'navigate') =>
    rig.desk.app.inject({
      url,
      headers: {
        host: 'localhost:4440',
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': mode,
        'sec-fetch-dest': dest,
      },
    });

  test('leads to the page, which is not built here', async () => {
    for (const url of ['/', '/exchanges']) expect((await follow(url, 'document')).statusCode, url).toBe(503);
  });

  test('leads to nothing of the API, and loads nothing', async () => {
    for (const url of ['/api/session', '/api/nothing', '/api/openapi.json', '/health', '/metrics'])
      expect((await follow(url, 'document')).statusCode, url).toBe(403);
    expect((await follow('/', 'iframe')).statusCode).toBe(403);
    expect((await follow('/assets/index.js', 'script', 'no-cors')).statusCode).toBe(403);
  });
});

test('the numbers are not for whom a proxy brings, whatever it says or does not say of them', async () => {
  const proxied = await createRig({ proxy: { address: '127.0.0.1', publicOrigin: 'https://desk.example.net' } });
  try {
    const ask = async (more: Record<string, string>) => {
      const headers = { host: 'desk.example.net', ...more };
      return (await proxied.desk.app.inject({ url: '/metrics', headers })).statusCode;
    };
    expect(await ask({})).toBe(401);
    expect(await ask({ 'x-forwarded-for': 'unknown' })).toBe(401);
    expect(await ask({ 'x-forwarded-for': '127.0.0.1, 192.0.2.9' })).toBe(401);
    expect(await ask({ 'x-forwarded-for': '127.0.0.1' })).toBe(200);
  } finally {
    await proxied.end();
  }
});

test('which version runs is not told to strangers, by the description either', async () => {
  const reply = await rig.desk.app.inject({ url: '/api/openapi.json', headers: { host: 'localhost:4440' } });
  expect(reply.json<{ info: { version: string } }>().info.version).not.toBe('0.0.0');
});
