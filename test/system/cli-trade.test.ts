/** Trading from the command line, over real processes and the practice exchange. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fill, Market, Order, OrderPreview } from '../../src/contract/trading.ts';
import { CliDesk, lines } from './cli-desk.testing.ts';

const MARKET = 'BTC_USDT';
const WAIT = { timeout: 30_000, interval: 200 };
const DESK_FILE = path.join('src', 'desk.ts');
const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

type Placed = { preview: OrderPreview; requestId: string; order: Order; known: boolean };
type Listed = { orders: Order[]; accounts: { state: string; cause: string }[] };
type Halts = { halts: { connection: string | null; why: string }[]; trouble: string };

const desk = new CliDesk();
let last: number;

/** So many percent of the last price, on the market's grid. */
const priceAt = (percent: number) => ((last * percent) / 100).toFixed(2);
const place = (side: 'buy' | 'sell', ...args: string[]) => desk.json<Placed>(['order', side, MARKET, ...args, '--yes']);
const open = async () => (await desk.json<Listed>(['orders'])).orders;
const custodyHalts = () => desk.json<Halts>(['resume', '--connection', 'a'.repeat(26)]);

beforeAll(async () => {
  await desk.start();
  const { code } = await desk.json<{ code: string }>(['setup-code']);
  await desk.api('POST', '/api/setup', { code, name: 'alex', password: 'quiet harbour lantern 94' });
  await desk.json(['exchanges', 'add', 'practice', '--name', 'Main account'], lines(await desk.key()));
});

afterAll(async () => {
  await desk.remove();
});

