/** Passwords, second factors, sessions, and slowing down those who guess. */

import fc from 'fast-check';
import { generateSync } from 'otplib/functional';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cookieOf, createRig, PASSWORD, type Rig } from '../../src/server/desk.testing.ts';
import { COMMON_STEMS } from '../../src/server/people/common-words.ts';
import { createPasswords, HASH_COST, weakness } from '../../src/server/people/passwords.ts';
import { resetPassword } from '../../src/server/people/reset.ts';
import { systemRandom } from '../../src/shell/random.ts';

const STEP_MS = 30_000;
const code = (reply: { json: <T>() => T }): string | undefined =>
  reply.json<{ error?: { code: string } }>().error?.code;

let rig: Rig;
let owner: string;
beforeEach(async () => {
  rig = await createRig();
  owner = await rig.claim();
});
afterEach(() => rig.end());

const login = (password = PASSWORD, name = 'Ann', headers = {}) =>
  rig.ask('login.password', { body: { name, password }, headers });
const totpNow = (secret: string, steps = 0): string =>
  generateSync({ secret, epoch: Math.floor(rig.clock.nowMs() / 1_000) + steps * 30 });

/** Switches the authenticator on; the cookie stays good. */
async function withTotp(cookie = owner): Promise<{ secret: string; recovery: string[] }> {
  const { secret } = (await rig.ask('factors.totp.start', { cookie, body: {} })).json<{ secret: string }>();
  const reply = await rig.ask('factors.totp.confirm', { cookie, body: { code: totpNow(secret) } });
  await rig.clock.jump(STEP_MS);
  return { secret, recovery: reply.json<{ recoveryCodes: string[] }>().recoveryCodes };
}

describe('W-04 passwords', () => {
  test('any text of 8 to 128 characters is kept whole and logs in again', async () => {
    const passwords = await createPasswords({ memoryCost: 64, timeCost: 1, parallelism: 1 });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 8, maxLength: 64 }), async (password) => {
        const stored = await passwords.hash(password);
        expect((await passwords.verify(stored, password)).right).toBe(true);
        expect((await passwords.verify(stored, `${password}x`)).right).toBe(false);
        expect((await passwords.verify(stored, password.slice(0, -1))).right).toBe(false);
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  test('what everybody chooses is refused, in all its spellings', () => {
    expect(COMMON_STEMS.size).toBeGreaterThan(500);
    for (const bad of [
      'password',
      'P4ssw0rd!',
      'Password2026',
      'qwertyuiop',
      '12345678',
      '87654321',
      'aaaaaaaa',
      'abababab',
      'iloveyou1',
      'gapless123',
      'Bitcoin!!',
      'tigertiger',
      '123password',
      'Whitebit1',
    ]) {
      expect([bad, weakness(bad, 'Ann')]).toEqual([bad, expect.any(String)]);
    }
    expect(weakness('annabelle9', 'Annabelle')).toMatch(/name/);
    for (const good of [
      'a lighthouse of paper',
      'Tr1cky-But-Mine',
      'zuckerwatte im regen',
      '密码是一座纸做的灯塔',
      'k7#vQ9!m',
    ]) {
      expect([good, weakness(good, 'Ann')]).toEqual([good, null]);
    }
  });

  test.each([
    ['too short', 'short', 'bad_request'],
    ['over 128', 'x'.repeat(129), 'bad_request'],
    ['common', 'password1', 'weak_password'],
    ['half a character', 'broken \ud800 text', 'weak_password'],
  ])('the route says what to change: %s', async (_what, password, expected) => {
    const reply = await rig.ask('factors.password', { cookie: owner, body: { password } });
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ error: { code: expected, field: 'password' } });
  });
});

