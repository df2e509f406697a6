import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import { createMovableClock } from '../clock.ts';
import type { ApiKey, KeyId } from '../ports.ts';
import { clockOffsetStore, DatabaseError, openDatabase } from './database.ts';
import { canonicalIp } from './ip.ts';
import { IDLE_LIMIT_MS } from './keys.ts';
import { MIGRATIONS } from './migrations.ts';
import { totpCode, totpSecret, totpStepOf } from './totp.ts';
import { nextCode, openWorld, person, personWithTotp, START_MS, type World } from './world.testing.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
});
afterEach(() => world.close());

const READ = '/api/v4/trade-account/balance';
const WITHDRAW = '/api/v4/main-account/withdraw';

async function withKey(): Promise<{ id: ApiKey['account']; key: KeyId; secret: string }> {
  const { account, secret } = await personWithTotp(world);
  const made = world.accounts.createKey(account.id, nextCode(world, secret));
  if (!made.ok) throw new Error(made.message);
  const applied = world.accounts.setEndpoints(account.id, made.value.key.id, [READ], nextCode(world, secret));
  if (!applied.ok) throw new Error(applied.message);
  return { id: account.id, key: made.value.key.id, secret };
}

const codeOf = (outcome: { ok: boolean; code?: string }): string => (outcome.ok ? 'ok' : (outcome.code ?? ''));

describe('people', () => {
  test('an email has one account, whatever its case, and the password opens it', async () => {
    const account = await person(world, 'Ann@Example.org');
    expect(account.email).toBe('ann@example.org');
    expect(codeOf(await world.accounts.signUp('ANN@example.org', 'another one'))).toBe('email-taken');
    expect(codeOf(await world.accounts.checkPassword('ann@EXAMPLE.org', 'correct horse'))).toBe('ok');
    expect(codeOf(await world.accounts.checkPassword('ann@example.org', 'correct horsE'))).toBe('login-wrong');
    expect(codeOf(await world.accounts.checkPassword('bob@example.org', 'correct horse'))).toBe('login-wrong');
  });

  test('two sign-ups of one email at the same time make one account', async () => {
    const both = await Promise.all([
      world.accounts.signUp('x@example.org', 'password one'),
      world.accounts.signUp('x@example.org', 'password two'),
    ]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(world.accounts.all()).toHaveLength(1);
  });

  test.each([
    ['no-at-sign', 'long enough', 'email-invalid'],
    ['a@b', 'short', 'password-short'],
    ['a@b', 'x'.repeat(257), 'password-long'],
  ])('sign-up of %s is refused', async (email, password, code) => {
    expect(codeOf(await world.accounts.signUp(email, password))).toBe(code);
  });

  test('a session ends by closing it and after 30 days, and its token is not in the file', async () => {
    const account = await person(world);
    const token = world.accounts.openSession(account.id);
    const closing = world.accounts.openSession(account.id);
    expect(world.accounts.session(token)).toBe(account.id);
    world.accounts.closeSession(closing);
    expect(world.accounts.session(closing)).toBeNull();
    expect(JSON.stringify(world.database.prepare('SELECT * FROM session').all())).not.toContain(token);
    world.clock.ms += 30 * 86_400_000;
    expect(world.accounts.session(token)).toBeNull();
  });
});

describe('second factor', () => {
  test('agrees with RFC 6238 appendix B', () => {
    const secret = totpSecret(Buffer.from('12345678901234567890'));
    expect(secret).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
    expect(totpCode(secret, 59_000).code).toBe('287082');
    expect(totpCode(secret, 1_111_111_109_000).code).toBe('081804');
  });

  test.each(['', '12345', '1234567', 'abcdef', '12 456', '１２３４５６'])('the text %j is no code', (code) => {
    expect(totpStepOf(totpSecret(Buffer.alloc(20)), code, START_MS)).toBeNull();
  });

  test('one step of drift is allowed either way, two are not', () => {
    const secret = totpSecret(Buffer.alloc(20, 7));
    const { code, step } = totpCode(secret, START_MS);
    for (const driftMs of [-30_000, 0, 30_000]) expect(totpStepOf(secret, code, START_MS + driftMs)).toBe(step);
    for (const driftMs of [-60_000, 60_000]) expect(totpStepOf(secret, code, START_MS + driftMs)).toBeNull();
  });

  test('a code works once, and no older one after it', async () => {
    const { account, secret } = await personWithTotp(world);
    const older = totpCode(secret, world.clock.ms).code;
    world.clock.ms += 30_000;
    const newer = totpCode(secret, world.clock.ms).code;
    expect(world.accounts.currentTotp(account.id)).toMatchObject({ code: newer, used: false });
    const tries = [newer, newer, older].map((code) => codeOf(world.accounts.useTotp(account.id, code)));
    expect(tries).toEqual(['ok', 'code-used', 'code-used']);
    expect(world.accounts.currentTotp(account.id)?.used).toBe(true);
  });

  test('of many requests with one code in the same moment, one wins', async () => {
    const { account, secret } = await personWithTotp(world);
    const code = nextCode(world, secret);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, async () => world.accounts.createKey(account.id, code)),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(world.accounts.keys(account.id)).toHaveLength(1);
  });

  test('a started secret is not in force before a code proves it', async () => {
    const account = await person(world);
    const { secret, uri } = world.accounts.startTotp(account.id);
    expect(uri).toContain(`secret=${secret}`);
    expect(world.accounts.account(account.id)?.totpEnabled).toBe(false);
    expect(codeOf(world.accounts.enableTotp(account.id, '000000'))).toBe('code-wrong');
    expect(codeOf(world.accounts.createKey(account.id, '000000'))).toBe('two-factor-off');
    expect(codeOf(world.accounts.enableTotp(account.id, totpCode(secret, world.clock.ms).code))).toBe('ok');
    expect(world.accounts.account(account.id)?.totpEnabled).toBe(true);
  });
});

