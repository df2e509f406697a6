/** What the README tells people to type is held to what the desk takes. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CONTRACT } from '../src/contract/contract.ts';
import { ROUTES } from '../src/contract/routes.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const CONNECTION = 'abcdefghijklmnopqrstuvwxyz';

test('the order that the README sends is one that the desk takes', () => {
  const command = /```sh\n(curl[\s\S]*?)```/.exec(README)?.[1] ?? '';
  const [, text] = /-d '([\s\S]*)'\n/.exec(command) ?? [];
  const body: unknown = JSON.parse((text ?? '').replace(`'"$CONNECTION"'`, CONNECTION));
  const taken = CONTRACT['orders.place'].body.parse(body);
  expect(taken).toMatchObject({ connection: CONNECTION, draft: { side: 'buy', terms: { kind: 'limit' } } });
  const { requestId, ...wish } = taken;
  expect(requestId).not.toBe('');
  expect(CONTRACT['orders.preview'].body.safeParse(wish).success).toBe(true);
  for (const name of ['orders.place', 'orders.preview', 'trading.list'] as const)
    expect(README).toContain(ROUTES[name].path);
});
