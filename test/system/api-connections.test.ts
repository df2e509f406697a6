/** The life of a connection over the API, against a custody that is played: refusals, crashes, schedules, numbers. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { problemTexts } from '../../guides/problems.ts';
import type { Attempt, Connection } from '../../src/contract/exchanges.ts';
import type { ConnectionId } from '../../src/core/ids.ts';
import type { ProblemCode } from '../../src/custody/protocol.ts';
import { createRig, PlayedCustody, problem, type Rig, SEALED } from '../../src/server/desk.testing.ts';

const HOUR_MS = 3_600_000;
let rig: Rig;
let cookie: string;
beforeEach(async () => {
  rig = await createRig();
  cookie = await rig.claim();
  await rig.clock.advance(1_000);
});
afterEach(() => rig.end());

const list = async (): Promise<Connection[]> => (await rig.ask('connections.list', { cookie })).json();
const only = async (): Promise<Connection> => {
  const [first] = await list();
  if (first === undefined) throw new Error('There is no connection');
  return first;
};
const connectBody = (more: object = {}) => ({
  requestId: 'c'.repeat(26),
  venue: 'practice',
  label: 'Mine',
  purpose: 'trade',
  sealed: SEALED,
  confirmed: [],
  ...more,
});
const connect = async (more: object = {}): Promise<Attempt> =>
  (await rig.ask('connections.connect', { cookie, body: connectBody(more) })).json();
const attempt = async (id: string): Promise<Attempt> =>
  (await rig.ask('attempts.read', { cookie, params: { id } })).json();

describe('connecting', () => {
  test('begins at once, lands step by step, ends with balances and their worth', async () => {
    const begun = await connect();
    expect(begun).toMatchObject({ state: 'running', result: null, kind: 'connect' });
    await rig.clock.advance(1_000);
    const ended = await attempt(begun.id);
    expect(ended).toMatchObject({
      state: 'stored',
      trouble: null,
      result: {
        status: 'connected',
        statusText: 'Connected',
        tradingBalance: { value: '100.5', currency: 'USDT' },
        total: { value: '45100.5', currency: 'USDT', reason: '' },
        practice: true,
        endsInDays: 14,
      },
    });
    expect(ended.steps.every((step) => step.state === 'passed')).toBe(true);
    expect(await list()).toHaveLength(1);
  });

  test('the same request again, ten times at once, is one attempt and one key', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => connect()));
    await rig.clock.advance(1_000);
    expect(new Set(all.map((one) => one.id)).size).toBe(1);
    expect(rig.custody.keys.size).toBe(1);
  });

  test.each(Object.keys(problemTexts) as ProblemCode[])('refused with words: %s', async (code) => {
    rig.custody.nextProblem = problem(code, { rights: ['withdraw'], clockOffsetMs: 3_200 });
    const begun = await connect();
    await rig.clock.advance(1_000);
    const ended = await attempt(begun.id);
    expect(ended).toMatchObject({ state: 'refused', result: null, trouble: { code } });
    expect(Object.values(ended.trouble ?? {}).join(' ')).not.toMatch(/[{}]|undefined/);
    expect(ended.trouble?.title).not.toBe('');
    expect(ended.trouble?.cure).not.toBe('');
    expect(ended.trouble?.action.label).not.toBe('');
    expect(await list()).toEqual([]);
  });

  test('already connected names the connection only to the person it belongs to', async () => {
    const id = (await rig.connect(cookie)) as ConnectionId;
    rig.custody.nextProblem = problem('already-connected', { connection: id });
    const own = await connect({ requestId: 'e'.repeat(26) });
    await rig.clock.advance(100);
    expect((await attempt(own.id)).trouble).toMatchObject({ connection: id, title: expect.stringContaining('Mine') });
    const member = await rig.member(cookie);
    const body = connectBody({ requestId: 'f'.repeat(26) });
    const other = (await rig.ask('connections.connect', { cookie: member, body })).json<Attempt>();
    await rig.clock.advance(100);
    const seen = (await rig.ask('attempts.read', { cookie: member, params: { id: other.id } })).json<Attempt>();
    expect(seen.trouble?.connection).toBeNull();
    expect(JSON.stringify(seen)).not.toContain('Mine');
  });

  test('locked and gone keys are said as such', async () => {
    rig.custody.state = 'locked';
    const locked = await connect();
    await rig.clock.advance(100);
    expect(await attempt(locked.id)).toMatchObject({
      state: 'failed',
      trouble: { code: 'locked', action: { id: 'unlock' } },
    });
    rig.custody.isGone = true;
    const gone = await connect({ requestId: 'g'.repeat(26) });
    await rig.clock.advance(100);
    expect(await attempt(gone.id)).toMatchObject({ state: 'failed', trouble: { code: 'custody-unreachable' } });
  });

  test('a loop of clicks is told to wait', async () => {
    rig.custody.request = () => new Promise(() => {});
    for (const letter of ['h', 'i', 'j', 'k']) await connect({ requestId: letter.repeat(26) });
    const fifth = await rig.ask('connections.connect', { cookie, body: connectBody({ requestId: 'l'.repeat(26) }) });
    expect(fifth.json()).toMatchObject({ error: { code: 'busy' } });
  });
});

describe('custody is the truth', () => {
  test('stored, and the answer lost: the connection is taken in', async () => {
    rig.custody.losesAnswers = true;
    const begun = await connect();
    await rig.clock.advance(2_000);
    expect(await attempt(begun.id)).toMatchObject({ state: 'failed', trouble: { code: 'custody-unreachable' } });
    expect(await only()).toMatchObject({ id: begun.connection, label: 'Mine', status: 'connected' });
  });

  test('after a crash between its store and ours the key comes back as a connection, and is checked', async () => {
    const id = await rig.connect(cookie);
    await rig.desk.stop();
    await rig.database.deleteFrom('connections').execute();
    const second = await createRig({ database: rig.database, custody: rig.custody });
    await second.clock.advance(2_000);
    expect(second.desk.connections.all().map((one) => one.id)).toEqual([id]);
    expect(second.desk.connections.all()[0]?.report?.problem).toBeNull();
    await second.desk.stop();
  });

  test('a locked or halted keystore drops nothing', async () => {
    await rig.connect(cookie);
    await rig.desk.stop();
    for (const state of ['locked', 'halted'] as const) {
      const custody = new PlayedCustody(() => rig.clock.nowMs());
      custody.state = state;
      const again = await createRig({ database: rig.database, custody });
      await again.clock.advance(60_000);
      expect(again.desk.connections.all()).toHaveLength(1);
      await again.desk.stop();
    }
  });

  test('a key of somebody who is not here is left alone', async () => {
    const id = await rig.connect(cookie);
    const key = rig.custody.keys.get(id);
    if (key === undefined) throw new Error('There is a key');
    rig.custody.keys.set('y'.repeat(26), {
      ...key,
      connection: 'y'.repeat(26) as ConnectionId,
      owner: 'x'.repeat(26) as never,
    });
    await rig.desk.stop();
    const again = await createRig({ database: rig.database, custody: rig.custody });
    await again.clock.advance(2_000);
    expect(again.desk.connections.all()).toHaveLength(1);
    expect(rig.custody.keys.size).toBe(2);
    await again.desk.stop();
  });
});

describe('keeping it alive', () => {
  const checks = (): number => rig.custody.asked.filter((op) => op === 'check').length;
  const reads = (): number => rig.custody.asked.filter((op) => op === 'balances').length;

  test('checked every six hours, read every five minutes', async () => {
    await rig.connect(cookie);
    rig.custody.asked.length = 0;
    await rig.clock.advance(5 * HOUR_MS);
    expect(checks()).toBe(0);
    expect(reads()).toBeGreaterThanOrEqual(58);
    expect(reads()).toBeLessThanOrEqual(61);
    await rig.clock.advance(2 * HOUR_MS);
    expect(checks()).toBe(1);
  }, 60_000);

  test('an auth error in between is checked at once, and turns the card', async () => {
    await rig.connect(cookie);
    await rig.clock.advance(10_000);
    rig.custody.asked.length = 0;
    rig.custody.nextProblem = problem('key-off');
    await rig.ask('connections.refresh', { cookie, params: { id: (await only()).id }, body: {} });
    await rig.clock.advance(100);
    expect(checks()).toBe(1);
    expect(await only()).toMatchObject({ status: 'attention', trouble: { code: 'key-off' } });
    // Then every half minute for five minutes, and no balances meanwhile.
    rig.custody.asked.length = 0;
    await rig.clock.advance(15 * 60_000);
    expect(checks()).toBeGreaterThanOrEqual(9);
    expect(checks()).toBeLessThanOrEqual(11);
    expect(reads()).toBe(0);
  });

  test('a right to withdraw that appears later stops the key and is told once', async () => {
    const id = await rig.connect(cookie);
    rig.custody.nextProblem = problem('can-withdraw', { rights: ['withdraw'] });
    await rig.ask('connections.check', { cookie, params: { id }, body: {} });
    await rig.clock.advance(60_000);
    expect(await only()).toMatchObject({ status: 'refused', statusText: 'Refused: can withdraw' });
    rig.custody.asked.length = 0;
    await rig.clock.advance(60_000);
    expect(reads()).toBe(0);
    const events = (await rig.ask('security.events', { cookie })).json<{ kind: string }[]>();
    expect(events.filter((event) => event.kind === 'key-stopped')).toHaveLength(1);
    rig.custody.nextProblem = null;
    await rig.clock.advance(60_000);
    expect(await only()).toMatchObject({ status: 'connected', trouble: null });
  });

  test('an exchange that does not answer is asked ever less often, and is well again by itself', async () => {
    const id = await rig.connect(cookie);
    rig.custody.nextProblem = problem('unreachable');
    await rig.ask('connections.check', { cookie, params: { id }, body: {} });
    rig.custody.asked.length = 0;
    await rig.clock.advance(HOUR_MS);
    expect(await only()).toMatchObject({ status: 'not-answering', trouble: { code: 'unreachable' } });
    expect(checks()).toBeGreaterThanOrEqual(7);
    expect(checks()).toBeLessThanOrEqual(12);
    rig.custody.nextProblem = null;
    await rig.clock.advance(11 * 60_000);
    expect(await only()).toMatchObject({ status: 'connected' });
  });

  test('locked for days: the days that are left are counted', async () => {
    await rig.connect(cookie);
    rig.custody.state = 'locked';
    await rig.clock.advance(10_000);
    expect(await only()).toMatchObject({ status: 'locked', trouble: { code: 'locked' } });
    await rig.clock.jump(6 * 24 * HOUR_MS);
    cookie = await again();
    expect(await only()).toMatchObject({ status: 'locked', endsInDays: 8 });
    await rig.clock.jump(24 * HOUR_MS);
    cookie = await again();
    expect(await only()).toMatchObject({ status: 'expiring', statusText: 'Expires in 7 days', endsInDays: 7 });
    rig.custody.state = 'open';
    await rig.clock.advance(10_000);
    expect(await only()).toMatchObject({ status: 'connected', endsInDays: 14 });
  });

  const again = async (): Promise<string> => {
    const reply = await rig.ask('login.password', { body: { name: 'Ann', password: 'a lighthouse of paper' } });
    return String(reply.headers['set-cookie']).split(';')[0] ?? '';
  };

  test('the worth of every hour is written down, per connection and together', async () => {
    await rig.connect(cookie);
    await rig.clock.advance(3 * HOUR_MS);
    const { week } = await only();
    expect(week.length).toBeGreaterThanOrEqual(3);
    expect(new Set(week.map((point) => point.value))).toEqual(new Set(['45100.5']));
    const overview = (await rig.ask('overview.read', { cookie })).json<{ history: unknown[]; total: object }>();
    expect(overview.total).toMatchObject({ value: '45100.5' });
    expect(overview.history.length).toBeGreaterThanOrEqual(3);
  }, 60_000);
});

describe('a connection and its keys', () => {
  test('replaced, renamed, removed', async () => {
    const id = await rig.connect(cookie);
    const body = { requestId: 'r'.repeat(26), purpose: 'watch', sealed: SEALED, confirmed: [] };
    const begun = (await rig.ask('connections.replaceKey', { cookie, params: { id }, body })).json<Attempt>();
    await rig.clock.advance(1_000);
    expect(await attempt(begun.id)).toMatchObject({
      state: 'stored',
      kind: 'replace',
      result: { id, keyHint: 'eeee…ffff' },
    });
    const renamed = await rig.ask('connections.rename', { cookie, params: { id }, body: { label: '  Other  ' } });
    expect(renamed.json()).toMatchObject({ label: 'Other' });
    expect((await rig.ask('connections.remove', { cookie, params: { id } })).json()).toEqual({});
    expect(await list()).toEqual([]);
    expect(rig.custody.keys.size).toBe(0);
  });

  test('a removal that custody did not hear is said to be under way, and the row stays until then', async () => {
    const id = await rig.connect(cookie);
    rig.custody.isGone = true;
    const reply = await rig.ask('connections.remove', { cookie, params: { id } });
    expect([reply.statusCode, reply.json()]).toMatchObject([409, { error: { code: 'custody_unreachable' } }]);
    expect(await list()).toHaveLength(1);
    expect(await only()).toMatchObject({ statusText: 'Being removed', trouble: { code: 'removing' } });
  });

  test('what nobody knows is null with a reason, never zero', async () => {
    rig.custody.losesAnswers = true;
    rig.custody.nextProblem = null;
    await connect();
    rig.custody.nextProblem = problem('down');
    await rig.clock.advance(2_000);
    const shown = await only();
    expect(shown).toMatchObject({ status: 'not-answering', tradingBalance: { value: null }, total: { value: null } });
    expect(shown.total.reason).toMatch(/not been read/);
    const overview = (await rig.ask('overview.read', { cookie })).json<{ missing: object[]; total: object }>();
    expect(overview.missing).toHaveLength(1);
    expect(overview.total).toMatchObject({ value: null });
  });
});
