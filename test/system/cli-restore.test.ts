/** Keys that move to a new machine: its owner has another id than the old one, and must see what was restored. */

import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { steadyPorts } from '../campaigns/free-ports.ts';
import { CliDesk, lines } from './cli-desk.testing.ts';

const PASSPHRASE = 'a lighthouse made of glass';
const PASSWORD = 'quiet harbour lantern 94';

type Exchange = { id: string; name: string; exchange: string; status: string };
type Listed = { exchanges: Exchange[] };
type Restored = { keys: number; leftOut: number; givenTo: string | null };

let old: CliDesk;
let fresh: CliDesk;

/** Both reach the same exchange: the practice one of the old desk, under the name of WhiteBIT. */
beforeAll(async () => {
  const ports = await steadyPorts();
  const whitebit = ['--whitebit', `http://127.0.0.1:${ports.at(-1)}`];
  old = new CliDesk([...ports, ...whitebit]);
  fresh = new CliDesk(['--no-practice', ...whitebit]);
  await old.start();
  await fresh.start();
});

afterAll(async () => {
  await fresh?.remove();
  await old?.remove();
});

async function claim(desk: CliDesk, name: string): Promise<string> {
  const { code } = await desk.json<{ code: string }>(['setup-code']);
  const { body } = await desk.api('POST', '/api/setup', { code, name, password: PASSWORD });
  return (body as { user: { id: string } }).user.id;
}

test('a backup of one desk is on the page of another, and its key passes there', async () => {
  const oldOwner = await claim(old, 'alex');
  const backup = path.join(old.folder, 'keys.backup');
  await old.json(['exchanges', 'add', 'whitebit', '--name', 'Main account'], lines(await old.key()));
  await old.json(['backup', backup], `${PASSPHRASE}\n`);
  const [before] = (await old.json<Listed>(['exchanges', 'list'])).exchanges;

  // Before anybody owns the new desk, nothing is taken that nobody could see.
  const early = await fresh.cli(['restore', backup], `${PASSPHRASE}\n`);
  expect(early.exit).toBe(1);
  expect(early.err).toContain('no owner yet');
  expect((await fresh.json<{ keys: number }>(['custody'])).keys).toBe(0);

  expect(await claim(fresh, 'sam')).not.toBe(oldOwner);
  const ran = await fresh.cli(['restore', backup], `${PASSPHRASE}\n`);
  expect(ran).toMatchObject({ exit: 0, err: '' });
  expect(ran.out).toContain('1 key is back.');
  expect(ran.out).toContain('sam has them now');
  const { exchanges } = await fresh.json<Listed>(['exchanges', 'list']);
  expect(exchanges).toMatchObject([{ id: before?.id, name: 'Main account', exchange: 'whitebit' }]);
  expect((await fresh.cli(['exchanges', 'check', 'Main account'])).exit).toBe(0);
  expect((await fresh.json<Listed>(['exchanges', 'list'])).exchanges).toMatchObject([{ status: 'connected' }]);

  // The page of the new owner shows the same, and the trail says whose the keys became.
  const { cookie } = await fresh.api('POST', '/api/login', { name: 'sam', password: PASSWORD });
  const page = await fresh.api('GET', '/api/connections', undefined, { cookie });
  expect(page.body).toMatchObject([{ id: before?.id, status: 'connected' }]);
  expect((await fresh.cli(['audit', 'export'])).out).toContain('given to one person');

  await fresh.stop();
  await fresh.start();
  expect((await fresh.json<Listed>(['exchanges', 'list'])).exchanges).toMatchObject([{ id: before?.id }]);
  expect((await fresh.cli(['exchanges', 'check', 'Main account'])).exit).toBe(0);
});

test('on the desk it was made on, owners are kept', async () => {
  const backup = path.join(old.folder, 'keys.backup');
  const again = await old.json<Restored>(['restore', backup, '--overwrite'], `${PASSPHRASE}\n`);
  expect(again).toEqual({ keys: 1, leftOut: 0, givenTo: null });
  // Not checked: the new desk has used this key since, and the exchange would say so.
  expect((await old.json<Listed>(['exchanges', 'list'])).exchanges).toMatchObject([{ name: 'Main account' }]);
});
