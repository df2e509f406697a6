import { expect } from 'vitest';
import { DEMO, record } from '../practice.testing.ts';
import { fieldsOf, listOf } from './frames.ts';
import { type Cases, type Frame, MARKET, type Stage } from './stage.testing.ts';

/** Group C: books, prices and connections. */

const DEPTH = ['depth', MARKET, 100, '0', true] as const;
const BOOK = `/api/v4/public/orderbook/${MARKET}`;

const data = ({ params }: Frame) => fieldsOf(params[1]);
const isWhole = ({ params }: Frame): boolean => params[0] === true;

/** Both sides have a level, so that crossed and empty can be told apart. */
async function seeded(stage: Stage): Promise<void> {
  await stage.place('rival', 'sell', '1', stage.price('1.1'));
  await stage.place('rival', 'buy', '1', stage.price('0.9'));
}

/** A change of the book that makes one update. */
let steps = 0;
async function change(stage: Stage): Promise<void> {
  steps += 1;
  await stage.place('rival', 'buy', '0.01', stage.price(`0.${8000 + (steps % 900)}`));
}

const best = (levels: unknown): number => Number(listOf(listOf(levels)[0])[0]);

const impossible =
  (way: string, isSo: (asks: unknown, bids: unknown) => boolean) =>
  async (stage: Stage): Promise<void> => {
    await seeded(stage);
    await stage.arm('F37', way);
    const wire = await stage.wire(DEPTH);
    const frame = await wire.next();
    expect(isSo(data(frame).asks, data(frame).bids)).toBe(true);
    const { asks, bids } = record((await stage.client.get(BOOK)).body);
    expect(isSo(asks, bids)).toBe(true);
  };

const absurd =
  (way: string, isSo: (price: string, true_: string) => boolean) =>
  async (stage: Stage): Promise<void> => {
    await stage.trade();
    const price = stage.price('1');
    await stage.arm('F39', way);
    const wire = await stage.wire(['lastprice', MARKET], ['trades', MARKET]);
    const frames = [await wire.next(), await wire.next()];
    const last = frames.find(({ method }) => method === 'lastprice_update');
    const trades = frames.find(({ method }) => method === 'trades_update');
    expect(isSo(String(last?.params[1]), price)).toBe(true);
    expect(isSo(String(fieldsOf(listOf(trades?.params[1])[0]).price), price)).toBe(true);
    const ticker = fieldsOf(record((await stage.client.get('/api/v4/public/ticker')).body)[MARKET]);
    expect(isSo(String(ticker.last_price), price)).toBe(true);
  };

const broken =
  (way: string, look: (text: string) => void) =>
  async (stage: Stage): Promise<void> => {
    await seeded(stage);
    const wire = await stage.wire(DEPTH);
    await wire.next();
    await stage.arm('F41', way, { count: 1, channel: 'depth' });
    await change(stage);
    look((await wire.next()).text);
    await change(stage);
    expect((await wire.next()).method).toBe('depth_update');
  };

const refused =
  (way: string, status: number) =>
  async (stage: Stage): Promise<void> => {
    await stage.arm('F44', way, { count: 1 });
    expect(await stage.bare().closed).toBe(status);
    await stage.bare().opened;
  };

const ended =
  (id: string, way: string, code: number, terms: Record<string, unknown> = {}) =>
  async (stage: Stage): Promise<void> => {
    const wire = await stage.wire();
    await stage.arm(id, way, { email: DEMO, ...terms });
    expect(await wire.closed).toBe(code);
  };

