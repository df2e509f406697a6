import { expect, test } from 'vitest';
import { CliError, EXIT } from '../cli-error.ts';
import { connectionOf, type FakeDesk, fakeDesk, ID, NOW_MS } from './fake-desk.testing.ts';
import { accountOf, KEY, orderOf, TRADING } from './trading.testing.ts';

const STATUS = { epoch: 1, halts: [], reducing: [], trouble: '', ordersHead: { seq: 1, hash: 'ab' } };
const EVERYTHING = { connection: null, atMs: NOW_MS, why: 'a storm' };
const HALTED = { ...STATUS, halts: [EVERYTHING] };
const away = () => {
  throw new CliError('desk_unreachable', 'The desk does not answer (timeout).', 'Try again.', EXIT.noDesk);
};
const names = (desk: FakeDesk) => desk.asked.map(({ name }) => name);

test('halts at custody first, then tells the desk', async () => {
  const desk = fakeDesk({ desk: { 'halt.now': {} }, custody: { halt: HALTED } });
  expect(await desk.run('halt', '--why', 'a storm')).toBe(0);
  expect(names(desk)).toEqual(['halt', 'halt.now']);
  expect(desk.asked[0]?.parts).toEqual({ connection: null, why: 'a storm' });
});

test('halts while the desk is dead, and does not say that anything was cancelled', async () => {
  const desk = fakeDesk({ desk: { 'halt.now': away }, custody: { halt: HALTED } });
  expect(await desk.run('halt')).toBe(0);
  expect(desk.out()).toBe('Halted: no order is signed any more.\n');
  expect(desk.err()).toContain('Open orders stay at the exchange.');
  const cancelling = fakeDesk({ desk: { 'halt.now': away }, custody: { halt: HALTED } });
  expect(await cancelling.run('halt', '--cancel-orders', '--json')).toBe(1);
  expect(JSON.parse(cancelling.out())).toMatchObject({ halted: true, custody: true, desk: false, cancelling: false });
});

test('is not called halted where neither answers', async () => {
  const desk = fakeDesk({ desk: { 'halt.now': away }, custody: { halt: away } });
  expect(await desk.run('halt')).toBe(3);
  expect(desk.out()).toBe('');
});

test('everything of one person is left to the desk, which knows what is theirs', async () => {
  const desk = fakeDesk({ desk: { 'halt.now': {} } });
  expect(await desk.run('halt', '--user', 'bob')).toBe(0);
  expect(names(desk)).toEqual(['halt.now']);
});

test('an id needs no desk to be halted; a name does, and says what needs none', async () => {
  const dead = { 'connections.list': away, 'halt.now': away };
  const byId = fakeDesk({ desk: dead, custody: { halt: STATUS } });
  expect(await byId.run('halt', '--connection', ID)).toBe(0);
  expect(byId.asked[0]?.parts).toMatchObject({ connection: ID });
  const byName = fakeDesk({ desk: dead, custody: { halt: STATUS } });
  expect(await byName.run('halt', '--connection', 'Main account')).toBe(3);
  expect(byName.err()).toContain('Without --connection everything is halted');
});

test('resumes everything: the general halt first, then each connection', async () => {
  const halts = [EVERYTHING, { connection: ID, atMs: NOW_MS, why: 'by hand' }];
  const desk = fakeDesk({
    tty: true,
    desk: { 'connections.list': [connectionOf()] },
    custody: { 'trading-status': { ...STATUS, halts }, resume: STATUS },
  });
  const ended = desk.run('resume');
  await expect.poll(() => desk.err()).toContain('Let orders be signed again?');
  expect(desk.err()).toContain('a storm');
  expect(desk.err()).toMatch(/Main account is halted since .*: by hand\./);
  desk.input.write('y\n');
  expect(await ended).toBe(0);
  const resumed = desk.asked.filter(({ name }) => name === 'resume').map(({ parts }) => parts.connection);
  expect(resumed).toEqual([null, ID]);
  expect(names(desk).at(-1)).toBe('custody-changed');
});

