import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import type { LiveMessage } from '../contract/live.ts';
import { manualClock } from '../shell/manual-clock.ts';
import { Live } from './live.ts';

class SlowSocket extends EventEmitter {
  bufferedAmount = 0;
  readonly got: LiveMessage[] = [];
  send(text: string): void {
    this.got.push(JSON.parse(text) as LiveMessage);
  }
  close(): void {}
  terminate(): void {}
}

test('a tab that did not keep up learns what was removed meanwhile', async () => {
  const clock = manualClock();
  const live = new Live({
    clock,
    version: '1',
    alive: async (ids) => new Set(ids),
    everything: () => [],
    onError: (error) => {
      throw error;
    },
  });
  const socket = new SlowSocket();
  live.add(socket as unknown as WebSocket, 'ann', 'session');
  socket.bufferedAmount = 2 * 1024 * 1024;
  live.publish('ann', { type: 'connection-removed', id: 'gone' });
  live.publish('ann', { type: 'session-changed' });
  socket.got.length = 0;
  socket.bufferedAmount = 0;
  await clock.advance(1_000);
  expect(socket.got.map((message) => message.type)).toEqual(['hello', 'connection-removed', 'session-changed']);
  live.close();
});