describe('API keys', () => {
  test('a new key is off and may nothing; applying endpoints for the first time switches it on', async () => {
    const { account, secret } = await personWithTotp(world);
    const made = world.accounts.createKey(account.id, nextCode(world, secret));
    if (!made.ok) throw new Error(made.message);
    const { key } = made.value;
    expect(key).toMatchObject({ active: false, offReason: 'never-activated', ips: [], lastUsedAtMs: null });
    expect(key.endpoints.size).toBe(0);
    expect(key.publicKey).toMatch(/^[0-9a-f]{32}$/);
    expect(made.value.secret).toMatch(/^[0-9a-f]{32}$/);
    expect(made.value.secret).not.toBe(key.publicKey);
    expect(JSON.stringify(world.accounts.keys(account.id))).not.toContain(made.value.secret);
    const applied = world.accounts.setEndpoints(account.id, key.id, [READ], nextCode(world, secret));
    expect(applied).toMatchObject({ ok: true, value: { active: true, offReason: null } });
  });

  test('applying endpoints later leaves the switch alone', async () => {
    const { id, key, secret } = await withKey();
    expect(world.accounts.setActive(id, key, false)).toMatchObject({ value: { offReason: 'switched-off' } });
    const applied = world.accounts.setEndpoints(id, key, [READ, WITHDRAW], nextCode(world, secret));
    expect(applied).toMatchObject({ ok: true, value: { active: false } });
  });

  test('an endpoint without a switch is refused and the code stays unused', async () => {
    const { id, key, secret } = await withKey();
    const code = nextCode(world, secret);
    expect(codeOf(world.accounts.setEndpoints(id, key, ['/api/v4/none'], code))).toBe('endpoint-unknown');
    expect(codeOf(world.accounts.useTotp(id, code))).toBe('ok');
  });

  test('the 51st key is refused', async () => {
    const { account } = await personWithTotp(world);
    for (let number = 0; number < 50; number += 1) world.accounts.keyring.create(account.id, `key ${number}`);
    expect(codeOf(world.accounts.createKey(account.id, '000000'))).toBe('keys-limit');
    expect(world.accounts.keys(account.id)).toHaveLength(50);
  });

  test('switching the second factor off switches every key off, and none on again without it', async () => {
    const { id, key, secret } = await withKey();
    expect(codeOf(world.accounts.disableTotp(id, nextCode(world, secret)))).toBe('ok');
    expect(world.accounts.keys(id)[0]).toMatchObject({ active: false, offReason: 'two-factor-off' });
    expect(codeOf(world.accounts.setActive(id, key, true))).toBe('two-factor-off');
  });

  test('14 idle days switch a key without addresses off, one with addresses stays', async () => {
    const { id, key } = await withKey();
    world.clock.ms += IDLE_LIMIT_MS;
    expect(world.accounts.keys(id)[0]?.active).toBe(true);
    world.accounts.keyUse.takeGrowing(key, 1n, world.clock.ms);
    world.clock.ms += IDLE_LIMIT_MS;
    expect(world.accounts.keys(id)[0]?.active).toBe(true);
    world.accounts.setIps(id, key, ['10.0.0.1']);
    world.clock.ms += 2 * IDLE_LIMIT_MS;
    expect(world.accounts.keys(id)[0]?.active).toBe(true);
    world.accounts.setIps(id, key, []);
    expect(world.accounts.keys(id)[0]).toMatchObject({ active: false, offReason: 'idle' });
    expect(world.accounts.setActive(id, key, true)).toMatchObject({ ok: true, value: { active: true } });
  });

  test('addresses are kept in one spelling, at most 50, and nothing else', async () => {
    const { id, key } = await withKey();
    const set = world.accounts.setIps(id, key, ['2001:DB8::0:1', '2001:db8::1', '::ffff:10.0.0.1']);
    expect(set).toMatchObject({ ok: true, value: { ips: ['2001:db8::1', '10.0.0.1'] } });
    expect(codeOf(world.accounts.setIps(id, key, ['10.0.0.0/8']))).toBe('ip-invalid');
    const many = Array.from({ length: 51 }, (_, number) => `10.0.0.${number}`);
    expect(codeOf(world.accounts.setIps(id, key, many))).toBe('ips-limit');
    expect(codeOf(world.accounts.setIps(id, key, many.slice(0, 50)))).toBe('ok');
    expect(canonicalIp('fe80::1%eth0')).toBeNull();
  });

  test("another account's key is not there", async () => {
    const { key } = await withKey();
    const bob = await person(world, 'bob@example.org');
    for (const outcome of [
      world.accounts.renameKey(bob.id, key, 'mine'),
      world.accounts.setActive(bob.id, key, false),
      world.accounts.setIps(bob.id, key, []),
      world.accounts.deleteKey(bob.id, key),
    ])
      expect(codeOf(outcome)).toBe('key-unknown');
  });
});