describe('W-05 the cost of a password', () => {
  test('Argon2id with 64 MiB, three passes, four lanes; an older hash is renewed at login', async () => {
    const strong = await createPasswords(HASH_COST);
    expect(await strong.hash(PASSWORD)).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$/);
    const weak = await createPasswords({ memoryCost: 64, timeCost: 1, parallelism: 1 });
    const checked = await strong.verify(await weak.hash(PASSWORD), PASSWORD);
    expect(checked.right).toBe(true);
    expect(checked.fresh).toMatch(/m=65536,t=3,p=4/);
  });

  test('a storm of logins runs four at a time, and the rest is told to wait', async () => {
    const passwords = await createPasswords(HASH_COST);
    const stored = await passwords.hash(PASSWORD);
    const before = process.memoryUsage.rss();
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 5);
    const all = await Promise.allSettled(Array.from({ length: 200 }, () => passwords.verify(stored, PASSWORD)));
    clearInterval(watch);
    const refused = all.filter((one) => one.status === 'rejected');
    expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(36);
    expect(refused).toHaveLength(164);
    expect(refused[0]).toMatchObject({ reason: { code: 'busy', retryAfterMs: 2_000 } });
    // Four hashes of 64 MiB, and as much again for the allocator.
    expect(peak - before).toBeLessThan(512 * 1024 * 1024);
  });

  test('a person that does not exist takes as long', async () => {
    const passwords = await createPasswords({ memoryCost: 8 * 1024, timeCost: 2, parallelism: 1 });
    const stored = await passwords.hash(PASSWORD);
    const once = async (hash: string | null): Promise<number> => {
      const startedMs = performance.now();
      await passwords.verify(hash, 'something else entirely');
      return performance.now() - startedMs;
    };
    await once(stored);
    // Other work only ever adds time: the shortest of many tells what each really takes.
    let known = Number.POSITIVE_INFINITY;
    let unknown = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 40; i += 1) {
      known = Math.min(known, await once(stored));
      unknown = Math.min(unknown, await once(null));
    }
    expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(2);
  });
});

describe('W-06 guessing', () => {
  test('10,000 guesses in ten minutes: at most 60 are looked at, and the owner is not locked out', async () => {
    let looked = 0;
    for (let i = 0; i < 10_000; i += 1) {
      const reply = await login(`wrong guess ${i}`, i % 2 === 0 ? 'Ann' : `Nobody ${i}`);
      if (code(reply) === 'wrong_login') looked += 1;
      else expect(reply.json()).toMatchObject({ error: { code: 'throttled', retryAfterMs: expect.any(Number) } });
      await rig.clock.jump(60);
    }
    expect(looked).toBeGreaterThan(10);
    expect(looked).toBeLessThanOrEqual(60);
    await rig.clock.advance(30_000);
    expect((await login()).statusCode).toBe(200);
  }, 60_000);

  test('a thousand at the same moment count one by one', async () => {
    const replies = await Promise.all(Array.from({ length: 1_000 }, (_, i) => login(`wrong ${i}`)));
    expect(replies.filter((reply) => code(reply) === 'wrong_login').length).toBeLessThanOrEqual(6);
  });

  test('the wait is said, in the header too', async () => {
    for (let i = 0; i < 6; i += 1) await login('wrong');
    const reply = await login('wrong');
    expect(reply.statusCode).toBe(429);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  });
});

