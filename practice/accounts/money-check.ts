import { Decimal } from '../../src/core/decimal.ts';
import { decimalOf } from '../engine/scale.ts';
import type { MoneyExchange } from './exchange-money.ts';
import type { Ledger } from './ledger.ts';
import { AT_EXCHANGE } from './ledger.ts';
import type { PendingTransfer, PendingTransfers } from './pending-transfers.ts';

export type MoneyCheckParts = {
  readonly ledger: Ledger;
  readonly pending: PendingTransfers;
  readonly exchange: MoneyExchange;
};

/**
 * What is wrong with the money of both files, in words; empty when all is well. Beside what the ledger says of itself: what the ledger handed to the exchange is, to the last digit, what stands in its balances, what it
 * took as fees, and what is on the way between the two.
 */
export function moneyFaults(parts: MoneyCheckParts): readonly string[] {
  return [...parts.ledger.check(), ...borderFaults(parts)];
}

function borderFaults({ ledger, pending, exchange }: MoneyCheckParts): string[] {
  const held = heldAtExchange(exchange);
  const onTheWay = sums(pending.list().filter((transfer) => isOnTheWay(transfer, exchange)));
  const booked = ledger.balances(AT_EXCHANGE, 'outside');
  const tickers = new Set([...booked.keys(), ...held.keys(), ...onTheWay.keys()]);
  return [...tickers].sort().flatMap((ticker) => {
    const [inBooks, there, between] = [
      booked.get(ticker)?.available ?? Decimal.ZERO,
      held.get(ticker) ?? Decimal.ZERO,
      onTheWay.get(ticker) ?? Decimal.ZERO,
    ];
    const difference = inBooks.sub(there).sub(between);
    if (difference.isZero()) return [];
    return [
      `${ticker}: the ledger handed ${inBooks} to the exchange, which holds ${there} (fees included), with ${between} on the way; off by ${difference}`,
    ];
  });
}

/** The ledger has it at the exchange, the exchange does not (yet, or no longer). */
function isOnTheWay({ id, direction }: PendingTransfer, { transfers }: MoneyExchange): boolean {
  const isCarriedOut = transfers.replyOf(id)?.ok === true;
  return direction === 'in' ? !isCarriedOut : isCarriedOut;
}

function heldAtExchange({ query }: MoneyExchange): Map<string, Decimal> {
  const balances = query
    .accounts()
    .flatMap((account) => query.balances(account))
    .map(({ asset, available, freeze }) => ({
      ticker: asset.ticker,
      amount: decimalOf(available + freeze, asset.scale),
    }));
  const fees = [...query.feesTaken()].map(([ticker, units]) => ({
    ticker,
    amount: decimalOf(units, query.asset(ticker)?.scale ?? 0),
  }));
  return sums([...balances, ...fees]);
}

function sums(amounts: readonly { readonly ticker: string; readonly amount: Decimal }[]): Map<string, Decimal> {
  const totals = new Map<string, Decimal>();
  for (const { ticker, amount } of amounts) totals.set(ticker, (totals.get(ticker) ?? Decimal.ZERO).add(amount));
  return totals;
}
