import { Decimal } from '../../src/core/decimal.ts';
import type { PracticeAccounts } from '../accounts/accounts.ts';
import type { AccountId, Market } from '../ports.ts';
import type { Answer, Call, Handlers } from './answer.ts';
import { invalid, json } from './answer.ts';
import { integerOf, present } from './parameters.ts';

/** Balances of the trade and the collateral wallet, and the collateral account's lists, empty until futures exist. */

/** What the exchange prints as margin fraction of an account without positions. */
const MARGIN_FRACTION_NONE = '1000000000000000000000';
/** Nobody can change it yet; ten is the exchange's default (inferred). */
const LEVERAGE = 10;
const LEVERAGES: readonly number[] = [1, 2, 3, 5, 10, 20, 50, 100];
const DAY_SEC = 86_400;

type Parts = { readonly accounts: PracticeAccounts; readonly market: Market };

export function tradeAccountHandlers(parts: Parts): Handlers {
  return {
    '/api/v4/trade-account/balance': (call) => tradeBalance(parts, call),
    '/api/v4/collateral-account/balance': (call) => collateralBalance(parts, call),
    '/api/v4/collateral-account/balance-summary': (call) => balanceSummary(parts, call),
    '/api/v4/collateral-account/summary': (call) => summary(parts, call),
    '/api/v4/collateral-account/hedge-mode': () => json(200, { hedgeMode: false }),
    '/api/v4/collateral-account/adl-quantile': () => json(200, []),
    '/api/v4/collateral-account/leverage': leverage,
    '/api/v4/collateral-account/hedge-mode/update': hedgeMode,
  };
}

/** The ticker asked for, null for all; or the refusal of a wrong one. */
function tickerOf(market: Market, call: Call): { ticker: string | null } | Answer {
  const ticker = call.params.ticker ?? null;
  if (ticker === null) return { ticker };
  if (typeof ticker !== 'string') return invalid(422, 30, { ticker: ['Ticker field should be a string.'] });
  if (market.asset(ticker) === null) return invalid(422, 30, { ticker: ['Currency was not found.'] });
  return { ticker };
}

function tradeBalance({ accounts, market }: Parts, call: Call): Answer {
  const asked = tickerOf(market, call);
  if ('kind' in asked) return asked;
  const held = accounts.balances(call.account.id, 'trade');
  if (asked.ticker !== null) {
    const balance = held.get(asked.ticker);
    // With a ticker the answer is unwrapped, as the exchange's own Go client and others read it.
    return json(200, { available: text(balance?.available), freeze: text(balance?.freeze) });
  }
  const shown = [...held].filter(([, { available, freeze }]) => !available.isZero() || !freeze.isZero());
  return json(
    200,
    Object.fromEntries(
      shown.map(([ticker, balance]) => [ticker, { available: text(balance.available), freeze: text(balance.freeze) }]),
    ),
  );
}

function text(amount: Decimal | undefined): string {
  return (amount ?? Decimal.ZERO).toString();
}

function collateralOf(accounts: PracticeAccounts, id: AccountId): ReadonlyMap<string, Decimal> {
  const held = accounts.balances(id, 'collateral');
  return new Map([...held].map(([ticker, { available, freeze }]) => [ticker, available.add(freeze)]));
}

function collateralBalance({ accounts, market }: Parts, call: Call): Answer {
  const asked = tickerOf(market, call);
  if ('kind' in asked) return asked;
  const held = collateralOf(accounts, call.account.id);
  // Documents show numbers, the exchange's Go client strings: strings lose nothing. With a ticker it stays a map
  // (inferred).
  if (asked.ticker !== null) return json(200, { [asked.ticker]: text(held.get(asked.ticker)) });
  const shown = [...held].filter(([, amount]) => !amount.isZero());
  return json(200, Object.fromEntries(shown.map(([ticker, amount]) => [ticker, text(amount)])));
}

function balanceSummary({ accounts, market }: Parts, call: Call): Answer {
  const asked = tickerOf(market, call);
  if ('kind' in asked) return asked;
  const held = [...collateralOf(accounts, call.account.id)].filter(([ticker, amount]) =>
    asked.ticker === null ? !amount.isZero() : ticker === asked.ticker,
  );
  return json(
    200,
    held.map(([asset, amount]) => ({
      asset,
      balance: text(amount),
      borrow: '0',
      // Nothing can be borrowed yet.
      availableWithoutBorrow: text(amount),
      availableWithBorrow: text(amount),
    })),
  );
}

function summary({ accounts, market }: Parts, call: Call): Answer {
  const worth = [...collateralOf(accounts, call.account.id)].map(([ticker, amount]) => {
    if (ticker === 'USDT' || amount.isZero()) return amount;
    const name = `${ticker}_USDT`;
    return market.listing(name) === null ? Decimal.ZERO : amount.mul(market.statistics(name, call.nowMs, DAY_SEC).last);
  });
  const equity = Decimal.sum(worth).toString();
  return json(200, {
    equity,
    margin: '0',
    freeMargin: equity,
    unrealizedFunding: '0',
    pnl: '0',
    leverage: LEVERAGE,
    marginFraction: MARGIN_FRACTION_NONE,
    maintenanceMarginFraction: MARGIN_FRACTION_NONE,
  });
}

const LATER = 'The practice exchange has no margin and futures trading yet.';

function leverage({ params }: Call): Answer {
  if (!present(params, 'leverage')) return invalid(422, 30, { leverage: ['Leverage field is required.'] });
  const wanted = integerOf(params.leverage);
  if (wanted === null || !LEVERAGES.includes(wanted))
    return invalid(422, 30, { leverage: [`Leverage should be one of ${LEVERAGES.join(', ')}.`] });
  return json(503, { code: 0, message: LATER });
}

function hedgeMode({ params }: Call): Answer {
  if (typeof params.hedgeMode !== 'boolean')
    return invalid(422, 30, { hedgeMode: ['HedgeMode field should be a boolean.'] });
  return json(503, { code: 0, message: LATER });
}
