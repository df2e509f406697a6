import { expect, test } from 'vitest';
import { streamUrl } from './stream-url.ts';

test.each([
  ['https://whitebit.com', 'wss://api.whitebit.com/ws'],
  ['http://127.0.0.1:4400', 'ws://127.0.0.1:4400/ws'],
  ['https://127.0.0.1:9', 'wss://127.0.0.1:9/ws'],
  ['https://[::1]:9', 'wss://[::1]:9/ws'],
])('the stream of %s is %s', (origin, url) => {
  expect(streamUrl(origin)).toBe(url);
});