export const FEED_CASES: Cases = {
  'F35 skipped': async (stage) => {
    await seeded(stage);
    const wire = await stage.wire(DEPTH);
    const first = data(await wire.next());
    const armed = await stage.arm('F35', 'skipped');
    await change(stage);
    await stage.untilStruck(armed);
    await change(stage);
    const next = await wire.next();
    expect(isWhole(next)).toBe(false);
    expect(Number(data(next).past_update_id)).toBeGreaterThan(Number(first.update_id));
  },
  'F36 stream': async (stage) => {
    await seeded(stage);
    await stage.arm('F36', 'stream');
    const wire = await stage.wire(DEPTH);
    const whole = await wire.next();
    await change(stage);
    const next = await wire.next();
    expect([isWhole(whole), isWhole(next)]).toEqual([true, false]);
    expect(Number(data(next).past_update_id) - Number(data(whole).update_id)).toBe(100);
    expect(Number(data(next).event_time) - Number(data(whole).event_time)).toBeGreaterThan(50);
  },
  'F36 http': async (stage) => {
    await seeded(stage);
    const armed = await stage.arm('F36', 'http');
    const first = await stage.client.get(BOOK);
    await change(stage);
    expect((await stage.client.get(BOOK)).text).toBe(first.text);
    await stage.disarm(armed);
    expect(record((await stage.client.get(BOOK)).body).bids).toHaveLength(2);
  },
  'F37 crossed': impossible('crossed', (asks, bids) => best(bids) > best(asks)),
  'F37 empty': impossible('empty', (asks, bids) => listOf(asks).length + listOf(bids).length === 0),
  'F38 no-updates': async (stage) => {
    await seeded(stage);
    const wire = await stage.wire(DEPTH, ['lastprice', MARKET]);
    await wire.next();
    const armed = await stage.arm('F38', 'no-updates', { channel: 'depth' });
    await wire.rest();
    await change(stage);
    await stage.untilStruck(armed);
    expect((await wire.rest()).filter(({ method }) => method === 'depth_update')).toEqual([]);
    expect(await wire.ask('ping')).toMatchObject({ result: 'pong' });
  },
  'F39 zero': absurd('zero', (price) => price === '0'),
  'F39 tenfold': absurd('tenfold', (price, real) => Number(price) === Number(real) * 10),
  'F39 nan': absurd('nan', (price) => price === 'NaN'),
  'F39 exponent': absurd('exponent', (price, real) => price.includes('e3') && Number(price) === Number(real)),
  'F40 older-and-older': async (stage) => {
    const wire = await stage.wire(['trades', MARKET]);
    await wire.rest();
    await stage.arm('F40', 'older-and-older');
    const times: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      await stage.trade();
      times.push(Number(fieldsOf(listOf((await wire.next()).params[1])[0]).time));
    }
    expect(times[1]).toBeLessThan(times[0] ?? 0);
    expect(times[2]).toBeLessThan(times[1] ?? 0);
  },
  'F41 malformed': broken('malformed', (text) => expect(() => JSON.parse(text)).toThrow(SyntaxError)),
  'F41 huge': broken('huge', (text) => expect(text.length).toBeGreaterThan(4_000_000)),
  'F41 nested': broken('nested', (text) => expect(text.startsWith('[[[[')).toBe(true)),
  'F42 doubled': async (stage) => {
    await seeded(stage);
    const wire = await stage.wire(DEPTH);
    await wire.next();
    await stage.arm('F42', 'doubled');
    await change(stage);
    expect((await wire.next()).text).toBe((await wire.next()).text);
  },
  'F42 swapped': async (stage) => {
    await seeded(stage);
    const wire = await stage.wire(DEPTH);
    await wire.next();
    const armed = await stage.arm('F42', 'swapped');
    await change(stage);
    await stage.untilStruck(armed);
    await change(stage);
    const [later, earlier] = [data(await wire.next()), data(await wire.next())];
    expect(later.past_update_id).toBe(earlier.update_id);
  },
  'F43 closed': ended('F43', 'closed', 1001),
  'F43 restart': ended('F43', 'restart', 1012),
  'F43 cut': ended('F43', 'cut', 1006),
  'F43 day-over': async (stage) => {
    const wire = await stage.wire();
    await stage.arm('F43', 'day-over', { durationMs: 30_000 });
    await stage.client.control('clock/advance', { ms: 29_000 });
    expect(await wire.ask('ping')).toMatchObject({ result: 'pong' });
    await stage.client.control('clock/advance', { ms: 2_000 });
    expect(await wire.closed).toBe(1001);
  },
  'F44 cut': refused('cut', 1006),
  'F44 unavailable': refused('unavailable', 503),
  'F44 too-many': refused('too-many', 429),
  'F45 socket': async (stage) => {
    const frozen = await stage.wire(['lastprice', MARKET]);
    await frozen.rest();
    await stage.arm('F45', 'socket', { email: DEMO });
    const other = await stage.wire(['lastprice', MARKET]);
    await stage.trade();
    let isAnswered = false;
    void frozen.ask('ping').then(() => {
      isAnswered = true;
    });
    await other.next();
    expect(isAnswered).toBe(false);
    expect(await Promise.race([frozen.closed, Promise.resolve('open')])).toBe('open');
  },
  'F45 http': async (stage) => {
    const armed = await stage.arm('F45', 'http', { path: '/api/v4/public/time' });
    let isAnswered = false;
    void stage.raw('/api/v4/public/time').then(
      () => {
        isAnswered = true;
      },
      () => {},
    );
    await stage.untilStruck(armed);
    expect((await stage.client.get('/api/v4/public/ping')).status).toBe(200);
    expect(isAnswered).toBe(false);
  },
  'F46 lost': async (stage) => {
    const armed = await stage.arm('F46', 'lost', { channel: 'lastprice' });
    const wire = await stage.wire(['lastprice', MARKET]);
    await stage.untilStruck(armed);
    expect(await wire.rest()).toEqual([]);
  },
  'F46 refused': async (stage) => {
    const wire = await stage.wire();
    const armed = await stage.arm('F46', 'refused');
    expect(await wire.ask('lastprice_subscribe', MARKET)).toMatchObject({ result: null, error: { code: 3 } });
    await expect.poll(() => stage.struck(armed)).toBeGreaterThan(1);
    expect(await wire.rest()).toEqual([]);
  },
  'F47 worthless-token': async (stage) => {
    await stage.arm('F47', 'worthless-token');
    const { body } = await stage.call('profile/websocket_token');
    const wire = stage.bare();
    await wire.opened;
    const answer = await wire.ask('authorize', record(body).websocket_token, 'public');
    expect(answer).toMatchObject({ result: null, error: { code: 6 } });
  },
  'F47 ended': ended('F47', 'ended', 1008),
  'F48 jumped': async (stage) => {
    await seeded(stage);
    const wire = await stage.wire(DEPTH);
    const first = data(await wire.next());
    await stage.arm('F48', 'jumped');
    await change(stage);
    const jumped = await wire.next();
    expect(isWhole(jumped)).toBe(true);
    expect(Number(data(jumped).update_id) - Number(first.update_id)).toBeGreaterThan(90_000);
    expect(data(jumped).bids).toHaveLength(2);
    await change(stage);
    const next = data(await wire.next());
    expect(next.past_update_id).toBe(data(jumped).update_id);
  },
};