test('a journal that could not be written is opened again though nothing is listed as halted', async () => {
  const trouble = 'the order journal cannot be written';
  const desk = fakeDesk({ custody: { 'trading-status': { ...STATUS, trouble }, resume: { ...STATUS, trouble } } });
  expect(await desk.run('resume', '--yes')).toBe(1);
  expect(desk.out()).toContain(`Custody signs nothing: ${trouble}`);
});

test('puts only sales in the place of a halt, of everything and of each connection', async () => {
  const halts = [EVERYTHING, { connection: ID, atMs: NOW_MS, why: 'by hand' }];
  const reducing = [{ connection: null, atMs: NOW_MS, why: 'careful' }];
  const custody = { 'trading-status': { ...STATUS, halts }, 'reduce-only': { ...STATUS, reducing } };
  const desk = fakeDesk({ custody });
  expect(await desk.run('resume', '--reduce-only', '--yes')).toBe(0);
  const asked = desk.asked.filter(({ name }) => name === 'reduce-only').map(({ parts }) => parts.connection);
  expect(asked).toEqual([null, ID]);
  expect(names(desk)).not.toContain('resume');
  expect(desk.out()).toMatch(/^Only sales are signed\.\nEverything is held to sales since .*: careful\./);
});

test('what was held to sales could not be resumed: nothing was listed as halted', async () => {
  const reducing = [{ connection: ID, atMs: NOW_MS, why: 'careful' }];
  const desk = fakeDesk({ custody: { 'trading-status': { ...STATUS, reducing }, resume: STATUS } });
  expect(await desk.run('resume', '--yes')).toBe(0);
  expect(desk.asked.filter(({ name }) => name === 'resume').map(({ parts }) => parts.connection)).toEqual([null, ID]);
  expect(desk.out()).toBe('Orders are signed again.\n');
});

test('the policy tells that only sales are signed', async () => {
  const limits = {
    ...{ markets: ['BTC_USDT'], bandPercent: '2', orderPercent: '5', orderFloor: '100', adversePercent: '1' },
    ...{ turnover: '5', assetPercent: '90', ordersPerMinute: 120, openPerMarket: 100, openOrders: 500 },
  };
  const used = { adverse: '0', turnover: '0', adverseOpen: '0', turnoverOpen: '0', openOrders: 0 };
  const policy = { version: 1, limits, proposal: null, practice: false, equity: '1000', used };
  const reducing = [{ connection: ID, atMs: NOW_MS, why: 'careful' }];
  const custody = { policy, 'trading-status': { ...STATUS, reducing } };
  const told = fakeDesk({ desk: TRADING, custody });
  expect(await told.run('policy', 'show')).toBe(0);
  expect(told.out()).toMatch(/Main account is held to sales since .*: careful\./);
  const json = fakeDesk({ desk: TRADING, custody });
  await json.run('policy', 'show', '--json');
  expect(JSON.parse(json.out()).reducing).toMatchObject({ why: 'careful' });
});

test('approves in custody’s words exactly what was shown', async () => {
  const limits = {
    ...{ markets: ['BTC_USDT'], bandPercent: '2', orderPercent: '5', orderFloor: '100', adversePercent: '1' },
    ...{ turnover: '5', assetPercent: '90', ordersPerMinute: 120, openPerMarket: 100, openOrders: 500 },
  };
  const id = 'c895ff671570f4f5bad1abd14887f1fd';
  const proposal = {
    ...{ id, limits, words: ['More markets: ETH_USDT'], proposedAtMs: NOW_MS, delayMs: 3_600_000, inForceAtMs: null },
  };
  const used = { adverse: '0', turnover: '0', adverseOpen: '0', turnoverOpen: '0', openOrders: 0 };
  const view = { version: 1, limits, proposal, practice: false, equity: '1000', used };
  const desk = fakeDesk({ tty: true, desk: TRADING, custody: { policy: view, 'approve-policy': view } });
  const ended = desk.run('policy', 'approve');
  await expect.poll(() => desk.err()).toContain('Approve this for "Main account"?');
  expect(desk.err()).toContain(id);
  expect(desk.err()).toContain('More markets: ETH_USDT');
  expect(desk.err()).toContain('In force 1 h after it is approved.');
  desk.input.write('y\n');
  expect(await ended).toBe(0);
  expect(desk.asked.find(({ name }) => name === 'approve-policy')?.parts).toMatchObject({
    connection: ID,
    proposal: id,
  });
});

