/** One walk through everything the command line does, over real processes and the practice exchange. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CliDesk, type Key, lines } from './cli-desk.testing.ts';

const PASSWORD = 'quiet harbour lantern 94';
const NEW_PASSWORD = 'seven paper kites inland';
const BACKUP_PASSPHRASE = 'a lighthouse made of glass';
const UNLOCK_PASSPHRASE = 'eleven oak trees in a row';

type Exchange = {
  id: string;
  name: string;
  exchange: string;
  status: string;
  keyHint: string;
  practice: boolean;
  tradingBalance: { value: string | null; currency: string };
};
type Attempted = {
  outcome: string;
  steps: { step: string; state: string }[];
  exchange: Exchange | null;
  trouble: unknown;
};

const desk = new CliDesk();
/** Nothing of these may ever be said by any command or process. */
const canaries: string[] = [PASSWORD, NEW_PASSWORD, BACKUP_PASSPHRASE, UNLOCK_PASSPHRASE];

async function newKey(groups?: readonly string[]): Promise<Key> {
  const key = await desk.key(groups);
  canaries.push(key.secret);
  return key;
}

beforeAll(async () => {
  await desk.start();
});

afterAll(async () => {
  await desk.remove();
});

describe('the command line', () => {
  let first: Key;
  const backup = path.join(desk.folder, 'keys.backup');

  test('makes a setup code that claims the desk, and none afterwards', async () => {
    expect((await desk.json<{ desk: string }>(['status'])).desk).toBe('no owner yet');
    const early = await desk.cli(['exchanges', 'list']);
    expect(early.exit).toBe(1);
    expect(early.err).toContain('no owner');
    const { code } = await desk.json<{ code: string }>(['setup-code']);
    const claimed = await desk.api('POST', '/api/setup', { code, name: 'alex', password: PASSWORD });
    expect(claimed.status).toBe(200);
    expect(await desk.json<{ desk: string; custody: string }>(['status'])).toMatchObject({
      desk: 'ready',
      custody: 'open',
    });
    expect((await desk.cli(['setup-code'])).exit).toBe(1);
  });

  test('connects the practice exchange and shows every check', async () => {
    expect((await desk.cli(['exchanges', 'list'])).out).toContain('No exchange is connected yet');
    first = await newKey();
    const added = await desk.cli(['exchanges', 'add', 'practice', '--name', 'Main account'], lines(first));
    expect(added.err).toMatch(/^Sealing to custody's key/);
    for (const step of ['Reachable', 'Signature right', 'Cannot withdraw', 'May trade'])
      expect(added.err).toContain(step);
    expect(added.exit).toBe(0);
    expect(added.out).toContain('Connected');
    const { exchanges } = await desk.json<{ exchanges: Exchange[] }>(['exchanges', 'list']);
    expect(exchanges).toHaveLength(1);
    expect(exchanges[0]).toMatchObject({
      name: 'Main account',
      exchange: 'practice',
      status: 'connected',
      practice: true,
    });
    expect((await desk.cli(['exchanges', 'list'])).out).toContain('Main account');
  });

  test('refuses a key that can withdraw, stores nothing, and says where to change it', async () => {
    const key = await newKey(['trade-read', 'wallet-read', 'orders', 'withdraw']);
    const refused = await desk.cli(['exchanges', 'add', 'practice', '--json'], lines(key));
    expect(refused.exit).toBe(1);
    expect((JSON.parse(refused.out) as Attempted).outcome).toBe('refused');
    expect(JSON.parse(refused.err)).toMatchObject({ error: { code: 'can-withdraw' } });
    // What the checks saw cannot be talked away.
    const insisted = await desk.cli(['exchanges', 'add', 'practice', '--confirm', 'cannot-withdraw'], lines(key));
    expect(insisted.exit).toBe(1);
    expect((await desk.json<{ exchanges: Exchange[] }>(['exchanges', 'list'])).exchanges).toHaveLength(1);
  });

  test('says that an account is here already', async () => {
    const again = await desk.cli(['exchanges', 'add', 'practice'], lines(first));
    expect(again.exit).toBe(1);
    expect(again.err).toContain('already here as “Main account”');
    expect(again.err).toContain('gapless exchanges replace-key');
  });

  test('shows balances exactly as the exchange holds them', async () => {
    const { balances } = await desk.json<{
      balances: { wallet: string; currency: string; free: string; locked: string }[];
    }>(['balances', '--exchange', 'main account']);
    const held = await desk.practice('wallets/balances', { email: 'demo@practice.example' });
    const trade = held.trade as Record<string, { available: string }>;
    for (const [currency, { available }] of Object.entries(trade)) {
      const row = balances.find((balance) => balance.wallet === 'trade' && balance.currency === currency);
      expect(row?.free ?? '0').toBe(available);
    }
    const human = await desk.cli(['balances', '--currency', 'btc']);
    expect(human.out.split('\n')[0]).toMatch(/^Exchange +Wallet +Currency +Free +In orders +Worth in USDT$/);
    expect(human.out).not.toContain('ETH');
    const overview = await desk.json<{ total: { value: string | null }; byExchange: unknown[] }>(['overview']);
    expect(overview.byExchange).toHaveLength(1);
    expect((await desk.cli(['overview'])).out).toMatch(/^Total {2}/);
  });

  test('checks again, and reports a right that appeared', async () => {
    const well = await desk.json<Attempted>(['exchanges', 'check', 'Main account']);
    expect(well.steps.map(({ state }) => state)).not.toContain('failed');
    const wider = { email: 'demo@practice.example', apiKey: first.apiKey };
    await desk.practice('keys/update', { ...wider, groups: ['trade-read', 'wallet-read', 'orders', 'codes'] });
    const worse = await desk.cli(['exchanges', 'check', 'Main account']);
    expect(worse.exit).toBe(1);
    expect(worse.err).toContain('Refused: this key can move your money away.');
    await desk.practice('keys/update', { ...wider, groups: ['trade-read', 'wallet-read', 'orders'] });
    expect((await desk.cli(['exchanges', 'check', 'Main account'])).exit).toBe(0);
  });

  test('replaces the key and keeps the connection', async () => {
    const before = (await desk.json<{ exchanges: Exchange[] }>(['exchanges', 'list'])).exchanges[0];
    const key = await newKey();
    const args = ['exchanges', 'replace-key', 'Main account', '--confirm', 'same-account'];
    const after = (await desk.json<Attempted>(args, lines(key))).exchange;
    expect(after?.id).toBe(before?.id);
    expect(after?.keyHint).not.toBe(before?.keyHint);
  });

  test('locks, and opens again with a passphrase that was chosen', async () => {
    expect(
      (await desk.json<{ unlockMode: string }>(['custody', 'use-passphrase'], `${UNLOCK_PASSPHRASE}\n`)).unlockMode,
    ).toBe('passphrase');
    expect((await desk.json<{ state: string }>(['custody', 'lock'])).state).toBe('locked');
    const locked = await desk.cli(['exchanges', 'add', 'practice', '--name', 'Locked'], lines(await newKey()));
    expect(locked.exit).toBe(1);
    const wrong = await desk.cli(['custody', 'unlock'], 'not this one\n');
    expect(wrong.exit).toBe(1);
    expect(wrong.err).toContain('does not open it');
    // Whoever gave a wrong passphrase has to wait a moment; the right one is refused as well until then.
    const unlock = () => desk.cli(['custody', 'unlock', '--json'], `${UNLOCK_PASSPHRASE}\n`);
    await expect.poll(async () => (await unlock()).exit, { timeout: 30_000, interval: 700 }).toBe(0);
    expect((await desk.json<{ state: string }>(['custody'])).state).toBe('open');
    expect((await desk.json<{ unlockMode: string }>(['custody', 'use-key-file'])).unlockMode).toBe('key-file');
  });

  test('backs up, removes, and restores', async () => {
    expect((await desk.cli(['backup', backup], 'short\n')).exit).toBe(1);
    expect(existsSync(backup)).toBe(false);
    await desk.json(['backup', backup], `${BACKUP_PASSPHRASE}\n`);
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    expect((await desk.cli(['backup', backup], `${BACKUP_PASSPHRASE}\n`)).err).toContain('exists already');
    expect((await desk.cli(['restore', backup], `${BACKUP_PASSPHRASE}\n`)).err).toContain('--overwrite');

    expect((await desk.cli(['exchanges', 'remove', 'Main account'])).exit).toBe(2);
    await desk.json(['exchanges', 'remove', 'Main account', '--yes']);
    expect((await desk.json<{ exchanges: Exchange[] }>(['exchanges', 'list'])).exchanges).toHaveLength(0);

    expect((await desk.cli(['restore', backup], 'a wrong passphrase\n')).exit).toBe(1);
    expect((await desk.json<{ keys: number }>(['restore', backup], `${BACKUP_PASSPHRASE}\n`)).keys).toBe(1);
    // The running desk takes it in at once, and a start later it is still there.
    const { exchanges } = await desk.json<{ exchanges: Exchange[] }>(['exchanges', 'list']);
    expect(exchanges.map(({ name }) => name)).toEqual(['Main account']);
    expect((await desk.cli(['exchanges', 'check', 'Main account'])).exit).toBe(0);
    await desk.stop();
    await desk.start();
    const later = await desk.json<{ exchanges: Exchange[] }>(['exchanges', 'list']);
    expect(later.exchanges.map(({ id }) => id)).toEqual(exchanges.map(({ id }) => id));
  });

  test('verifies and exports the audit trail', async () => {
    const verified = await desk.json<{ ok: boolean; entries: number; head: string }>(['audit', 'verify']);
    expect(verified.ok).toBe(true);
    const exported = (await desk.cli(['audit', 'export'])).out.trim().split('\n');
    const entries = exported.map((line) => JSON.parse(line) as { seq: number; hash: string; prevHash: string });
    expect(entries.length).toBeGreaterThanOrEqual(verified.entries);
    for (const [index, entry] of entries.entries()) {
      const before = entries[index - 1];
      if (before !== undefined) expect(entry.prevHash).toBe(before.hash);
    }
    const newest = await desk.json<{ entries: { seq: number; text: string }[] }>(['audit', '--limit', '3']);
    expect(newest.entries).toHaveLength(3);
    expect(newest.entries[0]?.text).not.toBe('');
  });

  test('has a door that the desk’s port does not have', async () => {
    const { cliToken } = desk.run;
    const authorization = `Bearer ${cliToken}`;
    const asked = await desk.api('GET', '/api/connections', undefined, { authorization });
    expect(asked.status).toBe(401);
    expect((await desk.cli(['exchanges', 'list', '--user', 'somebody else'])).err).toContain(
      'Nobody here has that name',
    );
    expect(
      (await desk.json<{ exchanges: Exchange[] }>(['exchanges', 'list', '--user', 'Alex'])).exchanges,
    ).toHaveLength(1);
  });

  test('resets a password and ends every session, with the desk running', async () => {
    const { cookie } = await desk.api('POST', '/api/login', { name: 'alex', password: PASSWORD });
    const session = async () => (await desk.api('GET', '/api/session', undefined, { cookie })).body;
    expect(await session()).toMatchObject({ state: 'signed-in' });
    const reset = await desk.cli(['reset-password', 'ALEX'], `${NEW_PASSWORD}\n`);
    expect(reset.exit).toBe(0);
    expect(await session()).toMatchObject({ state: 'signed-out' });
    const old = await desk.api('POST', '/api/login', { name: 'alex', password: PASSWORD });
    expect(old.status).not.toBe(200);
    const fresh = await desk.api('POST', '/api/login', { name: 'alex', password: NEW_PASSWORD });
    expect(fresh.body).toMatchObject({ state: 'signed-in' });
    expect((await desk.cli(['reset-password', 'nobody'], `${NEW_PASSWORD}\n`)).exit).toBe(1);
    expect((await desk.cli(['reset-password', 'alex'], 'password1\n')).exit).toBe(1);
  });

  test('ends with 3 and a cure where no desk runs, and still resets a password', async () => {
    await desk.stop();
    const listed = await desk.cli(['exchanges', 'list']);
    expect(listed.exit).toBe(3);
    expect(listed.err).toContain('npm start');
    expect(await desk.cli(['status', '--json'])).toMatchObject({ exit: 3 });
    expect((await desk.cli(['reset-password', 'alex'], `${PASSWORD}\n`)).exit).toBe(0);
  });

  test('never said a secret, a passphrase or a password', () => {
    const said = desk.said.join('');
    expect(said).toContain('Sealing to custody');
    const log = readFileSync(path.join(desk.data, 'desk.log'), 'utf8');
    for (const canary of canaries) {
      for (const spelling of [canary, Buffer.from(canary).toString('hex'), Buffer.from(canary).toString('base64')]) {
        expect(said.includes(spelling)).toBe(false);
        expect(log.includes(spelling)).toBe(false);
      }
    }
  });
});
