import type { AccountId, Accounts, Market, WalletBalance } from '../ports.ts';
import {
  answer,
  BAD_TOKEN,
  type Feed,
  fail,
  isText,
  type Method,
  type Reply,
  type Session,
  SUCCESS,
  type Update,
} from './protocol.ts';
import { unsubscribe } from './quote-channels.ts';

/** Hands out the account behind a token of `profile/websocket_token`, once. */
export interface StreamTokens {
  take(token: string): AccountId | null;
}

/** Balance updates come at most this often. */
const BALANCE_EVERY_MS = 1000;

/** The private channels whose function comes with trading. They exist, so they ask for the token and then say so. */
const LATER = [
  'balanceMargin',
  'ordersPending',
  'ordersExecuted',
  'deals',
  'positionsMargin',
  'positionsAccountMargin',
  'borrowsMargin',
  'borrowsAccountMargin',
].flatMap((channel) => [`${channel}_request`, `${channel}_subscribe`, `${channel}_unsubscribe`]);

type Parts = { readonly market: Market; readonly accounts: Accounts; readonly tokens: StreamTokens };

export function accountMethods(parts: Parts): Map<string, Method> {
  return new Map<string, Method>([
    ['authorize', { needsAccount: false, run: (params, session) => authorize(parts, params, session) }],
    ['balanceSpot_request', { needsAccount: true, run: (params, session) => request(parts, params, session) }],
    ['balanceSpot_subscribe', { needsAccount: true, run: (params, session) => subscribe(parts, params, session) }],
    ['balanceSpot_unsubscribe', unsubscribe('balanceSpot', true)],
    ...LATER.map((name): [string, Method] => [name, { needsAccount: true, run: () => fail(3) }]),
  ]);
}

/** The second element is always "public"; nothing is known of another, so another is refused. */
function authorize({ tokens }: Parts, params: readonly unknown[], session: Session): Reply {
  const [token, scope] = params;
  if (params.length !== 2 || !isText(token) || scope !== 'public') return fail(1);
  const account = tokens.take(token);
  if (account === null) return BAD_TOKEN;
  session.authorize(account);
  return SUCCESS;
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

function subscribe({ market, accounts }: Parts, params: readonly unknown[], session: Session): Reply {
  const wanted = tickers(market, params);
  if (wanted === null) return fail(1);
  if (session.account === null) return fail(6);
  const feed = balanceFeed(accounts, session.account, wanted, session.nowMs);
  session.replaceFeeds('balanceSpot', new Map([['balances', feed]]));
  return SUCCESS;
}

/**
 * Changed assets only, at most once a second. What was there when the subscription began is not sent: clients ask for
 * it. The books tell of a change by event; the values sent are read when they are sent, so none can be stale.
 */
function balanceFeed(accounts: Accounts, account: AccountId, wanted: readonly string[], startMs: number): Feed {
  const read = (): Map<string, BalanceText> => {
    const balances = accounts.balances(account, 'trade');
    return new Map(wanted.map((ticker) => [ticker, balanceText(balances.get(ticker))]));
  };
  let sent = read();
  let dirty = false;
  let sentMs = startMs - BALANCE_EVERY_MS;
  const stop = accounts.onBalance((whose, wallet) => {
    if (whose === account && wallet === 'trade') dirty = true;
  });
  const poll = (nowMs: number): readonly Update[] => {
    if (!dirty || nowMs - sentMs < BALANCE_EVERY_MS) return [];
    dirty = false;
    const before = sent;
    sent = read();
    const changed = [...sent].filter(([ticker, now]) => {
      const old = before.get(ticker);
      return old?.available !== now.available || old.freeze !== now.freeze;
    });
    if (changed.length === 0) return [];
    sentMs = nowMs;
    return [{ method: 'balanceSpot_update', params: [Object.fromEntries(changed)] }];
  };
  return { poll, stop };
}
