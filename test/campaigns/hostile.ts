/**
 * "It cannot withdraw", tried: a hostile desk sends custody every message it can form, while a key that can withdraw is
 * offered and a stored one is given that right in the middle. A witness before the exchange and the exchange itself
 * write down what arrived.
 *
 *     node test/campaigns/hostile.ts --frames 1000000 --seed 1
 */

import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Decimal } from '../../src/core/decimal.ts';
import type { ConnectionId, UserId } from '../../src/core/ids.ts';
import { CustodyError } from '../../src/custody/errors.ts';
import { type Sealed, sealingContext } from '../../src/custody/protocol.ts';
import { seal } from '../../src/custody/sealing.ts';
import { type PracticeKey, practiceAccount, practiceCall, practiceKey, SAFE_GROUPS } from '../practice-api.ts';
import { type CustodyAlone, startCustodyAlone } from './custody-alone.ts';
import { forbiddenShapes, whyForbidden } from './frozen.ts';
import { type Loot, makeFrame } from './hostile-frames.ts';
import { HostileLine, type Outcome } from './hostile-line.ts';
import { ENABLED, OrderJudge } from './hostile-orders.ts';
import { seeded, seedFrom } from './seeded.ts';

/** Custody takes 32 connections at once; one is the honest one. */
const LINES = 12;
/** So often the stored key is put back, should the attacker have dropped it. */
const ARRANGE_EVERY = 500;
const PROGRESS_EVERY = 50_000;
/** Together longer than the window of the exchange's limits. */
const LAST_ROUNDS = 15;
const LAST_ROUND_MS = 1_000;
const EVERYTHING = ['trade-read', 'wallet-read', 'orders', 'deposit', 'withdraw', 'transfer', 'codes', 'convert'];
const VICTIM = 'victim@practice.example';
const ATTACKER = 'attacker@practice.example';
const CONNECTION = 'victimvictimvictimvictim22' as ConnectionId;
const OWNER = 'ownerownerownerownerowner2' as UserId;
/** The victim's trade wallet at the practice exchange's opening price of BTC, rounded up. */
const EQUITY = Decimal.parse('60000');
const STRANGER = 'strangerstrangerstranger22' as UserId;

export type HostileFigures = {
  readonly seed: number;
  readonly frames: number;
  readonly tookMs: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly byOutcome: Readonly<Record<string, number>>;
  /** Requests that reached the exchange, all of them and those that were signed. */
  readonly requests: number;
  readonly signed: number;
  /** What custody must never ask; empty if the promise holds. */
  readonly forbidden: readonly string[];
  /** Orders that were signed, and what was wrong with them. */
  readonly orders: number;
  readonly orderFaults: readonly string[];
  readonly forbiddenAtExchange: readonly string[];
  /** Frames whose outcome was another than their form asks for. */
  readonly surprises: readonly string[];
  /** Of the victim's account and the attacker's: before and after. */
  readonly moneyMoved: boolean;
  readonly ledgerFaults: readonly unknown[];
  /** Bytes from custody that held the victim's secret. */
  readonly leaks: number;
  readonly restarts: number;
  readonly stoppedBecause: string | null;
  readonly auditOk: boolean;
  readonly slowestMs: number;
  readonly custodyKiB: { readonly before: number; readonly after: number };
};

export type HostileOptions = {
  readonly frames: number;
  readonly seed: number;
  /** Told now and then, with what was seen so far. */
  readonly onProgress?: (sent: number, tally: Pick<HostileFigures, 'requests' | 'signed' | 'forbidden'>) => void;
};

export async function runHostile(options: HostileOptions): Promise<HostileFigures> {
  const alone = await startCustodyAlone();
  try {
    return await attack(alone, options);
  } finally {
    await alone.end();
  }
}

class Tally {
  readonly byKind: Record<string, number> = {};
  readonly byOutcome: Record<string, number> = {};
  readonly surprises: string[] = [];
  readonly forbidden: string[] = [];
  leaks = 0;
  requests = 0;
  signed = 0;
  slowestMs = 0;

  outcome(kind: string, expects: string, outcome: Outcome): void {
    const name = outcome.kind === 'error' ? outcome.code : outcome.kind;
    this.byKind[kind] = (this.byKind[kind] ?? 0) + 1;
    this.byOutcome[name] = (this.byOutcome[name] ?? 0) + 1;
    const answered = outcome.kind === 'result' || outcome.kind === 'error';
    const closed = outcome.kind === 'closed';
    const fits = expects === 'either' ? answered || closed : expects === 'answer' ? answered : closed;
    if ((!fits || name === 'INTERNAL') && this.surprises.length < 20) this.surprises.push(`${kind}: ${name}`);
  }
}

