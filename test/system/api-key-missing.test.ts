/** Rows whose key custody does not have: kept with name and history, shown as what they are, deleted only when asked. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Attempt, Connection } from '../../src/contract/exchanges.ts';
import { CustodyError } from '../../src/custody/client.ts';
import type { OperationName } from '../../src/custody/protocol.ts';
import { createRig, PASSWORD, PlayedCustody, problem, type Rig, SEALED } from '../../src/server/desk.testing.ts';

const HOUR_MS = 3_600_000;
let rig: Rig;
let cookie: string;
let id: string;
const later: Rig[] = [];
beforeEach(async () => {
  rig = await createRig();
  cookie = await rig.claim();
  await rig.clock.advance(1_000);
  id = await rig.connect(cookie);
});
afterEach(async () => {
  for (const one of later.splice(0)) await one.desk.stop();
  await rig.end();
});

const list = async (of: Rig = rig): Promise<Connection[]> => (await of.ask('connections.list', { cookie })).json();
const only = async (of: Rig = rig): Promise<Connection> => {
  const [first] = await list(of);
  if (first === undefined) throw new Error('There is no connection');
  return first;
};
const rows = () => rig.database.selectFrom('connections').selectAll().execute();
const points = () => rig.database.selectFrom('value_points').selectAll().execute();
const events = async (kind: string, of: Rig = rig) =>
  (await of.ask('security.events', { cookie })).json<{ kind: string }[]>().filter((event) => event.kind === kind);

/** The same database with a new process, as after a crash or a move to another machine. */
async function restart(custody: PlayedCustody = rig.custody): Promise<Rig> {
  await rig.desk.stop();
  const next = await createRig({ database: rig.database, custody });
  later.push(next);
  const reply = await next.ask('login.password', { body: { name: 'Ann', password: PASSWORD } });
  cookie = String(reply.headers['set-cookie']).split(';')[0] ?? '';
  await next.clock.advance(2_000);
  return next;
}

/** As after another keystore was put there; found by the comparison of every minute at the latest. */
async function loseKeys(): Promise<void> {
  rig.custody.keys.clear();
  await rig.clock.advance(70_000);
}

/** Custody does what it is asked, or not, and its answer to this operation is lost. */
function loseAnswer(custody: PlayedCustody, op: OperationName, isHeard: boolean): void {
  const answer = custody.request.bind(custody);
  custody.request = async (asked, args, options) => {
    if (asked !== op) return answer(asked, args, options);
    if (isHeard) await answer(asked, args, options);
    throw new CustodyError('UNREACHABLE', 'died');
  };
}

async function replace(of: Rig, requestId = 'r'.repeat(26)): Promise<Attempt> {
  const body = { requestId, purpose: 'watch', sealed: SEALED, confirmed: [] };
  const begun = (await of.ask('connections.replaceKey', { cookie, params: { id }, body })).json<Attempt>();
  await of.clock.advance(1_000);
  return (await of.ask('attempts.read', { cookie, params: { id: begun.id } })).json();
}

