import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ALICE } from '../engine/world.testing.ts';
import type { Deliver, OutgoingFrame } from './delivery.ts';
import { World } from './world.testing.ts';

let world: World;

afterEach(() => world.stop());

const open = async (options: ConstructorParameters<typeof World>[0] = {}): Promise<void> => {
  world = await (await new World(options).listen()).fund();
};
const rest = (price: string) => world.place(ALICE, 'limit', 'buy', { price, amount: '1' });

describe('delivery', () => {
  test('everything a client is sent passes it, with its connection, account and channel', async () => {
    const frames: OutgoingFrame[] = [];
    const deliver: Deliver = (frame, send) => {
      frames.push(frame);
      send(frame.message);
    };
    await open({ deliver });
    const stranger = await world.connect();
    await stranger.ask('ping');
    const alice = await world.connectAs(ALICE);
    await alice.ask('ordersPending_subscribe', 'BTC_USDT');
    await rest('39999');
    expect(await alice.all()).toHaveLength(1);
    const seen = frames.map(({ connection, account, channel, message }) => [
      connection,
      account,
      channel,
      message.method ?? message.id,
    ]);
    expect(seen).toEqual([
      [1, null, null, 1],
      [2, ALICE, null, 1],
      [2, ALICE, null, 2],
      [2, ALICE, 'ordersPending', 'ordersPending_update'],
      [2, ALICE, null, 3],
    ]);
  });

  test('a frame may be lost, doubled, changed, sent as no JSON at all, or later', async () => {
    const held: (() => void)[] = [];
    const fates: Deliver[] = [
      () => undefined,
      ({ message }, send) => {
        send(message);
        send(message);
      },
      ({ message }, send) => send({ ...message, params: ['changed'] }),
      ({ message }, send) => void held.push(() => send(message)),
    ];
    await open({
      deliver: (frame, send) => {
        const fate = frame.channel === null ? undefined : fates.shift();
        if (fate === undefined) send(frame.message);
        else fate(frame, send);
      },
    });
    const alice = await world.connectAs(ALICE);
    await alice.ask('ordersPending_subscribe', 'BTC_USDT');
    const ids: number[] = [];
    for (const price of ['39001', '39002', '39003', '39004', '39005']) ids.push(await rest(price));
    held[0]?.();
    const [, doubled, , late, atOnce] = ids;
    expect((await alice.all()).map(({ params }) => (params?.[1] as { id: number } | undefined)?.id)).toEqual([
      doubled,
      doubled,
      undefined,
      atOnce,
      late,
    ]);
  });

  test('a text goes out as it is', async () => {
    await open({ deliver: ({ channel, message }, send) => send(channel === null ? message : '{"torn":') });
    const socket = new WebSocket(`ws://127.0.0.1:${world.port}/ws`);
    await once(socket, 'open');
    socket.send('{"id":1,"method":"trades_subscribe","params":["BTC_USDT"]}');
    await once(socket, 'message');
    world.pass(0);
    expect(String((await once(socket, 'message'))[0])).toBe('{"torn":');
    socket.terminate();
  });

  test('what is sent after the end of its connection goes nowhere', async () => {
    const held: (() => void)[] = [];
    await open({ deliver: ({ message }, send) => void held.push(() => send(message)) });
    const client = await world.connect();
    client.send('{"id":1,"method":"ping","params":[]}');
    await expect.poll(() => held.length).toBe(1);
    client.stop();
    await expect.poll(() => world.stream.sockets().length).toBe(0);
    expect(() => held[0]?.()).not.toThrow();
  });

  test('one frame is the same object for all who get it', async () => {
    const messages = new Set<object>();
    await open({
      deliver: ({ channel, message }, send) => {
        if (channel === 'depth') messages.add(message);
        send(message);
      },
    });
    const clients = await Promise.all(Array.from({ length: 5 }, () => world.connect()));
    for (const client of clients) await client.ask('depth_subscribe', 'BTC_USDT', 5, '0');
    world.pass(100);
    await rest('39999');
    world.pass(100);
    for (const client of clients) expect(await client.all()).toHaveLength(2);
    expect(messages.size).toBe(2);
  });
});