async function attack(alone: CustodyAlone, options: HostileOptions): Promise<HostileFigures> {
  const { practice, witness } = alone;
  const chance = seeded(options.seed);
  const tally = new Tally();
  const judge = new OrderJudge(EQUITY);
  witness.onRequest = (seen) => {
    tally.requests += 1;
    if (seen.method === 'POST') tally.signed += 1;
    judge.see(seen.path, seen.body);
    const why = whyForbidden(seen);
    if (why !== null) tally.forbidden.push(why);
  };
  for (const email of [VICTIM, ATTACKER]) await practiceAccount(practice, email);
  // Enough to make it worth stealing.
  for (const [ticker, available] of [
    ['USDT', '50000'],
    ['BTC', '0.1'],
  ])
    await practiceCall(practice, 'wallets/set', { email: VICTIM, wallet: 'trade', ticker, available });
  const victimKey = await practiceKey(practice, VICTIM);
  const mighty = await practiceKey(practice, ATTACKER, EVERYTHING);
  const loot = await prepare(alone, victimKey, [mighty]);
  const moneyBefore = await money(practice);
  const startedAt = performance.now();
  const custodyBefore = alone.custodyResidentKiB();

  let sent = 0;
  let arranging: Promise<void> | null = null;
  const lane = async (): Promise<void> => {
    const line = new HostileLine(alone.deskSocket, alone.deskToken, victimKey.secret);
    const own = seeded(chance.below(2 ** 32));
    while (sent < options.frames) {
      sent += 1;
      if (sent % PROGRESS_EVERY === 0) options.onProgress?.(sent, tally);
      if (sent % ARRANGE_EVERY === 0) {
        // In the second half somebody at the exchange switches every right on while the key is in use.
        const rights = sent > options.frames / 2 ? EVERYTHING : null;
        arranging ??= arrange(alone, victimKey, rights).finally(() => {
          arranging = null;
        });
        await arranging;
      }
      const frame = makeFrame(own, loot, line.nextId());
      const begun = performance.now();
      tally.outcome(frame.kind, frame.expects, await line.send(frame));
      tally.slowestMs = Math.max(tally.slowestMs, performance.now() - begun);
    }
    line.close();
    tally.leaks += line.leaks;
  };
  await Promise.all(Array.from({ length: LINES }, lane));
  const tookMs = performance.now() - startedAt;
  return { ...(await examine(alone, victimKey)), ...summary(), moneyMoved: moneyBefore !== (await money(practice)) };

  function summary() {
    const { byKind, byOutcome, forbidden, leaks, requests, signed, slowestMs, surprises } = tally;
    const custodyKiB = { before: custodyBefore, after: alone.custodyResidentKiB() };
    return {
      ...{ seed: options.seed, frames: sent, tookMs, byKind, byOutcome, requests, signed, forbidden, surprises, leaks },
      ...{ orders: judge.orders, orderFaults: judge.faults, slowestMs, custodyKiB, restarts: alone.restarts() },
    };
  }
}

async function prepare(alone: CustodyAlone, victim: PracticeKey, keys: readonly PracticeKey[]): Promise<Loot> {
  await arrange(alone, victim, null);
  const key = await sealingKey(alone);
  const sealFields = (fields: readonly Buffer[], context: string): Sealed => seal(key, fields, context);
  const victimsOwn = Array.from({ length: 4 }, () => sealFor(key, victim, OWNER, 'practice'));
  const elsewhere = [sealFor(key, victim, OWNER, 'whitebit'), sealFor(key, victim, STRANGER, 'practice')];
  return {
    connections: [CONNECTION, 'aaaaaaaaaaaaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbbbbbbbbbbbb'],
    owners: [OWNER, STRANGER],
    sealed: [...victimsOwn, ...elsewhere],
    seal: sealFields,
    keys,
    orders: {
      connections: [CONNECTION, 'aaaaaaaaaaaaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbbbbbbbbbbbb'],
      owners: [OWNER, STRANGER],
      price: await lastPrice(alone.practice),
      epoch: (await alone.client.request('trading-status', {})).epoch,
    },
  };
}

function sealFor(sealingKey: string, key: PracticeKey, owner: UserId, venue: 'practice' | 'whitebit'): Sealed {
  const context = sealingContext({ for: 'credentials', owner, venue });
  return seal(sealingKey, [Buffer.from(key.apiKey), Buffer.from(key.secret)], context);
}

async function sealingKey(alone: CustodyAlone): Promise<string> {
  const { sealingKey: key } = await alone.client.request('status', {});
  if (key === null) throw new Error('Custody has no sealing key');
  return key;
}

/**
 * Opens what was locked, and stores the victim's key again where it was dropped: with harmless rights, because with
 * others it would be refused. `rights` is what it may do from then on.
 */