describe('a keystore without the keys of this desk', () => {
  test('the database first, the keystore later: name and history stay, and the row is used again at once', async () => {
    await rig.ask('connections.rename', { cookie, params: { id }, body: { label: 'Savings' } });
    await rig.clock.advance(2 * HOUR_MS);
    const known = await points();
    expect(known.length).toBeGreaterThan(0);
    const kept = [...rig.custody.keys];
    rig.custody.keys.clear();
    rig.custody.asked.length = 0;
    const next = await restart();
    expect(new Set(rig.custody.asked)).toEqual(new Set(['status', 'trading-status', 'keys']));
    expect(await only(next)).toMatchObject({
      id,
      label: 'Savings',
      status: 'attention',
      statusText: 'Needs attention',
      trouble: { code: 'key-missing', title: 'Its key is not in the keystore.', action: { id: 'paste-again' } },
      total: { value: '45100.5' },
    });
    expect(await points()).toEqual(expect.arrayContaining(known));
    for (const [name, key] of kept) rig.custody.keys.set(name, key);
    await next.clock.advance(10_000);
    expect(await only(next)).toMatchObject({ id, label: 'Savings', status: 'connected', trouble: null });
    expect(await points()).toEqual(expect.arrayContaining(known));
    expect((await only(next)).checkedAtMs).toBeGreaterThan(next.clock.nowMs() - 10_000);
  }, 60_000);

  test('the key of such a row is not asked for over and over, and its old balances are said to be old', async () => {
    await loseKeys();
    expect((await only()).trouble?.code).toBe('key-missing');
    rig.custody.asked.length = 0;
    await rig.clock.advance(HOUR_MS);
    await rig.ask('connections.refresh', { cookie, params: { id }, body: {} });
    expect(new Set(rig.custody.asked)).toEqual(new Set(['status', 'trading-status', 'keys']));
    const { missing } = (await rig.ask('overview.read', { cookie })).json<{ missing: object[] }>();
    expect(missing).toMatchObject([{ connection: id, reason: 'Its key is not in the keystore.' }]);
  }, 60_000);

  test('a check by hand says what is missing, and finds the key where it came back', async () => {
    const kept = [...rig.custody.keys];
    await loseKeys();
    const check = async (): Promise<Attempt> => {
      const begun = (await rig.ask('connections.check', { cookie, params: { id }, body: {} })).json<Attempt>();
      await rig.clock.advance(100);
      return (await rig.ask('attempts.read', { cookie, params: { id: begun.id } })).json();
    };
    expect(await check()).toMatchObject({ state: 'failed', trouble: { code: 'key-missing' } });
    for (const [name, key] of kept) rig.custody.keys.set(name, key);
    expect(await check()).toMatchObject({ state: 'stored', result: { status: 'connected', trouble: null } });
  });

  test('a new key is connected under the same row, with its name', async () => {
    await loseKeys();
    const { addedAtMs } = await only();
    expect(await replace(rig)).toMatchObject({
      state: 'stored',
      kind: 'replace',
      result: { id, label: 'Mine', addedAtMs, purpose: 'watch', status: 'read-only', trouble: null },
    });
    expect(rig.custody.keys.get(id)).toMatchObject({ label: 'Mine', purpose: 'watch', venue: 'practice' });
    await rig.clock.advance(2 * 60_000);
    expect(await only()).toMatchObject({ id, status: 'read-only' });
    expect(await rows()).toHaveLength(1);
    expect(await events('key-replaced')).toHaveLength(1);
  });

  test('a list of keys from before the new key came does not make it missing again', async () => {
    await loseKeys();
    const answer = rig.custody.request.bind(rig.custody);
    const { promise, resolve } = Promise.withResolvers<void>();
    rig.custody.request = async (asked, args, options) => {
      const reply = await answer(asked, args, options);
      if (asked === 'keys') await promise;
      return reply;
    };
    await rig.clock.advance(70_000);
    rig.custody.request = answer;
    expect(await replace(rig)).toMatchObject({ state: 'stored' });
    resolve();
    await rig.clock.advance(0);
    expect(await only()).toMatchObject({ id, status: 'read-only', trouble: null });
  });

  test('a new key that is refused does not claim that an old one stays', async () => {
    await loseKeys();
    rig.custody.nextProblem = problem('can-withdraw', { rights: ['withdraw'] });
    const ended = await replace(rig);
    expect(ended.state).toBe('refused');
    expect(JSON.stringify(ended.trouble)).not.toContain('the key from before stays');
    expect((await only()).trouble?.code).toBe('key-missing');
  });

  test('a new key whose answer was lost is found by the comparison', async () => {
    await loseKeys();
    rig.custody.losesAnswers = true;
    expect(await replace(rig)).toMatchObject({ state: 'failed', trouble: { code: 'custody-unreachable' } });
    await rig.clock.advance(2_000);
    expect(await only()).toMatchObject({ id, label: 'Mine', trouble: null });
    expect(await rows()).toHaveLength(1);
  });

  test('removed while its new key is being checked: that key goes as well', async () => {
    await loseKeys();
    const release = rig.custody.holdNext('connect');
    const begun = await replace(rig);
    expect(begun.state).toBe('running');
    expect((await rig.ask('connections.remove', { cookie, params: { id } })).statusCode).toBe(200);
    release();
    await rig.clock.advance(2 * 60_000);
    expect(rig.custody.keys.size).toBe(0);
    expect(await list()).toEqual([]);
  });

  test('a key with the id of the row and another owner changes nothing in the row', async () => {
    const key = rig.custody.keys.get(id);
    if (key === undefined) throw new Error('There is a key');
    rig.custody.keys.set(id, { ...key, owner: 'x'.repeat(26) as never, keyHint: 'zzzz…zzzz' });
    const next = await restart();
    expect(await only(next)).toMatchObject({ keyHint: 'aaaa…bbbb', trouble: { code: 'key-missing' } });
    expect(rig.custody.keys.size).toBe(1);
  });
});