describe('W-07 second factors', () => {
  test('a code works once, from now and one step to each side', async () => {
    const { secret } = await withTotp();
    await rig.clock.jump(10 * STEP_MS);
    for (const [steps, expected] of [
      [-2, 403],
      [-1, 200],
      [-1, 403],
      [0, 200],
      [0, 403],
      [1, 200],
      [0, 403],
      [2, 403],
    ] as const) {
      const cookie = cookieOf(await login());
      const reply = await rig.ask('login.factor', { cookie, body: { kind: 'totp', code: totpNow(secret, steps) } });
      expect([steps, reply.statusCode]).toEqual([steps, expected]);
    }
  });

  test('of two logins with one code, one gets in', async () => {
    const { secret } = await withTotp();
    const cookies = [cookieOf(await login()), cookieOf(await login())];
    const body = { kind: 'totp', code: totpNow(secret) };
    const replies = await Promise.all(cookies.map((cookie) => rig.ask('login.factor', { cookie, body })));
    expect(replies.map((reply) => reply.statusCode).toSorted()).toEqual([200, 403]);
  });

  test('after the password alone nothing opens', async () => {
    await withTotp();
    const cookie = cookieOf(await login());
    expect((await rig.ask('session.read', { cookie })).json()).toMatchObject({
      state: 'second-factor',
      methods: ['totp', 'recovery'],
    });
    expect((await rig.ask('connections.list', { cookie })).statusCode).toBe(401);
    await rig.clock.jump(10 * 60_000);
    expect((await rig.ask('session.read', { cookie })).json()).toMatchObject({ state: 'signed-out' });
  });

  test('ten recovery codes, each good for one login, kept as hashes', async () => {
    const { recovery } = await withTotp();
    expect(new Set(recovery).size).toBe(10);
    const rows = JSON.stringify(await rig.database.selectFrom('recovery_codes').selectAll().execute());
    for (const one of recovery) expect(rows).not.toContain(one);
    const body = { kind: 'recovery', code: recovery[0] };
    expect((await rig.ask('login.factor', { cookie: cookieOf(await login()), body })).statusCode).toBe(200);
    expect(code(await rig.ask('login.factor', { cookie: cookieOf(await login()), body }))).toBe('wrong_code');
  });

  test('with an authenticator the password proves no step-up any more', async () => {
    const { secret } = await withTotp();
    const read = await rig.ask('factors.read', { cookie: owner });
    expect(read.json()).toMatchObject({ stepUpWith: ['totp'], totp: true, recoveryCodesLeft: 10 });
    const byPassword = await rig.ask('stepUp.prove', { cookie: owner, body: { kind: 'password', password: PASSWORD } });
    expect(code(byPassword)).toBe('wrong_password');
    const byCode = await rig.ask('stepUp.prove', { cookie: owner, body: { kind: 'totp', code: totpNow(secret) } });
    expect(byCode.statusCode).toBe(200);
  });

  test('a passkey that nobody asked for, malformed or foreign, is refused without a fault of ours', async () => {
    for (const response of [
      {},
      { id: 'x' },
      { id: 'x', rawId: 'x', type: 'public-key', response: {}, clientExtensionResults: {} },
    ]) {
      expect(code(await rig.ask('login.passkey', { body: { response } }))).toBe('wrong_passkey');
      expect(code(await rig.ask('stepUp.passkey', { cookie: owner, body: { response } }))).toBe('wrong_passkey');
      const added = await rig.ask('factors.passkey.add', { cookie: owner, body: { label: 'Key', response } });
      expect(code(added)).toBe('wrong_passkey');
    }
    expect(rig.logged()).not.toContain('by our fault');
  });
});