async function arrange(alone: CustodyAlone, key: PracticeKey, rights: readonly string[] | null): Promise<void> {
  const { client, practice } = alone;
  const point = await sealingKey(alone);
  const spare = seal(point, [Buffer.from('x')], sealingContext({ for: 'passphrase' }));
  await client.request('unlock', { sealed: spare });
  const keys = await client.request('keys', {});
  if (!keys.some((one) => one.connection === CONNECTION)) {
    await practiceCall(practice, 'keys/update', { email: VICTIM, apiKey: key.apiKey, groups: SAFE_GROUPS });
    const asked = client.request('connect', {
      ...{ connection: CONNECTION, owner: OWNER, venue: 'practice', label: 'Victim', purpose: 'trade' },
      sealed: sealFor(point, key, OWNER, 'practice'),
      confirmed: [],
    });
    // The attacker may lock again right now; the next round puts it right.
    await asked.catch(() => null);
    const markets = { connection: CONNECTION, owner: OWNER, markets: [ENABLED] };
    await client.request('first-markets', markets).catch(() => null);
  }
  // Three ids used for something else halt the connection, rightly; its owner goes on.
  for (const connection of [null, CONNECTION] as const)
    await alone.owner.request('resume', { connection }).catch(() => null);
  if (rights !== null)
    await practiceCall(practice, 'keys/update', { email: VICTIM, apiKey: key.apiKey, groups: rights });
}

/**
 * What the attacker said last may still be under way, and drop or lock once more: it is put right again. On a fast machine
 * the attack has also used up what the exchange grants, and custody asks nothing until there is more.
 */
async function checkAtLast(alone: CustodyAlone, key: PracticeKey): Promise<void> {
  for (let round = 1; ; round += 1) {
    try {
      await arrange(alone, key, EVERYTHING);
      await alone.client.request('check', { connection: CONNECTION, owner: OWNER });
      return;
    } catch (error) {
      if (!(error instanceof CustodyError) || round === LAST_ROUNDS) throw error;
      await delay(LAST_ROUND_MS);
    }
  }
}

async function examine(alone: CustodyAlone, key: PracticeKey) {
  const { client, practice } = alone;
  await checkAtLast(alone, key);
  const stored = (await client.request('keys', {})).find((one) => one.connection === CONNECTION);
  const verified = await client.request('audit-verify', {});
  const { shapes } = await practiceCall<{ shapes: Record<string, number> }>(practice, 'requests/shapes');
  const { faults } = await practiceCall<{ faults: unknown[] }>(practice, 'ledger/check');
  return {
    stoppedBecause: stored?.stoppedBecause ?? null,
    auditOk: verified.ok,
    forbiddenAtExchange: forbiddenShapes(shapes),
    ledgerFaults: faults,
  };
}

/** USDT for one BTC, for an attacker who wants to be near it. */
async function lastPrice(practice: string): Promise<Decimal> {
  const tickers = (await (await fetch(`${practice}/api/v4/public/ticker`)).json()) as Record<
    string,
    { last_price: string }
  >;
  return Decimal.parse(tickers[ENABLED]?.last_price ?? '1');
}

/** What no order can move: every balance of the attacker, and the victim's wallets beside that for trading. */
async function money(practice: string): Promise<string> {
  const both = [VICTIM, ATTACKER].map((email) => practiceCall<object>(practice, 'wallets/balances', { email }));
  const [victim, attacker] = await Promise.all(both);
  return JSON.stringify([{ ...victim, trade: null }, attacker]);
}

/** What must hold; empty if it does. The one place where figures are judged, for the test and the command alike. */
export function hostileFaults(figures: HostileFigures): string[] {
  const faults: string[] = [];
  const must = (holds: boolean, words: string): void => {
    if (!holds) faults.push(words);
  };
  must(figures.forbidden.length === 0, `forbidden requests: ${figures.forbidden.slice(0, 5).join('; ')}`);
  must(
    figures.forbiddenAtExchange.length === 0,
    `the exchange counted ${figures.forbiddenAtExchange.slice(0, 5).join('; ')}`,
  );
  must(figures.orderFaults.length === 0, `orders: ${figures.orderFaults.slice(0, 5).join('; ')}`);
  must(figures.orders > 20, `only ${figures.orders} orders were signed`);
  must(figures.surprises.length === 0, `surprises: ${figures.surprises.join('; ')}`);
  must(figures.leaks === 0, 'custody gave the secret out');
  must(!figures.moneyMoved, 'money moved');
  must(figures.ledgerFaults.length === 0, 'the ledger of the exchange does not add up');
  must(figures.restarts === 0, `custody ended ${figures.restarts} times`);
  must(figures.auditOk, 'the audit trail does not verify');
  must(figures.stoppedBecause === 'can-withdraw', `the key with new rights: ${figures.stoppedBecause}`);
  // Without signatures the rest would prove nothing.
  must(figures.signed > 100, `only ${figures.signed} signed requests`);
  return faults;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { frames: { type: 'string', default: '1000000' }, seed: { type: 'string' } },
  });
  const seed = seedFrom(values.seed);
  console.log(`hostile campaign, seed ${seed}`);
  const figures = await runHostile({
    frames: Number(values.frames),
    seed,
    onProgress: (sent, { requests, signed, forbidden }) =>
      console.log(`${sent} frames: ${requests} requests, ${signed} signed, ${forbidden.length} forbidden`),
  });
  console.log(JSON.stringify(figures, null, 2));
  const faults = hostileFaults(figures);
  console.log(faults.length === 0 ? 'PASSED: nothing forbidden reached the exchange' : `FAILED\n${faults.join('\n')}`);
  process.exit(faults.length === 0 ? 0 : 1);
}