describe('what survives', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'practice-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test('a restart keeps accounts, keys, nonces, used codes and balances', async () => {
    await world.close();
    world = openWorld(dir);
    const { id, key, secret } = await withKey();
    world.accounts.faucet(id, 'BTC', Decimal.parse('1.5'));
    world.accounts.keyUse.takeGrowing(key, 100n, world.clock.ms);
    world.accounts.keyUse.takeUnique(key, 7n, world.clock.ms, world.clock.ms + 5000);
    await world.accounts.keyUse.written();
    const code = nextCode(world, secret);
    world.accounts.useTotp(id, code);
    const before = world.accounts.keys(id);
    const nowMs = world.clock.ms;
    await world.close();
    world = openWorld(dir, { seed: 'other chance', startMs: nowMs });
    expect(world.accounts.keys(id)).toEqual(before);
    expect(world.accounts.balances(id, 'main').get('BTC')?.available.toString()).toBe('1.5');
    expect(world.accounts.keyUse.takeGrowing(key, 100n, nowMs)).toBe(false);
    expect(world.accounts.keyUse.takeUnique(key, 7n, nowMs, nowMs + 5000)).toBe(false);
    expect(world.accounts.keyUse.takeGrowing(key, 101n, nowMs)).toBe(true);
    expect(codeOf(world.accounts.useTotp(id, code))).toBe('code-used');
    expect(world.accounts.ledger.check()).toEqual([]);
  });

  test('a file of a newer version, a second user and a file that is none are refused with a cure', () => {
    const path = join(dir, 'one.sqlite');
    const first = openDatabase(path, MIGRATIONS, 'full');
    expect(() => openDatabase(path, MIGRATIONS, 'full')).toThrow(/Another practice exchange uses .*--data/);
    first.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    first.close();
    expect(() => openDatabase(path, MIGRATIONS, 'full')).toThrow(/newer version.*Update/);
    expect(() => openDatabase(join(dir, 'no', 'such', 'folder'), MIGRATIONS, 'full')).toThrow(DatabaseError);
  });

  test('the clock keeps its offset and never goes back', () => {
    const path = join(dir, 'clock.sqlite');
    const base = { nowMs: () => 1000 };
    const first = openDatabase(path, MIGRATIONS, 'full');
    createMovableClock(base, clockOffsetStore(first)).advanceMs(500);
    first.close();
    const second = openDatabase(path, MIGRATIONS, 'full');
    const clock = createMovableClock(base, clockOffsetStore(second));
    expect(clock.nowMs()).toBe(1500);
    for (const stepMs of [-1, 0.5, Number.NaN, Number.MAX_SAFE_INTEGER])
      expect(() => clock.advanceMs(stepMs)).toThrow(RangeError);
    expect(clock.offsetMs()).toBe(500);
    second.close();
  });
});
