import { once } from 'node:events';
import { request } from 'node:http';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { Decimal } from '../../src/core/decimal.ts';
import type { NewOrder } from '../engine/commands.ts';
import type { OrderView } from '../engine/events.ts';
import type { AccountId } from '../ports.ts';
import { type Client, DEMO, type Key, type Reply, record, startClient } from '../practice.testing.ts';
import { fieldsOf, listOf } from './frames.ts';
import { limitOrder } from './hand.ts';

/** A practice exchange without life, a client with every right on it, and a rival to trade with. */

export const MARKET = 'BTC_USDT';
export const PLENTY = 600_000;
const RIVAL = 'rival' as AccountId;

export type Frame = { readonly text: string; readonly method: string; readonly params: readonly unknown[] };
/** By id and way: what must be seen on the wire while it is armed, and what not before or after. */
export type Cases = Readonly<Record<string, (stage: Stage) => Promise<void>>>;

export class Stage {
  readonly client: Client;
  readonly key: Key;
  readonly me: AccountId;
  readonly last: Decimal;
  readonly #sockets: Wire[] = [];

  private constructor(client: Client, key: Key, me: AccountId, last: Decimal) {
    this.client = client;
    this.key = key;
    this.me = me;
    this.last = last;
  }

  static async open(): Promise<Stage> {
    const client = await startClient({ life: false });
    const key = await client.key({ groups: ['trade-read', 'wallet-read', 'orders'] });
    const { accounts } = client.practice;
    const me = accounts.accountByEmail(DEMO)?.id ?? RIVAL;
    for (const [ticker, amount] of [
      ['BTC', '1000'],
      ['USDT', '100000000'],
    ] as const) {
      await client.control('wallets/set', { email: DEMO, wallet: 'trade', ticker, available: amount });
      await accounts.fundHouse(RIVAL, ticker, Decimal.parse(amount));
    }
    const { market } = await client.control('markets/status', { market: MARKET });
    return new Stage(client, key, me, Decimal.parse(String(record(market).last)));
  }

  get exchange() {
    return this.client.practice.exchange;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.stop();
    await this.client.stop();
  }

  /** So much of the last price, on the market's step. */
  price(share: string): string {
    return this.last.mul(Decimal.parse(share)).round(1, 'half-even').toString();
  }

  async arm(id: string, way: string, terms: Record<string, unknown> = {}): Promise<number> {
    return Number((await this.client.control('faults/arm', { id, way, ...terms })).armed);
  }

  async disarm(armed: number): Promise<void> {
    await this.client.control('faults/disarm', { armed });
  }

  async struck(armed: number): Promise<number> {
    const list = listOf((await this.client.control('faults/armed')).armed).map(fieldsOf);
    return Number(list.find((one) => one.armed === armed)?.struck);
  }

  /** Until a fault has struck: then what it does has begun. */
  async untilStruck(armed: number): Promise<void> {
    await expect.poll(() => this.struck(armed)).toBeGreaterThan(0);
  }

  call(path: string, params: Record<string, unknown> = {}): Promise<Reply> {
    return this.client.call(this.key, `/api/v4/${path}`, params);
  }

  /** A limit order over HTTP; below the market unless said. */
  order(params: Record<string, unknown> = {}): Promise<Reply> {
    return this.call('order/new', { market: MARKET, side: 'buy', amount: '0.01', price: this.price('0.9'), ...params });
  }

  /** A limit order straight into the engine, from me or from the rival. */
  async place(who: 'me' | 'rival', side: NewOrder['side'], amount: string, price: string): Promise<OrderView> {
    const order = limitOrder({ market: MARKET, side, amount: Decimal.parse(amount), price: Decimal.parse(price) });
    const account = who === 'me' ? this.me : RIVAL;
    const outcome = await this.exchange.submit({ kind: 'place', account, order });
    if (outcome.kind === 'done' && outcome.reply.ok && 'order' in outcome.reply) return outcome.reply.order;
    throw new Error(
      `Not placed: ${JSON.stringify(outcome, (_key, value) => (typeof value === 'bigint' ? `${value}` : value))}`,
    );
  }

  /** A trade between the two, at the last price. */
  async trade(amount = '0.01'): Promise<void> {
    await this.place('rival', 'sell', amount, this.price('1'));
    await this.place('me', 'buy', amount, this.price('1'));
  }

  mine(): readonly OrderView[] {
    return this.exchange.query.openOrders(this.me, null);
  }

  /** An authorized WebSocket that has subscribed to these. */
  async wire(...channels: readonly (readonly [channel: string, ...params: readonly unknown[]])[]): Promise<Wire> {
    const wire = new Wire(this.client.practice.port);
    this.#sockets.push(wire);
    await wire.opened;
    const { body } = await this.call('profile/websocket_token');
    expect(await wire.ask('authorize', record(body).websocket_token, 'public')).toMatchObject({ error: null });
    for (const [channel, ...params] of channels)
      expect(await wire.ask(`${channel}_subscribe`, ...params)).toMatchObject({ error: null });
    return wire;
  }

  bare(): Wire {
    const wire = new Wire(this.client.practice.port);
    this.#sockets.push(wire);
    return wire;
  }

  /** A GET with all that comes back, or the error. */
  async raw(
    path: string,
  ): Promise<{ readonly status: number; readonly headers: NodeJS.Dict<string | string[]>; readonly text: string }> {
    const call = request({ port: this.client.practice.port, host: '127.0.0.1', path });
    call.end();
    const [answer] = await once(call, 'response');
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    return { status: answer.statusCode, headers: answer.headers, text };
  }
}

/** A WebSocket whose frames are kept as they came: some are no JSON. */
export class Wire {
  readonly #socket: WebSocket;
  readonly #frames: Frame[] = [];
  readonly #answers = new Map<number, (answer: Record<string, unknown>) => void>();
  readonly opened: Promise<void>;
  /** The close code, 1006 where the line was cut, or the status of a refused handshake. */
  readonly closed: Promise<number>;
  #id = 0;

  constructor(port: number) {
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { perMessageDeflate: false });
    this.opened = new Promise((resolve) => this.#socket.on('open', () => resolve()));
    this.closed = new Promise((resolve) => {
      this.#socket.on('close', resolve);
      this.#socket.on('unexpected-response', (_request, answer) => resolve(answer.statusCode ?? 0));
    });
    this.#socket.on('error', () => {});
    this.#socket.on('message', (data) => this.#take(String(data)));
  }

  ask(method: string, ...params: readonly unknown[]): Promise<Record<string, unknown>> {
    this.#id += 1;
    const id = this.#id;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => this.#answers.set(id, resolve));
  }

  /** The next frame that is no answer to `ask`. */
  async next(): Promise<Frame> {
    await expect.poll(() => this.#frames.length, { timeout: 5_000, interval: 10 }).toBeGreaterThan(0);
    return this.#frames.shift() ?? { text: '', method: '', params: [] };
  }

  /** What has come when a ping sent now is answered. */
  async rest(): Promise<readonly Frame[]> {
    await this.ask('ping');
    return this.#frames.splice(0);
  }

  stop(): void {
    this.#socket.terminate();
  }

  #take(text: string): void {
    const frame = parsed(text);
    const answer = this.#answers.get(Number(frame.id));
    if (typeof frame.id === 'number' && answer !== undefined) answer(frame);
    else this.#frames.push({ text, method: String(frame.method), params: listOf(frame.params) });
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return record(JSON.parse(text));
  } catch {
    return {};
  }
}
