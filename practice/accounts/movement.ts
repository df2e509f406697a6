import { Decimal } from '../../src/core/decimal.ts';
import type { Refusal, Wallet, WalletEvent } from '../ports.ts';
import type { Line } from './ledger.ts';
import { WORLD } from './ledger.ts';
import { refuse } from './outcome.ts';
import type { Random } from './random.ts';
import { randomHex, randomUuid } from './random.ts';

/** What every movement of money has in common: its lines, its refusals, its row in the history. */

/** Status numbers of the exchange's deposit and withdrawal history: 3 is a finished one of either kind. */
export const STATUS_SUCCESSFUL = 3;
/** More places than any asset has; the ledger is exact at any scale, this keeps texts short. */
const PLACES_MAX = 18;

export function isTooFine(amount: Decimal): boolean {
  return amount.trim().scale > PLACES_MAX;
}

export function tooFine(places = PLACES_MAX): Refusal {
  return refuse('amount-too-fine', `The amount may have at most ${places} decimal places.`);
}

export function amountRefusal(amount: Decimal): Refusal | null {
  if (amount.sign() <= 0) return refuse('amount-not-positive', 'The amount must be greater than 0.');
  return isTooFine(amount) ? tooFine() : null;
}

export function unknownAsset(ticker: string): Refusal {
  return refuse('asset-unknown', `The practice exchange does not know ${ticker.slice(0, 20)}.`);
}

export function notEnough(ticker: string, available: Decimal, wanted: Decimal): Refusal {
  return refuse('not-enough-money', `There are ${available} ${ticker} available, ${wanted} are needed.`);
}

/** From one balance's available part to another's. */
export function move(
  ticker: string,
  amount: Decimal,
  from: Pick<Line, 'holder' | 'wallet'>,
  to: Pick<Line, 'holder' | 'wallet'>,
): readonly Line[] {
  return [
    { ...from, part: 'available', ticker, amount: amount.neg() },
    { ...to, part: 'available', ticker, amount },
  ];
}

export const OUTSIDE = { holder: WORLD, wallet: 'outside' } as const;

export function blankEvent(random: Random, atMs: number): Omit<WalletEvent, 'id' | 'kind' | 'ticker' | 'amount'> {
  return {
    transactionId: randomUuid(random),
    atMs,
    fee: Decimal.ZERO,
    address: '',
    memo: '',
    network: null,
    uniqueId: null,
    hash: randomHex(random, 32),
    status: STATUS_SUCCESSFUL,
  };
}

export function transferEvent(
  random: Random,
  moved: Pick<WalletEvent, 'atMs' | 'ticker' | 'amount'> & { readonly from: Wallet; readonly to: Wallet },
): Omit<WalletEvent, 'id'> {
  const { atMs, ticker, amount, from, to } = moved;
  return { ...blankEvent(random, atMs), kind: 'transfer', ticker, amount, address: `${from} to ${to}`, hash: '' };
}
