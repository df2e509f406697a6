import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ProblemReply } from '../contract/words.ts';
import { deskClient } from './desk-client.ts';

async function refusedWith(confirm: ProblemReply['error']['confirm']): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'desk-client-'));
  const socketPath = join(folder, 'desk.sock');
  const words = { code: 'order_far_from_market', message: 'Far away.', cure: 'Change the price, or confirm it.' };
  const reply: ProblemReply = { error: { ...words, field: null, confirm, requestId: 'r-1', retryAfterMs: null } };
  const server = createServer((_request, response) => response.writeHead(409).end(JSON.stringify(reply)));
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const client = deskClient({ socketPath, address: 'http://127.0.0.1:1', token: 'x', user: null });
  try {
    return await client.call('markets.list').catch((error: unknown) => error);
  } finally {
    client.close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

test('what the desk would take if it were confirmed is told as the option that confirms it', async () => {
  expect(await refusedWith('far-from-market')).toMatchObject({
    code: 'order_far_from_market',
    cure: 'Change the price, or confirm it. If you mean it, add --confirm far-from-market.',
  });
  expect(await refusedWith(null)).toMatchObject({ cure: 'Change the price, or confirm it.' });
});