describe('trading at the command line', () => {
  test('finds a market with its price and steps', async () => {
    const { markets } = await desk.json<{ markets: Market[] }>(['markets', 'btc/usdt', '--venue', 'practice']);
    const market = markets.find(({ symbol }) => symbol === MARKET);
    expect(market).toMatchObject({ venue: 'practice', base: 'BTC', quote: 'USDT' });
    last = Number(market?.last);
    expect(last).toBeGreaterThan(0);
    expect((await desk.cli(['markets', 'btc_usdt'])).out).toMatch(/^Market +Exchange +Last +24 h %/);
  });

  test('takes no order before a market was chosen, and says which command chooses', async () => {
    const early = await desk.cli(['order', 'buy', MARKET, '0.001', '--price', priceAt(95), '--yes']);
    expect(early.exit).toBe(1);
    expect(early.err).not.toBe('');
    expect((await desk.cli(['policy'])).out).toContain('gapless policy first');
    expect((await desk.cli(['policy', 'first', 'Main account', MARKET])).exit).toBe(2);
    const chosen = await desk.json<{ version: number; limits: { markets: string[] } }>([
      ...['policy', 'first', 'main account', 'btc/usdt', '--yes'],
    ]);
    expect(chosen).toMatchObject({ version: 1, limits: { markets: [MARKET] } });
    await expect.poll(async () => (await desk.json<Listed>(['orders'])).accounts[0]?.state, WAIT).toBe('ready');
  });

  test('tells what an order would do and what mends it, and sends nothing', async () => {
    const off = await desk.cli(['order', 'buy', MARKET, '0.0012345678912', '--price', priceAt(95), '--yes']);
    expect(off.exit).toBe(1);
    expect(off.err).toContain('The amount is a multiple of');
    expect(off.err).toMatch(/Round to \S+: gapless order buy BTC_USDT 0\.0012\d* --price/);
    expect(off.err).toContain('Nothing was sent.');
    const unasked = await desk.cli(['order', 'buy', MARKET, '0.001', '--price', priceAt(95)]);
    expect(unasked.exit).toBe(2);
    expect(unasked.err).toContain('Rests in the book');
    expect(await open()).toEqual([]);
  });

  test('places once however often it is said, moves and cancels', async () => {
    const args = ['0.001', '--price', priceAt(95), '--post-only', '--request-id', 'walk-0001'];
    const first = await place('buy', ...args);
    expect(first).toMatchObject({ known: true, order: { state: 'open', owner: 'ours', market: MARKET } });
    const again = await place('buy', ...args);
    expect(again.order.key).toBe(first.order.key);
    expect(await open()).toHaveLength(1);
    expect((await desk.cli(['orders'])).out).toContain('limit, post only');

    const moved = await desk.json<Placed>([...['order', 'move', first.order.key, '--price', priceAt(96), '--yes']]);
    expect(moved).toMatchObject({ known: true, order: { state: 'open' } });
    expect(Number((moved.order.terms as { price: string }).price)).toBe(Number(priceAt(96)));
    expect((await open()).map(({ key }) => key)).toEqual([moved.order.key]);

    const cancelled = await desk.cli(['order', 'cancel', moved.order.key]);
    expect(cancelled).toMatchObject({ exit: 0, out: 'Cancelled; nothing traded.\n' });
    expect(await open()).toEqual([]);
    expect((await desk.cli(['order', 'cancel', moved.order.key])).err).toContain('No open order is called');
    const { orders } = await desk.json<Listed>(['orders', '--closed']);
    expect(orders.map(({ key }) => key)).toContain(first.order.key);
  });

  test('buys at the market and shows the trade with its fee', async () => {
    const bought = await place('buy', '0.001');
    expect(bought).toMatchObject({ known: true, order: { state: 'closed', ended: 'filled', filledBase: '0.001' } });
    const trades = async () => (await desk.json<{ trades: Fill[] }>(['trades', '--market', MARKET])).trades;
    await expect.poll(async () => (await trades()).map(({ order }) => order), WAIT).toContain(bought.order.key);
    await expect.poll(async () => (await trades()).every(({ fee }) => fee !== null), WAIT).toBe(true);
    expect((await desk.cli(['trades'])).out).toMatch(/^When +Exchange +Market +Side +Price +Amount +Value +Fee/);
  });

  test('watches: how it stands, then each change as it happens', async () => {
    const args = [CLI, 'watch', MARKET, '--json', '--data', desk.data];
    const watching = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    watching.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    const heard = () =>
      out
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { type: string; order?: Order });
    try {
      await expect
        .poll(() => heard().map(({ type }) => type), WAIT)
        .toEqual(expect.arrayContaining(['trading', 'ticker']));
      const { order } = await place('sell', '0.001', '--price', priceAt(105));
      await desk.json(['order', 'cancel', order.key]);
      const states = () => heard().flatMap((one) => (one.order?.key === order.key ? [one.order.state] : []));
      await expect.poll(states, WAIT).toEqual(expect.arrayContaining(['submitting', 'open', 'closed']));
    } finally {
      watching.kill('SIGINT');
    }
    expect(await once(watching, 'close')).toEqual([0, null]);
  });

  test('halts, keeps every order away, cancels what stood, and resumes', async () => {
    const standing = await place('buy', '0.001', '--price', priceAt(95));
    const halted = await desk.json<{ halted: boolean; custody: boolean; desk: boolean }>([
      ...['halt', '--why', 'the walk', '--cancel-orders'],
    ]);
    expect(halted).toMatchObject({ halted: true, custody: true, desk: true });
    await expect.poll(open, WAIT).toEqual([]);
    expect((await desk.json<Listed>(['orders'])).accounts[0]?.cause).toContain('the walk');
    const refused = await desk.cli(['order', 'buy', MARKET, '0.001', '--price', priceAt(95), '--yes']);
    expect(refused.exit).toBe(1);
    expect(refused.err).toContain('the walk');
    expect((await desk.cli(['resume'])).exit).toBe(2);
    expect(await desk.json<Halts>(['resume', '--yes'])).toEqual({ halts: [], reducing: [], trouble: '' });
    await expect.poll(async () => (await desk.json<Listed>(['orders'])).accounts[0]?.state, WAIT).toBe('ready');
    expect((await place('buy', '0.001', '--price', priceAt(95))).order.key).not.toBe(standing.order.key);
    expect((await desk.cli(['order', 'cancel', '--all', '--yes'])).out).toContain('none of them is open any more');
  });

  test('asks for more, and custody gives it when its owner approves what was shown', async () => {
    const proposed = await desk.json<{ proposal: { id: string; words: string[] } }>([
      ...['policy', 'propose', '--add-market', 'ETH_USDT', '--order-percent', '10'],
    ]);
    expect(proposed.proposal.words.join(' ')).toContain('ETH_USDT');
    const asked = await desk.cli(['policy', 'approve']);
    expect(asked.exit).toBe(2);
    expect(asked.err).toContain(proposed.proposal.id);
    const approved = await desk.json<{ limits: { markets: string[]; orderPercent: string }; proposal: null }>([
      ...['policy', 'approve', '--yes'],
    ]);
    expect(approved).toMatchObject({ proposal: null, limits: { markets: [MARKET, 'ETH_USDT'], orderPercent: '10' } });
    expect((await desk.cli(['policy', 'approve', '--yes'])).err).toContain('No change is proposed');
    const accounts = async () =>
      (await desk.json<{ accounts: { markets: string[] }[] }>(['orders'])).accounts.map(({ markets }) => markets);
    await expect.poll(accounts, WAIT).toEqual([[MARKET, 'ETH_USDT']]);
  });

  test('halts without the desk: custody hears it while the desk hangs', async () => {
    const pid = await deskProcess();
    process.kill(pid, 'SIGSTOP');
    try {
      const halted = await desk.cli(['halt', '--why', 'the desk hangs']);
      expect(halted.exit).toBe(0);
      expect(halted.out).toContain('Halted: no order is signed any more.');
      expect(halted.err).toContain('The desk did not hear it');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect((await custodyHalts()).halts).toMatchObject([{ connection: null, why: 'the desk hangs' }]);
    expect(await desk.json<Halts>(['resume', '--yes'])).toEqual({ halts: [], reducing: [], trouble: '' });
  });

  test('ends with 3 and a cure where no desk runs', async () => {
    await desk.stop();
    for (const args of [['orders'], ['order', 'buy', MARKET, '1', '--yes'], ['halt'], ['resume'], ['watch']]) {
      const ran = await desk.cli(args);
      expect(ran.exit).toBe(3);
      expect(ran.err).toContain('npm start');
    }
  });
});

/** The child of the supervisor that answers HTTP. */
async function deskProcess(): Promise<number> {
  const ps = spawn('ps', ['-axo', 'pid=,ppid=,args=']);
  let out = '';
  ps.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  await once(ps, 'close');
  const rows = out.split('\n').map((line) => line.trim().split(/ +/));
  const found = rows.find(
    ([, parent, ...args]) => parent === String(desk.run.pid) && args.some((arg) => arg.endsWith(DESK_FILE)),
  );
  if (found === undefined) throw new Error(`No desk among:\n${out}`);
  return Number(found[0]);
}