test('watches: how it stands, each change once, a price once a second, and goes on after a break', async () => {
  const ticker = (last: string) =>
    ({
      type: 'ticker',
      venue: 'whitebit',
      market: 'BTC_USDT',
      ticker: { last, changePercent: '-1.2', volumeQuote: '1' },
    }) as const;
  const halt = { everything: false, halts: [], reducing: [], resumeWith: '', haltWith: 'npx gapless halt' };
  const desk = fakeDesk({
    desk: { ...TRADING, 'halt.read': halt, 'watchlist.read': [], 'orders.list': { orders: [orderOf()], next: null } },
  });
  const ended = desk.run('watch');
  await expect.poll(() => desk.lines[0]?.watched).toMatchObject([{ tickers: [{ market: 'BTC_USDT' }] }]);
  const [line] = desk.lines;
  for (const last of ['43000', '43000.5', '43001.25']) line?.say(ticker(last));
  line?.say({ type: 'order', order: orderOf() });
  line?.say({ type: 'order', order: orderOf({ market: 'ETH_USDT', key: 'other' }) });
  line?.say({ type: 'order', order: orderOf({ state: 'closed', ended: 'cancelled', detail: 'CANCELED' }) });
  expect(line?.watched.at(-1)?.tickers.map(({ market }) => market)).toEqual(['BTC_USDT', 'ETH_USDT']);
  await desk.clock.advance(1_000);
  await expect.poll(() => desk.out()).toContain('43 001.25');
  expect(desk.out()).toContain('43 000 ');
  expect(desk.out()).not.toContain('43 000.5');
  expect(desk.out().match(new RegExp(`${KEY} .*: open`, 'g'))).toHaveLength(1);
  expect(desk.out()).toMatch(new RegExp(`${KEY} .*: cancelled\n`));
  expect(desk.out()).toContain('Main account: ready');
  line?.end('the desk stops');
  await expect.poll(() => desk.lines.length).toBe(2);
  expect(desk.err()).toContain('the desk stops');
  await expect.poll(() => desk.lines[1]?.watched.length).toBe(1);
  desk.signal();
  expect(await ended).toBe(0);
  expect(desk.listeners()).toBe(0);
});

test('lists what is in doubt with what is done about it, and accounts that are not well', async () => {
  const doing = { text: 'No clear answer came.', sinceMs: NOW_MS - 4_000, nextAtMs: NOW_MS + 2_500 };
  const sick = accountOf({ state: 'trouble', cause: 'Fills do not stream.', cure: 'It connects again.' });
  const orders = [orderOf({ state: 'unknown', doing }), orderOf({ key: 'ext:77', owner: 'external', terms: null })];
  const desk = fakeDesk({ desk: { ...TRADING, 'trading.list': [sick], 'orders.list': { orders, next: null } } });
  expect(await desk.run('orders')).toBe(0);
  expect(desk.out()).toContain('UNKNOWN');
  expect(desk.out()).toContain(`${KEY}: No clear answer came. Since 4 s ago. Next look in 3 s.`);
  expect(desk.out()).toMatch(/ext:77 .*other, placed elsewhere/);
  expect(desk.out()).toContain('Main account: Fills do not stream. It connects again.');
  expect(desk.out()).not.toContain('\u001b');
});
