/** The live line, over a real socket. */

import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { cookieOf, createRig, ORIGIN, PASSWORD, type Rig } from '../../src/server/desk.testing.ts';

let rig: Rig;
let owner: string;
let port: number;
const open: WebSocket[] = [];
beforeEach(async () => {
  rig = await createRig();
  owner = await rig.claim();
  await rig.clock.advance(1_000);
  await rig.desk.app.listen({ port: 0, host: '127.0.0.1' });
  const address = rig.desk.app.server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.terminate();
  await rig.end();
});

type Heard = { type: string; connection?: { status: string } | string; attempt?: { state: string } };
function listen(cookie: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/live`, {
    headers: { host: 'localhost:4440', origin: ORIGIN, cookie, ...headers },
  });
  open.push(socket);
  const heard: Heard[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data)) as Heard));
  socket.on('error', () => {});
  return { socket, heard };
}
async function until(what: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + 5_000;
  while (!what()) {
    if (Date.now() > deadlineMs) throw new Error('It did not happen');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('says hello at once and every ten seconds, and each step of an attempt to its person only', async () => {
  const member = await rig.member(owner);
  const mine = listen(owner);
  const theirs = listen(member);
  await until(() => mine.heard.length > 0 && theirs.heard.length > 0);
  expect(mine.heard[0]).toMatchObject({ type: 'hello', version: '0.0.0' });
  await rig.connect(owner);
  await rig.clock.advance(100);
  await until(() => mine.heard.some((one) => one.attempt?.state === 'stored'));
  expect(mine.heard.filter((one) => one.type === 'attempt').length).toBeGreaterThanOrEqual(11);
  expect(mine.heard.map((one) => one.type)).toEqual(expect.arrayContaining(['connection', 'balances']));
  await rig.clock.advance(10_000);
  await until(() => mine.heard.filter((one) => one.type === 'hello').length >= 2);
  // Custody's state is everybody's; what happens to a connection is its person's.
  expect(theirs.heard.filter((one) => one.type !== 'hello' && one.type !== 'custody')).toEqual([]);
});

test.each([
  ['another origin', { origin: 'https://evil.example' }, 403],
  ['a rebound name', { host: 'evil.example' }, 403],
  ['no session', { cookie: '' }, 401],
])('W-12 the upgrade is refused: %s', async (_what, headers, status) => {
  const { socket } = listen(owner, headers);
  const [, reply] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
  expect(reply.statusCode).toBe(status);
});

test.each(['logout', 'revoked elsewhere', 'ended by another process'])('W-10 dies within a second: %s', async (how) => {
  const other = cookieOf(await rig.ask('login.password', { body: { name: 'Ann', password: PASSWORD } }));
  const line = listen(other);
  await until(() => line.heard.length > 0);
  const closed = once(line.socket, 'close');
  if (how === 'logout') await rig.ask('logout', { cookie: other, body: {} });
  else if (how === 'revoked elsewhere') await rig.ask('sessions.revokeOthers', { cookie: owner, body: {} });
  else await rig.database.deleteFrom('sessions').execute();
  await rig.clock.advance(1_000);
  expect((await closed)[0]).toBe(4401);
});

test('what a page wants to see of the market comes on it, to nobody else, and ends with it', async () => {
  const member = await rig.member(owner);
  const [mine, theirs] = [listen(owner), listen(member)];
  await until(() => mine.heard.length > 0 && theirs.heard.length > 0);
  const markets = [{ venue: 'practice', market: 'BTC_USDT', interval: '1m' }];
  mine.socket.send(JSON.stringify({ type: 'watch', tickers: [], markets }));
  await until(() => rig.streams.length === 1);
  const [stream] = rig.streams;
  stream?.becomes('live');
  stream?.tellsBook('BTC_USDT', 99, 101);
  await rig.clock.advance(200);
  await until(() => mine.heard.some((one) => one.type === 'book'));
  expect(mine.heard.filter((one) => one.type === 'book').at(-1)).toMatchObject({
    venue: 'practice',
    book: { bids: [['99', '1']], asks: [['101', '1']], trouble: '' },
  });
  expect(mine.heard.map((one) => one.type)).toContain('prices');
  expect(theirs.heard.filter((one) => !['hello', 'custody'].includes(one.type))).toEqual([]);
  mine.socket.terminate();
  await until(() => (rig.streams[0]?.topics.length ?? 1) === 0);
});

test('a program with a token listens with it, and is cut off when it ends', async () => {
  const made = await rig.ask('tokens.create', {
    cookie: owner,
    body: { label: 'watcher', scopes: ['read'], markets: ['BTC_USDT'], days: 1 },
  });
  const { token } = made.json<{ token: string }>();
  const program = listen('', { cookie: '', authorization: `Bearer ${token}` });
  await until(() => program.heard.length > 0);
  const tickers = ['BTC_USDT', 'ETH_USDT'].map((market) => ({ venue: 'practice', market }));
  program.socket.send(JSON.stringify({ type: 'watch', tickers, markets: [] }));
  await until(() => rig.streams.length === 1);
  expect(rig.streams[0]?.wants()).toEqual(['ticker BTC_USDT']);
  const closed = once(program.socket, 'close');
  await rig.clock.advance(2_000);
  expect(program.socket.readyState).toBe(WebSocket.OPEN);
  await rig.clock.jump(86_400_000);
  expect((await closed)[0]).toBe(4401);
});

test('whoever talks on it is cut off', async () => {
  const line = listen(owner);
  await until(() => line.heard.length > 0);
  line.socket.send('x'.repeat(5_000));
  expect([1008, 1009]).toContain((await once(line.socket, 'close'))[0]);
});

test('a tab that does not keep up is left alone until it has drained, then sent everything as it is', async () => {
  await rig.connect(owner);
  const line = listen(owner);
  await until(() => line.heard.length > 0);
  line.socket.pause();
  const { id } = (await rig.ask('connections.list', { cookie: owner })).json<{ id: string }[]>()[0] ?? { id: '' };
  const label = 'x'.repeat(40);
  for (let i = 0; i < 6_000; i += 1)
    await rig.ask('connections.rename', {
      cookie: owner,
      params: { id },
      body: { label: `${label.slice(0, 30)} ${i}` },
    });
  const before = line.heard.length;
  line.socket.resume();
  await until(() => line.heard.length > before);
  for (let i = 0; i < 20 && !line.heard.some((one) => one.type === 'custody'); i += 1) {
    await rig.clock.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const names = line.heard.flatMap((one) =>
    typeof one.connection === 'object' ? [(one.connection as unknown as { label: string }).label] : [],
  );
  expect(names.at(-1)).toBe(`${label.slice(0, 30)} 5999`);
  expect(line.heard.length).toBeLessThan(6_000);
}, 60_000);
