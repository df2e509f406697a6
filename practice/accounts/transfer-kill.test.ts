import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import { linesBeforeKill } from '../killed-child.testing.ts';
import type { WalletEvent } from '../ports.ts';
import { type Answered, EMAILS } from './transfer-child.testing.ts';
import { TwoFiles } from './two-files.testing.ts';

const CHILD = join(import.meta.dirname, 'transfer-child.testing.ts');
/** After how many answers each run is killed. */
const KILLS = [1, 2, 3, 10, 25, 40, 77, 120, 150, 5];
const TEST_MS = 120_000;

/** What the child answered until it was killed. */
async function killed(folder: string, run: number, afterAnswers: number): Promise<readonly Answered[]> {
  const lines = await linesBeforeKill(CHILD, [folder, String(run)], afterAnswers);
  return lines.map((line) => JSON.parse(line) as Answered);
}

const keyOf = (ticker: string, amount: string, to: string): string => `${ticker} ${amount} to ${to}`;

function made(events: readonly WalletEvent[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { kind, ticker, amount, address } of events) {
    if (kind !== 'transfer') continue;
    const key = keyOf(ticker, String(amount), address.split(' ').at(-1) ?? '');
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  return times;
}

test(
  'killed ten times under load: every answered transfer is there, none twice, and both files agree',
  async () => {
    const files = new TwoFiles();
    const folder = files.folder();
    const answered: Answered[] = [];
    for (const [run, afterAnswers] of KILLS.entries()) answered.push(...(await killed(folder, run, afterAnswers)));
    const world = files.open(folder);
    try {
      await world.accounts.settleTransfers();
      expect(world.accounts.moneyFaults()).toEqual([]);
      expect(world.exchange.query.faults()).toEqual([]);
      expect(answered.filter(({ isMade }) => isMade).length).toBeGreaterThan(KILLS.reduce((sum, n) => sum + n, 0) / 2);
      for (const email of EMAILS) {
        const id = world.accounts.accountByEmail(email)?.id;
        if (id === undefined) throw new Error(`${email} is gone`);
        const times = made(world.accounts.walletEvents(id));
        for (const [key, count] of times) expect(`${key}: ${count}`).toBe(`${key}: 1`);
        for (const { ticker, amount, to, isMade } of answered.filter((one) => one.email === email))
          expect([keyOf(ticker, amount, to), times.has(keyOf(ticker, amount, to))]).toEqual([
            keyOf(ticker, amount, to),
            isMade,
          ]);
      }
      // Something was traded, and fees were taken, while it went on.
      expect(world.exchange.query.feesTaken().get('BTC') ?? 0n).toBeGreaterThan(0n);
      expect(world.accounts.ledger.balance('@exchange', 'outside', 'USDT').available.gt(Decimal.ZERO)).toBe(true);
    } finally {
      await world.close();
      files.remove();
    }
  },
  TEST_MS,
);