describe('open sockets', () => {
  test('are listed with account and channels', async () => {
    await open();
    const stranger = await world.connect();
    await stranger.ask('depth_subscribe', 'BTC_USDT', 5, '0');
    await stranger.ask('lastprice_subscribe', 'BTC_USDT');
    await stranger.ask('depth_unsubscribe', 'BTC_USDT');
    await world.connectAs(ALICE);
    const seen = world.stream.sockets().map(({ connection, account, channels }) => ({ connection, account, channels }));
    expect(seen).toEqual([
      { connection: 1, account: null, channels: ['lastprice'] },
      { connection: 2, account: ALICE, channels: [] },
    ]);
  });

  test('can be closed with a code, or cut', async () => {
    await open();
    const [first, second] = [await world.connect(), await world.connect()];
    const [one, two] = world.stream.sockets();
    one?.close(1012);
    two?.cut();
    expect(await first.closed).toBe(1012);
    expect(await second.closed).toBe(1006);
    expect(world.stream.sockets()).toEqual([]);
  });

  test('can be frozen: open, deaf and silent for good, and gone with the stream', async () => {
    await open();
    const frozen = await world.connectAs(ALICE);
    await frozen.ask('ordersPending_subscribe', 'BTC_USDT');
    await frozen.ask('balanceSpot_subscribe');
    const witness = await world.connect();
    world.stream.sockets()[0]?.freeze();
    expect(world.accounts.listeners.size).toBe(0);
    const answer = frozen.ask('ping').then(() => 'answered');
    await rest('39999');
    expect(await witness.quiet()).toBe(true);
    world.pass(61_000);
    expect(await witness.closed).toBe(1008);
    expect(world.stream.sockets()).toHaveLength(1);
    expect(await Promise.race([answer, frozen.closed, frozen.next(), Promise.resolve('silent')])).toBe('silent');
    world.stream.close();
    expect(await frozen.closed).toBe(1006);
  });

  test('a frame held back before the freeze does not break the silence', async () => {
    const held: (() => void)[] = [];
    await open({
      deliver: ({ channel, message }, send) => {
        if (channel === null) send(message);
        else held.push(() => send(message));
      },
    });
    const frozen = await world.connectAs(ALICE);
    await frozen.ask('ordersPending_subscribe', 'BTC_USDT');
    await rest('39999');
    const [socket] = world.stream.sockets();
    socket?.freeze();
    held[0]?.();
    const told = frozen.next().then(() => 'told');
    const witness = await world.connect();
    expect(await witness.quiet()).toBe(true);
    expect(held).toHaveLength(1);
    expect(await Promise.race([told, Promise.resolve('silent')])).toBe('silent');
  });

  test('one that does not read is let go before it fills the memory', async () => {
    await open();
    const lazy = await world.connect();
    lazy.pause();
    const start = Math.floor(world.nowMs / 1000) - 1440 * 60;
    for (let id = 1; id <= 200; id += 1) {
      const params = ['BTC_USDT', start, start + 1440 * 60, 60];
      lazy.send(JSON.stringify({ id, method: 'candles_request', params }));
    }
    await expect.poll(() => world.stream.sockets().length, { timeout: 15_000 }).toBe(0);
  });
});

test('an exchange that stopped is told as such, and ends no connection', async () => {
  await open();
  const client = await world.connect();
  await client.ask('depth_subscribe', 'BTC_USDT', 5, '0');
  world.pass(0);
  await client.all();
  await world.stopExchange();
  expect((await client.ask('depth_request', 'BTC_USDT', 5, '0')).error).toEqual({
    code: 3,
    message: 'service unavailable',
  });
  await client.ask('depth_subscribe', 'ETH_BTC', 5, '0');
  world.pass(100);
  expect(await client.quiet()).toBe(true);
});