describe('W-09 the cookie', () => {
  test('its attributes, and what the database knows of it', async () => {
    const header = String((await login()).headers['set-cookie']);
    expect(header).toMatch(/^gapless_4440=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/);
    const token = /=([^;]+)/.exec(header)?.[1] ?? '';
    const rows = JSON.stringify(await rig.database.selectFrom('sessions').selectAll().execute());
    expect(rows).not.toContain(token);
    expect(rig.logged()).not.toContain(token);
  });

  test('a session is new at login, second factor and step-up; what was planted before is worth nothing', async () => {
    const { secret } = await withTotp();
    const planted = `gapless_4440=${'p'.repeat(43)}`;
    const first = cookieOf(
      await rig.ask('login.password', { cookie: planted, body: { name: 'Ann', password: PASSWORD } }),
    );
    expect(first).not.toBe(planted);
    const second = cookieOf(
      await rig.ask('login.factor', { cookie: first, body: { kind: 'totp', code: totpNow(secret) } }),
    );
    expect(second).not.toBe(first);
    expect((await rig.ask('session.read', { cookie: first })).json()).toMatchObject({ state: 'signed-out' });
    await rig.clock.jump(STEP_MS);
    const third = cookieOf(
      await rig.ask('stepUp.prove', { cookie: second, body: { kind: 'totp', code: totpNow(secret) } }),
    );
    expect(third).not.toBe(second);
    // Requests under way may still use the one before, for seconds and without the step-up.
    expect(code(await rig.ask('users.invite', { cookie: second, body: {} }))).toBe('step_up_required');
    expect((await rig.ask('session.read', { cookie: second })).json()).toMatchObject({ state: 'signed-in' });
    await rig.clock.advance(10_000);
    expect((await rig.ask('session.read', { cookie: second })).json()).toMatchObject({ state: 'signed-out' });
    expect((await rig.ask('session.read', { cookie: third })).json()).toMatchObject({ state: 'signed-in' });
  });

  test('the cookie twice is believed neither time', async () => {
    const twice = `${owner}; gapless_4440=${'x'.repeat(43)}`;
    expect((await rig.ask('session.read', { cookie: twice })).json()).toMatchObject({ state: 'signed-out' });
  });
});

describe('W-10 the end of a session', () => {
  test('seven days at most, however busy', async () => {
    for (let hour = 0; hour < 7 * 24 - 1; hour += 1) {
      await rig.clock.jump(3_600_000);
      if (hour % 12 === 0)
        expect((await rig.ask('session.read', { cookie: owner })).json()).toMatchObject({ state: 'signed-in' });
    }
    await rig.clock.jump(3_600_000);
    expect((await rig.ask('session.read', { cookie: owner })).json()).toMatchObject({ state: 'signed-out' });
  });

  test('list, end one, end all others', async () => {
    const other = cookieOf(await login());
    const third = cookieOf(await login());
    const list = (await rig.ask('sessions.list', { cookie: owner })).json<
      { id: string; current: boolean; device: string }[]
    >();
    expect(list).toHaveLength(3);
    expect(list.filter((one) => one.current)).toHaveLength(1);
    expect(list[0]?.device).toBe('Firefox on Linux');
    const mine = (await rig.ask('sessions.list', { cookie: other })).json<{ id: string; current: boolean }[]>();
    const otherId = mine.find((one) => one.current)?.id ?? '';
    expect((await rig.ask('sessions.revoke', { cookie: owner, params: { id: otherId } })).statusCode).toBe(200);
    expect((await rig.ask('sessions.list', { cookie: other })).statusCode).toBe(401);
    expect((await rig.ask('sessions.revokeOthers', { cookie: owner, body: {} })).json()).toEqual({ revoked: 1 });
    expect((await rig.ask('sessions.list', { cookie: third })).statusCode).toBe(401);
    expect((await rig.ask('sessions.list', { cookie: owner })).statusCode).toBe(200);
  });

  test.each(['password', 'totp'] as const)('a changed %s ends the other sessions', async (what) => {
    const other = cookieOf(await login());
    if (what === 'totp') await withTotp();
    else await rig.ask('factors.password', { cookie: owner, body: { password: 'another lighthouse, of glass' } });
    expect((await rig.ask('sessions.list', { cookie: other })).statusCode).toBe(401);
    expect((await rig.ask('sessions.list', { cookie: owner })).statusCode).toBe(200);
  });

  test('W-08 the reset on the host ends every session and leaves the second factor as it is', async () => {
    const { secret } = await withTotp();
    const seams = { clock: rig.clock, random: systemRandom };
    expect(await resetPassword(rig.database, 'nobody', 'another lighthouse', seams)).toBe(false);
    await expect(resetPassword(rig.database, 'ann', 'password1', seams)).rejects.toMatchObject({
      code: 'weak_password',
    });
    expect(await resetPassword(rig.database, 'ANN', 'another lighthouse', seams)).toBe(true);
    expect((await rig.ask('sessions.list', { cookie: owner })).statusCode).toBe(401);
    expect(code(await login())).toBe('wrong_login');
    const half = await login('another lighthouse');
    expect(half.json()).toMatchObject({ state: 'second-factor' });
    const body = { kind: 'totp', code: totpNow(secret) };
    expect((await rig.ask('login.factor', { cookie: cookieOf(half), body })).statusCode).toBe(200);
  });
});

