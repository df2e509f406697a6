import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Clock } from './ports.ts';
import { type Client, record, startClient } from './practice.testing.ts';

/** An exchange whose time runs a thousand times as fast, and clients that do not. */

const SECOND_MS = 1_000;

let machine: Clock & { ms: number };
let client: Client;
beforeEach(async () => {
  machine = { ms: 1_790_000_000_000, nowMs: () => machine.ms };
  client = await startClient({ life: false, speed: 1_000, baseClock: machine });
});
afterEach(() => client.stop());

/** What the stream answers to the first thing it is told. */
async function told(request: unknown): Promise<Record<string, unknown>> {
  const socket = new WebSocket(`ws://127.0.0.1:${client.practice.port}/ws`);
  socket.on('open', () => socket.send(JSON.stringify(request)));
  const answer = await new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));
  socket.terminate();
  return record(JSON.parse(answer));
}

test('the token of a stream ran out before anybody could use it', async () => {
  const key = await client.key({ groups: ['trade-read'] });
  const token = async () => record((await client.call(key, '/api/v4/profile/websocket_token')).body).websocket_token;
  const authorize = async (later: number) => {
    const params = [await token(), 'public'];
    machine.ms += later;
    return told({ id: 1, method: 'authorize', params });
  };
  expect(await authorize(30 * SECOND_MS)).toMatchObject({ error: null });
  expect(await authorize(60 * SECOND_MS)).toMatchObject({ error: { code: 6 } });
});

test('rate limits counted no second of the clients', async () => {
  const key = await client.key({ groups: ['trade-read'] });
  const ask = async () => (await client.call(key, '/api/v4/profile/websocket_token')).status;
  for (let count = 0; count < 10; count += 1) expect(await ask()).toBe(200);
  machine.ms += 59 * SECOND_MS;
  expect(await ask()).toBe(429);
  machine.ms += SECOND_MS;
  expect(await ask()).toBe(200);
});
