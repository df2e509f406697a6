import type { AccountId, Accounts, Market, WalletBalance } from '../ports.ts';
import type { News } from './news.ts';
import { answer, type Feed, fail, isText, type Method, type Reply, type Session, SUCCESS } from './protocol.ts';
import { unsubscribe } from './quote-channels.ts';
import { Update } from './update.ts';

/** Documented pace of the channel. */
const PACE_MS = 1000;

type Parts = { readonly market: Market; readonly accounts: Accounts; readonly news: News };

export function balanceMethods(parts: Parts): Map<string, Method> {
  return new Map<string, Method>([
    ['balanceSpot_request', { needsAccount: true, run: (params, session) => request(parts, params, session) }],
    ['balanceSpot_subscribe', { needsAccount: true, run: (params, session) => subscribe(parts, params, session) }],
    ['balanceSpot_unsubscribe', unsubscribe('balanceSpot', true)],
  ]);
}

/** The tickers asked for; none at all mean every asset, those without balance included. */
function tickers(market: Market, params: readonly unknown[]): string[] | null {
  if (params.length === 0) return market.assets().map(({ ticker }) => ticker);
  if (!params.every(isText) || params.some((ticker) => market.asset(ticker) === null)) return null;
  return [...new Set(params)];
}

type BalanceText = { readonly available: string; readonly freeze: string };

const balanceText = (balance: WalletBalance | undefined): BalanceText => ({
  available: balance?.available.toString() ?? '0',
  freeze: balance?.freeze.toString() ?? '0',
});

function request({ market, accounts }: Parts, params: readonly unknown[], { account }: Session): Reply {
  const wanted = tickers(market, params);
  if (wanted === null) return fail(1);
  if (account === null) return fail(6);
  const balances = accounts.balances(account, 'trade');
  return answer(Object.fromEntries(wanted.map((ticker) => [ticker, balanceText(balances.get(ticker))])));
}

function subscribe(parts: Parts, params: readonly unknown[], session: Session): Reply {
  const wanted = tickers(parts.market, params);
  if (wanted === null) return fail(1);
  if (session.account === null) return fail(6);
  const feed = balanceFeed(parts, session.account, wanted);
  session.replaceFeeds('balanceSpot', new Map([['balances', feed]]));
  return SUCCESS;
}

/**
 * Changed assets only, at most once a second. What was there when the subscription began is not sent: clients ask for
 * it. Transfers and trades tell of a change by event; the values sent are read when they are sent, so none can be stale.
 */
function balanceFeed({ accounts, news }: Parts, account: AccountId, wanted: readonly string[]): Feed {
  const read = (): Map<string, BalanceText> => {
    const balances = accounts.balances(account, 'trade');
    return new Map(wanted.map((ticker) => [ticker, balanceText(balances.get(ticker))]));
  };
  let sent = read();
  let isStale = false;
  let sentMs = Number.NEGATIVE_INFINITY;
  const stopTransfers = accounts.onBalance((whose, wallet) => {
    if (whose === account && wallet === 'trade') isStale = true;
  });
  const stopTrades = news.onAccount(account, ({ kind }) => {
    if (kind === 'balance') isStale = true;
  });
  return {
    poll({ wireMs }) {
      if (!isStale || wireMs - sentMs < PACE_MS) return [];
      const before = sent;
      sent = read();
      isStale = false;
      const changed = [...sent].filter(([ticker, now]) => {
        const old = before.get(ticker);
        return old?.available !== now.available || old.freeze !== now.freeze;
      });
      if (changed.length === 0) return [];
      sentMs = wireMs;
      return [new Update('balanceSpot', [Object.fromEntries(changed)])];
    },
    stop() {
      stopTransfers();
      stopTrades();
    },
  };
}