describe('invitations', () => {
  test('work once, for a day, and make a member', async () => {
    const invite = async () =>
      (await rig.ask('users.invite', { cookie: owner, body: {} })).json<{ code: string }>().code;
    const first = await invite();
    const join = (given: string, name: string) =>
      rig.ask('invite.accept', { body: { code: given, name, password: PASSWORD } });
    const replies = await Promise.all([join(first, 'Bob'), join(first, 'Cid')]);
    expect(replies.map((reply) => reply.statusCode).toSorted()).toEqual([200, 403]);
    expect(code(await join(await invite(), 'ANN'))).toBe('name_taken');
    const late = await invite();
    await rig.clock.jump(24 * 3_600_000);
    expect(code(await join(late, 'Dan'))).toBe('wrong_invitation');
    const again = cookieOf(await login());
    const listed = (await rig.ask('users.list', { cookie: again })).json<{ users: { role: string }[] }>();
    expect(listed.users.map((user) => user.role)).toEqual(['owner', 'member']);
  });

  test('a removed person is out, and their keys are dropped', async () => {
    const member = await rig.member(owner);
    await rig.connect(member);
    expect(rig.custody.keys.size).toBe(1);
    const { users } = (await rig.ask('users.list', { cookie: owner })).json<{
      users: { id: string; role: string }[];
    }>();
    const id = users.find((user) => user.role === 'member')?.id ?? '';
    expect((await rig.ask('users.remove', { cookie: owner, params: { id } })).statusCode).toBe(200);
    expect(rig.custody.keys.size).toBe(0);
    expect((await rig.ask('sessions.list', { cookie: member })).statusCode).toBe(401);
    const self = users.find((user) => user.role === 'owner')?.id ?? '';
    expect(code(await rig.ask('users.remove', { cookie: owner, params: { id: self } }))).toBe('not_allowed');
  });
});

describe('W-21 and W-29 what a person is told', () => {
  const kinds = async () =>
    (await rig.ask('security.events', { cookie: owner }))
      .json<{ kind: string; text: string }[]>()
      .map((event) => event.kind);

  test('each happening once, newest first', async () => {
    const { secret } = await withTotp();
    await login('wrong one');
    const half = cookieOf(await login());
    await rig.ask('login.factor', { cookie: half, body: { kind: 'totp', code: '000000' } });
    await rig.ask('login.factor', {
      cookie: half,
      body: { kind: 'totp', code: totpNow(secret) },
      headers: { 'user-agent': 'Mozilla/5.0 (iPhone) Safari/604' },
    });
    expect(await kinds()).toEqual(['login-new-device', 'factor-failed', 'login-failed', 'totp-on', 'claimed']);
    await rig.connect(owner);
    expect((await kinds())[0]).toBe('key-added');
    expect((await kinds()).filter((kind) => kind === 'key-added')).toHaveLength(1);
  });

  test('no text of a stranger begins a line of its own in the log, and nothing secret stands in it', async () => {
    const forged = 'x\n{"level":30,"msg":"forged"}';
    await login(PASSWORD, forged.slice(0, 60), { 'user-agent': forged.replaceAll('\n', ' ') });
    await login('a secret that must not be logged');
    for (const line of rig.logged().trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
    expect(rig.logged()).not.toContain('forged');
    expect(rig.logged()).not.toContain('a secret that must not be logged');
    expect(rig.logged()).not.toContain(PASSWORD);
  });
});
