import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionId } from '../../core/ids.ts';
import type { Right } from '../../venues/venue.ts';
import { newOwner, TestDesk } from '../desk.testing.ts';
import { SAFE_RIGHTS, type StubKey } from '../stub-exchange.testing.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await TestDesk.start();
});
afterAll(() => desk.close());

const about = (connection: ConnectionId) => ({ connection, owner: desk.owner });

async function replaceWith(connection: ConnectionId, key: StubKey, confirmed: readonly 'same-account'[] = []) {
  const sealed = desk.sealed(key.key, key.secret);
  return desk.run('replace', { ...about(connection), purpose: 'trade', sealed, confirmed });
}

describe('checking again', () => {
  test('a right to withdraw that appeared stops the key, and a clean check frees it', async () => {
    const key = desk.exchange.addKey();
    const connection = await desk.connected(key);
    key.rights.add('withdraw');
    expect((await desk.run('check', about(connection))).problem?.code).toBe('can-withdraw');
    expect(await desk.run('balances', about(connection))).toMatchObject({ problem: { code: 'can-withdraw' } });
    const stopped = (await desk.run('keys', {})).find((one) => one.connection === connection);
    expect(stopped?.stoppedBecause).toBe('can-withdraw');
    key.rights.delete('withdraw');
    expect((await desk.run('check', about(connection))).problem).toBeNull();
    expect(await desk.run('balances', about(connection))).toHaveProperty('balances');
  });

  test('an outage neither stops nor frees', async () => {
    const key = desk.exchange.addKey();
    const connection = await desk.connected(key);
    key.rights.add('codes');
    await desk.run('check', about(connection));
    desk.exchange.outage = { status: 503, body: '' };
    expect((await desk.run('check', about(connection))).problem?.code).toBe('down');
    desk.exchange.outage = null;
    expect(await desk.run('balances', about(connection))).toMatchObject({ problem: { code: 'can-withdraw' } });
  });

  test('a key that was switched off is told from one that is gone', async () => {
    const key = desk.exchange.addKey();
    const connection = await desk.connected(key);
    key.active = false;
    expect(await desk.run('balances', about(connection))).toMatchObject({ problem: { code: 'key-off' } });
  });

  test('two keys of one account that was empty when they were connected are told apart from two accounts later', async () => {
    const first = desk.exchange.addKey({ balances: {} });
    const second = desk.exchange.addKey({ balances: {} });
    const older = await desk.connected(first);
    const younger = await desk.connected(second);
    for (const connection of [older, younger]) expect((await desk.run('check', about(connection))).problem).toBeNull();
    first.deposits.push('once-1');
    second.deposits.push('once-1');
    expect((await desk.run('check', about(older))).problem).toBeNull();
    const { problem } = await desk.run('check', about(younger));
    expect(problem).toMatchObject({ code: 'already-connected', connection: older });
    await desk.run('drop', about(older));
    expect((await desk.run('check', about(younger))).problem).toBeNull();
  });

  test('a stranger finds nothing', async () => {
    const connection = await desk.connected(desk.exchange.addKey());
    const stranger = { connection, owner: newOwner() };
    for (const op of ['check', 'balances', 'history'] as const)
      await expect(desk.run(op, stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await desk.run('drop', stranger)).toEqual({ dropped: false });
  });
});

describe('replacing a key', () => {
  test('with history in common goes through and keeps the connection', async () => {
    const connection = await desk.connected(desk.exchange.addKey({ deposits: ['r-1'] }));
    const outcome = await replaceWith(connection, desk.exchange.addKey({ deposits: ['r-1', 'r-2'] }));
    expect(outcome).toMatchObject({ outcome: 'stored', key: { connection, version: 2, label: 'Main' } });
    expect(await desk.run('balances', about(connection))).toHaveProperty('balances');
  });

  test('of another account is refused unless confirmed', async () => {
    const connection = await desk.connected(desk.exchange.addKey({ deposits: ['s-1'] }));
    const other = desk.exchange.addKey({ deposits: ['t-1'] });
    expect((await replaceWith(connection, other)).report.problem?.code).toBe('different-account');
    expect((await replaceWith(connection, other, ['same-account'])).outcome).toBe('stored');
  });

  test('without history, equal balances prove it and others do not', async () => {
    const balances = { USDT: '77.01' };
    const connection = await desk.connected(desk.exchange.addKey({ balances }));
    const other = await replaceWith(connection, desk.exchange.addKey({ balances: { USDT: '77.02' } }));
    expect(other.report.problem?.code).toBe('account-unproven');
    expect((await replaceWith(connection, desk.exchange.addKey({ balances }))).outcome).toBe('stored');
  });

  test('two empty accounts prove nothing', async () => {
    const connection = await desk.connected(desk.exchange.addKey({ balances: {} }));
    const outcome = await replaceWith(connection, desk.exchange.addKey({ balances: {} }));
    expect(outcome.report.problem?.code).toBe('account-unproven');
  });

  test('the right key with a wrong secret is told apart', async () => {
    const key = desk.exchange.addKey();
    const connection = await desk.connected(key);
    const outcome = await replaceWith(connection, { ...key, secret: 'f'.repeat(32) });
    expect(outcome.report.problem?.code).toBe('wrong-secret');
  });

  test('a key that can move money is refused here as well', async () => {
    const connection = await desk.connected(desk.exchange.addKey({ deposits: ['u-1'] }));
    const rights = new Set<Right>([...SAFE_RIGHTS, 'transfer']);
    const outcome = await replaceWith(connection, desk.exchange.addKey({ deposits: ['u-1'], rights }), [
      'same-account',
    ]);
    expect(outcome.report.problem?.code).toBe('can-withdraw');
  });
});

describe('locking', () => {
  test('nothing is signed while locked, and dropping still works', async () => {
    const own = await TestDesk.start();
    const connection = await own.connected(own.exchange.addKey());
    const requests = own.exchange.seen.length;
    expect(await own.run('lock', {})).toMatchObject({ state: 'locked', keys: 1 });
    const mine = { connection, owner: own.owner };
    for (const op of ['check', 'balances', 'history'] as const)
      await expect(own.run(op, mine)).rejects.toMatchObject({ code: 'LOCKED' });
    expect(own.exchange.seen).toHaveLength(requests);
    expect(await own.run('drop', mine)).toEqual({ dropped: true });
    expect(await own.run('unlock', { sealed: own.passphrase('anything') })).toMatchObject({ state: 'open', keys: 0 });
    await own.close();
  });

  test('a lock in the middle of a check stops the next signature', async () => {
    const own = await TestDesk.start();
    const running = own.run('connect', own.connectArgs(own.exchange.addKey()), ({ step, state }) => {
      if (step === 'rights-read' && state === 'running') void own.run('lock', {});
    });
    await expect(running).rejects.toMatchObject({ code: 'LOCKED' });
    expect(own.exchange.seen.some((one) => one.path === '/api/v4/main-account/withdraw')).toBe(false);
    await own.close();
  });

  test('a passphrase opens, a wrong one does not and has to wait, and a recorded one does not open again', async () => {
    const own = await TestDesk.start();
    const connection = await own.connected(own.exchange.addKey());
    expect(await own.run('use-passphrase', { sealed: own.passphrase('correct horse') })).toMatchObject({
      unlockMode: 'passphrase',
    });
    own.reopen();
    expect(own.custody.status()).toMatchObject({ state: 'locked', keyFile: null });
    const wrong = { sealed: own.passphrase('wrong horse') };
    await expect(own.run('unlock', wrong)).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
    await expect(own.run('unlock', wrong)).rejects.toMatchObject({ code: 'BUSY' });
    own.nowMs += 2_000;
    const right = { sealed: own.passphrase('correct horse') };
    expect(await own.run('unlock', right)).toMatchObject({ state: 'open' });
    expect(await own.run('balances', { connection, owner: own.owner })).toHaveProperty('balances');
    await own.run('lock', {});
    await expect(own.run('unlock', right)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await own.close();
  });
});

describe('backup and restore', () => {
  test('brings keys to another machine, in a new epoch, stopped until checked', async () => {
    const source = await TestDesk.start();
    const to = await TestDesk.start();
    const there = source.exchange.addKey({ deposits: ['b-1'] });
    to.exchange.addKey({ ...there, nonce: 0 });
    const connection = await source.connected(there);
    const { file } = await source.run('backup', { sealed: source.passphrase('backup words') });
    expect(Buffer.from(file, 'base64').includes(there.secret)).toBe(false);

    const restore = (words: string, bytes = file) =>
      to.run('restore', { sealed: to.passphrase(words), file: bytes, overwrite: false, give: null });
    await expect(restore('other words')).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
    const flipped = Buffer.from(file, 'base64');
    flipped[flipped.length - 40] = (flipped[flipped.length - 40] ?? 0) ^ 1;
    await expect(restore('backup words', flipped.toString('base64'))).rejects.toMatchObject({
      code: 'WRONG_PASSPHRASE',
    });
    await expect(restore('backup words', 'AAAA')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await restore('backup words')).toEqual({ keys: 1, leftOut: 0 });
    await expect(restore('backup words')).rejects.toMatchObject({ code: 'CONFLICT' });
    to.reopen();
    expect(await to.run('keys', {})).toMatchObject([{ connection, stoppedBecause: 'rights-unknown' }]);
    expect(await to.run('balances', { connection, owner: source.owner })).toMatchObject({
      problem: { code: 'rights-unknown' },
    });
    const mine = { connection, owner: source.owner };
    expect((await to.run('check', mine)).problem).toBeNull();
    expect(await to.run('balances', mine)).toHaveProperty('balances');
    const sent = (desk: TestDesk) => desk.exchange.seen.map((one) => Number(one.body.nonce));
    expect(Math.min(...sent(to))).toBeGreaterThan(Math.max(...sent(source)));
    expect(await to.run('audit-verify', {})).toMatchObject({ ok: true });
    await source.close();
    await to.close();
  });

  test('gives keys to another person where that is said, and tells whose they were', async () => {
    const source = await TestDesk.start();
    const to = await TestDesk.start();
    const there = source.exchange.addKey({ deposits: ['g-1'] });
    to.exchange.addKey({ ...there, nonce: 0 });
    const connection = await source.connected(there);
    const { file } = await source.run('backup', { sealed: source.passphrase('backup words') });
    const inspect = (words: string) => to.run('inspect-backup', { sealed: to.passphrase(words), file });
    await expect(inspect('other words')).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
    expect(await inspect('backup words')).toEqual({ keys: 1, owners: [source.owner] });
    expect(await to.run('keys', {})).toEqual([]);

    const restore = {
      sealed: to.passphrase('backup words'),
      file,
      overwrite: false,
      give: { from: [source.owner], to: to.owner },
    };
    expect(await to.run('restore', restore)).toEqual({ keys: 1, leftOut: 0 });
    const [newest] = await to.run('audit', { before: null, limit: 1 });
    expect(newest).toMatchObject({ event: 'restored', owner: to.owner, detail: expect.stringContaining('one person') });
    // The boxes open for the new owner after a restart, and the old one is a stranger now.
    expect(to.reopen().status()).toMatchObject({ state: 'open' });
    expect(await to.run('keys', {})).toMatchObject([{ connection, owner: to.owner, stoppedBecause: 'rights-unknown' }]);
    const old = { connection, owner: source.owner };
    await expect(to.run('check', old)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const mine = { connection, owner: to.owner };
    expect((await to.run('check', mine)).problem).toBeNull();
    expect(await to.run('balances', mine)).toHaveProperty('balances');
    expect(await to.run('audit-verify', {})).toMatchObject({ ok: true });
    await source.close();
    await to.close();
  });

  test('an account of two people becomes one connection of one person, with the newest key', async () => {
    const own = await TestDesk.start();
    const other = newOwner();
    await own.connected(own.exchange.addKey({ deposits: ['twice'] }));
    const newer = own.exchange.addKey({ deposits: ['twice'] });
    const theirs = own.connectArgs(newer, { owner: other });
    expect(await own.run('connect', theirs)).toMatchObject({ outcome: 'stored' });
    const { file } = await own.run('backup', { sealed: own.passphrase('backup words') });
    const [to, bystander] = [newOwner(), newOwner()];
    const restore = { file, overwrite: true, give: { from: [own.owner, other], to } };
    const sealed = () => own.passphrase('backup words');
    expect(await own.run('restore', { ...restore, sealed: sealed() })).toEqual({ keys: 1, leftOut: 1 });
    expect(await own.run('keys', {})).toMatchObject([{ connection: theirs.connection, owner: to }]);
    // Whoever is not named keeps what is theirs: here one, then both.
    const one = { ...restore, sealed: sealed(), give: { from: [other, bystander], to } };
    expect(await own.run('restore', one)).toEqual({ keys: 2, leftOut: 0 });
    expect(new Set((await own.run('keys', {})).map(({ owner }) => owner))).toEqual(new Set([own.owner, to]));
    expect(await own.run('restore', { ...restore, sealed: sealed(), give: null })).toEqual({ keys: 2, leftOut: 0 });
    expect(new Set((await own.run('keys', {})).map(({ owner }) => owner))).toEqual(new Set([own.owner, other]));
    await own.close();
  });

  test('is the way out when the audit trail does not verify', async () => {
    const own = await TestDesk.start();
    const connection = await own.connected(own.exchange.addKey());
    const { file } = await own.run('backup', { sealed: own.passphrase('backup words') });
    own.custody.close();
    const trail = path.join(own.folder, 'data', 'audit', 'audit-000000000001.jsonl');
    writeFileSync(trail, readFileSync(trail, 'utf8').replace('connect-intent', 'connect-intenT'));
    own.custody = own.open();
    expect(own.custody.status()).toMatchObject({ state: 'halted', reason: expect.stringContaining('from entry') });
    const mine = { connection, owner: own.owner };
    await expect(own.run('balances', mine)).rejects.toMatchObject({ code: 'HALTED' });
    const restore = { sealed: own.passphrase('backup words'), file, overwrite: true, give: null };
    expect(await own.run('restore', restore)).toEqual({ keys: 1, leftOut: 0 });
    expect(own.reopen().status()).toMatchObject({ state: 'open' });
    expect((await own.run('check', mine)).problem).toBeNull();
    expect(await own.run('audit-verify', {})).toMatchObject({ ok: true });
    await own.close();
  });
});
