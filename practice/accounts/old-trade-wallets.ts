import type { DatabaseSync } from 'node:sqlite';
import { Decimal } from '../../src/core/decimal.ts';
import type { EngineQueries } from '../engine/queries.ts';
import type { AccountId, Clock } from '../ports.ts';
import { inTransaction } from './database.ts';
import type { Holding, Ledger, Line } from './ledger.ts';
import { AT_EXCHANGE } from './ledger.ts';
import type { PendingTransfers } from './pending-transfers.ts';
import type { Random } from './random.ts';
import { randomUuid } from './random.ts';

type Parts = {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly pending: PendingTransfers;
  readonly exchange: { readonly query: EngineQueries };
};

/**
 * Before there was an exchange, trade wallets lay in the account file. Begins, once a file, to move them over; nothing
 * could be traded then, so what was frozen was frozen by hand and comes along as available. What the exchange cannot
 * count (more places than it has, an asset it does not list) goes to the main wallet.
 */
export function moveOldTradeWallets({ database, clock, random, ledger, pending, exchange }: Parts): void {
  inTransaction(database, () => {
    if (database.prepare('DELETE FROM old_trade_wallets').run().changes === 0) return;
    const atMs = clock.nowMs();
    for (const holding of ledger.holdings()) {
      const { holder, wallet, ticker } = holding;
      const all = holding.available.add(holding.freeze);
      if (wallet !== 'trade' || all.isZero()) continue;
      const scale = exchange.query.asset(ticker)?.scale ?? null;
      const amount = scale === null ? Decimal.ZERO : all.round(scale, 'floor');
      ledger.post('moved-in', atMs, linesOf(holding, amount, all.sub(amount)));
      if (amount.isZero()) continue;
      const account = holder as AccountId;
      pending.add({ id: randomUuid(random), account, ticker, amount, direction: 'in', kind: 'moved-in', atMs });
    }
  });
}

function linesOf({ holder, wallet, ticker, available, freeze }: Holding, amount: Decimal, rest: Decimal): Line[] {
  const trade = { holder, wallet: 'trade' as const, ticker };
  if (wallet !== trade.wallet) throw new RangeError(`Not a trade wallet: ${wallet}`);
  const lines: readonly Line[] = [
    { ...trade, part: 'available', amount: available.neg() },
    { ...trade, part: 'freeze', amount: freeze.neg() },
    { holder: AT_EXCHANGE, wallet: 'outside', part: 'available', ticker, amount },
    { holder, wallet: 'main', part: 'available', ticker, amount: rest },
  ];
  return lines.filter((line) => !line.amount.isZero());
}
