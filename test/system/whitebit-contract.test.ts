/** The contract suite of `src/venues/contract`, over the practice exchange and its real HTTP. */

import { randomBytes } from 'node:crypto';
import { startPractice } from '../../practice/server.ts';
import { Decimal } from '../../src/core/decimal.ts';
import { publicCall, signedCall } from '../../src/venues/contract/signed-call.ts';
import { venueContract } from '../../src/venues/contract/suite.ts';
import type { VenueWorld } from '../../src/venues/contract/world.ts';
import type { AssetBalance, Right } from '../../src/venues/venue.ts';
import { createPinnedHttp } from '../../src/venues/whitebit/http.ts';
import { createWhitebitPrivate } from '../../src/venues/whitebit/private.ts';
import { createWhitebitPublic } from '../../src/venues/whitebit/public.ts';

const GROUP_OF: Readonly<Record<Right, string>> = {
  'read-trade': 'trade-read',
  'read-wallet': 'wallet-read',
  trade: 'orders',
  deposit: 'deposit',
  withdraw: 'withdraw',
  transfer: 'transfer',
  codes: 'codes',
};
const OWNER = 'owner@contract.example';
const STRANGER = 'stranger@contract.example';
const PASSWORD = 'a password for tests only';

const held = (wallet: AssetBalance['wallet'], asset: string, free: string, locked: string): AssetBalance => ({
  wallet,
  asset,
  free: Decimal.parse(free),
  locked: Decimal.parse(locked),
});
const HOLDINGS: readonly AssetBalance[] = [
  held('main', 'USDT', '10000', '0'),
  held('trade', 'BTC', '0.25', '0.00000001'),
  held('trade', 'USDT', '9812.1', '0'),
  held('collateral', 'USDT', '1000.25', '0'),
];

type MadeKey = { readonly apiKey: string; readonly secret: string };

async function openPracticeWorld(clockOffsetMs: number): Promise<VenueWorld> {
  const practice = await startPractice({ port: 0, dataDir: null });
  const http = createPinnedHttp({ origin: practice.url });

  async function control<T>(command: string, input: object): Promise<T> {
    const reply = await fetch(`${practice.url}/practice/api/${command}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-practice-control': '1' },
      body: JSON.stringify(input),
    });
    const answer = (await reply.json()) as { ok: true; value: T } | { ok: false; error: { message: string } };
    if (!answer.ok) throw new Error(`${command}: ${answer.error.message}`);
    return answer.value;
  }

  for (const email of [OWNER, STRANGER]) {
    await control('accounts/create', { email, password: PASSWORD, twoFactor: true });
    await control('wallets/faucet', { email, ticker: 'USDT', amount: '10000' });
  }
  for (const { wallet, asset, free, locked } of HOLDINGS)
    await control('wallets/set', { email: OWNER, wallet, ticker: asset, available: free, freeze: locked });
  await control('clock/skew', { ms: clockOffsetMs });

  const venueOf = ({ apiKey, secret }: MadeKey, startNonce = 1_700_000_000_000) => {
    let nonce = startNonce;
    const nextNonce = () => {
      nonce += 1;
      return nonce;
    };
    return createWhitebitPrivate({ call: signedCall(http, { publicKey: apiKey, secret, nextNonce }) });
  };
  const make = (email: string, rights: readonly Right[], over: object = {}): Promise<MadeKey> =>
    control('keys/create', { email, groups: rights.map((right) => GROUP_OF[right]), ...over });

  return {
    public: createWhitebitPublic({ call: publicCall(http), clock: { nowMs: () => Date.now() } }),
    clockOffsetMs,
    holdings: HOLDINGS,
    key: async (rights) => venueOf(await make(OWNER, rights)),
    strangersKey: async (rights) => venueOf(await make(STRANGER, rights)),
    wrongSecret: async () => venueOf({ ...(await make(OWNER, [])), secret: randomBytes(16).toString('hex') }),
    unknownKey: async () =>
      venueOf({ apiKey: randomBytes(16).toString('hex'), secret: randomBytes(16).toString('hex') }),
    switchedOff: async () => venueOf(await make(OWNER, [], { active: false })),
    async sharedWithAnother() {
      const key = await make(OWNER, ['read-trade', 'read-wallet']);
      const other = await venueOf(key, 1_800_000_000_000).balances();
      if (!other.ok) throw new Error(other.fault.raw);
      return venueOf(key);
    },
    seen: () => practice.log.list(0).map((request) => request.path),
    async close() {
      http.close();
      await practice.stop();
    },
  };
}

venueContract('WhiteBIT over the practice exchange', () => openPracticeWorld(0));
venueContract('WhiteBIT over a practice exchange whose clock is behind', () => openPracticeWorld(-3_456));