describe('a removal that is cut off', () => {
  test('between the mark and the drop: never shown as usable, and finished after the start', async () => {
    loseAnswer(rig.custody, 'drop', false);
    const reply = await rig.ask('connections.remove', { cookie, params: { id } });
    expect(reply.json()).toMatchObject({ error: { code: 'custody_unreachable' } });
    expect(await rows()).toMatchObject([{ id, removing_at_ms: expect.any(Number) }]);
    rig.custody.asked.length = 0;
    await rig.clock.advance(10 * 60_000);
    expect(await only()).toMatchObject({
      status: 'attention',
      statusText: 'Being removed',
      trouble: { code: 'removing' },
    });
    expect(new Set(rig.custody.asked)).toEqual(new Set(['status', 'trading-status', 'keys']));
    for (const name of ['connections.check', 'connections.rename'] as const) {
      const body = name === 'connections.rename' ? { label: 'Other' } : {};
      const refused = await rig.ask(name, { cookie, params: { id }, body });
      expect(refused.json()).toMatchObject({ error: { code: 'conflict' } });
    }
    const healed = new PlayedCustody(() => rig.clock.nowMs());
    for (const [name, key] of rig.custody.keys) healed.keys.set(name, key);
    expect(healed.keys.size).toBe(1);
    const next = await restart(healed);
    expect([await list(next), healed.keys.size, await rows()]).toEqual([[], 0, []]);
    expect(await events('key-removed', next)).toHaveLength(1);
  });

  test('between the drop and the deletion of the row: the row goes with the next start', async () => {
    loseAnswer(rig.custody, 'drop', true);
    await rig.ask('connections.remove', { cookie, params: { id } });
    expect(rig.custody.keys.size).toBe(0);
    expect(await rows()).toHaveLength(1);
    const next = await restart(new PlayedCustody(() => rig.clock.nowMs()));
    expect([await list(next), await rows()]).toEqual([[], []]);
  });

  test('without a restart: finished once custody answers again', async () => {
    rig.custody.isGone = true;
    await rig.ask('connections.remove', { cookie, params: { id } });
    expect(await list()).toHaveLength(1);
    rig.custody.isGone = false;
    await rig.clock.advance(10_000);
    expect([await list(), rig.custody.keys.size, await rows()]).toEqual([[], 0, []]);
    expect(await events('key-removed')).toHaveLength(1);
  });

  test('refused by custody it is taken back: the person was told so', async () => {
    const answer = rig.custody.request.bind(rig.custody);
    rig.custody.request = async (asked, args, options) => {
      if (asked === 'drop') throw new CustodyError('HALTED', 'halted');
      return answer(asked, args, options);
    };
    const reply = await rig.ask('connections.remove', { cookie, params: { id } });
    expect(reply.json()).toMatchObject({ error: { code: 'custody_halted' } });
    expect(await only()).toMatchObject({ status: 'connected', trouble: null });
    expect(await rows()).toMatchObject([{ removing_at_ms: null }]);
  });

  test('a connection whose key is missing can be removed', async () => {
    await loseKeys();
    expect((await rig.ask('connections.remove', { cookie, params: { id } })).statusCode).toBe(200);
    expect([await list(), await rows()]).toEqual([[], []]);
  });
});
