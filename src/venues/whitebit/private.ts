/** WhiteBIT's private endpoints that read, and the probes that tell what a key may do. */

import { Decimal } from '../../core/decimal.ts';
import {
  type Answer,
  type AssetBalance,
  type HistoryReading,
  type Holdings,
  type PrivateVenue,
  RIGHTS,
  type Right,
  type RightState,
  type Rights,
  type UnreadableWallet,
  type VenueFault,
  type Wallet,
} from '../venue.ts';
import type { CallParameters, PrivateCall, RawReply } from './call.ts';
import { classify } from './faults.ts';
import {
  asArray,
  asDecimal,
  asId,
  asInteger,
  asName,
  asObject,
  isObject,
  type Json,
  NumberText,
  parseJson,
  ShapeError,
} from './json.ts';
import { WHITEBIT } from './profile.ts';
import { readReply } from './read-reply.ts';

const TRADE_BALANCE = '/api/v4/trade-account/balance';
const MAIN_BALANCE = '/api/v4/main-account/balance';
const COLLATERAL_BALANCE = '/api/v4/collateral-account/balance';
const WALLET_HISTORY = '/api/v4/main-account/history';
const TRADE_HISTORY = '/api/v4/trade-account/executed-history';

/** Two pages of 100 make the 200 marks of `HistoryReading`; every version of the interface allows 100. */
const HISTORY_PAGE = { limit: 100, offset: 0 } as const;
const NONE = {} as const;

/**
 * One harmless request a right. Authorisation is checked before parameters [inferred; no document says so], so a
 * request that lacks everything it needs is refused with "not authorized" where the endpoint is off, and with
 * "field is required" where it is on. None carries any parameter: an empty request can move nothing.
 *
 * Withdrawing has two endpoints that are switched apart, so it is off only when both are.
 */
export const WHITEBIT_PROBES: Readonly<Record<Right, readonly string[]>> = {
  'read-trade': [TRADE_BALANCE],
  'read-wallet': [MAIN_BALANCE],
  trade: ['/api/v4/order/cancel'],
  deposit: ['/api/v4/main-account/address'],
  withdraw: ['/api/v4/main-account/withdraw', '/api/v4/main-account/withdraw-pay'],
  transfer: ['/api/v4/main-account/transfer'],
  codes: ['/api/v4/main-account/codes'],
};

/** Everything this file can ever send. Custody keeps a frozen table of its own; a test compares the two. */
export const WHITEBIT_READS: readonly { readonly path: string; readonly parameters: CallParameters }[] = [
  { path: TRADE_BALANCE, parameters: NONE },
  { path: MAIN_BALANCE, parameters: NONE },
  { path: COLLATERAL_BALANCE, parameters: NONE },
  { path: WALLET_HISTORY, parameters: HISTORY_PAGE },
  { path: TRADE_HISTORY, parameters: HISTORY_PAGE },
  { path: '/api/v4/order/cancel', parameters: NONE },
  { path: '/api/v4/main-account/address', parameters: NONE },
  { path: '/api/v4/main-account/withdraw', parameters: NONE },
  { path: '/api/v4/main-account/withdraw-pay', parameters: NONE },
  { path: '/api/v4/main-account/transfer', parameters: NONE },
  { path: '/api/v4/main-account/codes', parameters: NONE },
];

export function createWhitebitPrivate(options: { readonly call: PrivateCall }): PrivateVenue {
  const { call } = options;
  return {
    async balances() {
      const reading = await holdings(call);
      return reading.ok ? { ok: true, value: reading.value.balances } : reading;
    },
    holdings: () => holdings(call),
    rights: (onRight) => probeRights(call, onRight),
    history: () => readHistory(call),
  };
}

/**
 * The trade wallet must be readable, or there is no answer. The other two may be closed to this key: then they are
 * named as unreadable, which is not the same as empty. Any other trouble (an outage, a limit) makes the whole answer
 * a fault, so that a total is never shown with a wallet silently missing.
 */
async function holdings(call: PrivateCall): Promise<Answer<Holdings>> {
  const trade = readReply(await call(TRADE_BALANCE, NONE), 'auth', readTradeBalances);
  if (!trade.ok) return trade;
  const balances: AssetBalance[] = [...trade.value];
  const unreadable: UnreadableWallet[] = [];
  const optional: readonly (readonly [Wallet, string, (json: Json) => readonly AssetBalance[]])[] = [
    ['main', MAIN_BALANCE, readMainBalances],
    ['collateral', COLLATERAL_BALANCE, readCollateralBalances],
  ];
  for (const [wallet, path, read] of optional) {
    const answer = readReply(await call(path, NONE), 'auth', read);
    if (answer.ok) balances.push(...answer.value);
    // Collateral trading is not offered to every account and region: closed, as with a missing right.
    else if (isClosed(answer.fault)) unreadable.push({ wallet, fault: answer.fault });
    else return answer;
  }
  return { ok: true, value: { balances, unreadable } };
}

function isClosed(fault: VenueFault): boolean {
  return fault.code === 'right-missing' || fault.code === 'account-blocked';
}

function readTradeBalances(json: Json): readonly AssetBalance[] {
  return entriesOf(json, 'trade balance').flatMap(([asset, value]) => {
    const row = asObject(value, asset);
    const free = asDecimal(row.available, `${asset}.available`);
    const locked = asDecimal(row.freeze, `${asset}.freeze`);
    return nonZero({ wallet: 'trade', asset, free, locked });
  });
}

function readMainBalances(json: Json): readonly AssetBalance[] {
  return entriesOf(json, 'main balance').flatMap(([asset, value]) => {
    const free = asDecimal(asObject(value, asset).main_balance, `${asset}.main_balance`);
    return nonZero({ wallet: 'main', asset, free, locked: Decimal.ZERO });
  });
}

/** Documented with numbers, recorded with strings. What open positions bind is not told here: all of it stands as free. */
function readCollateralBalances(json: Json): readonly AssetBalance[] {
  return entriesOf(json, 'collateral balance').flatMap(([asset, value]) =>
    nonZero({ wallet: 'collateral', asset, free: asDecimal(value, asset), locked: Decimal.ZERO }),
  );
}

function nonZero(balance: AssetBalance): readonly AssetBalance[] {
  return balance.free.isZero() && balance.locked.isZero() ? [] : [balance];
}

/** A map by name. The exchange's PHP prints an empty map as `[]`. */
function entriesOf(json: Json, where: string): readonly (readonly [string, Json])[] {
  if (Array.isArray(json) && json.length === 0) return [];
  return Object.entries(asObject(json, where)).map(([name, value]) => [asName(name, where), value] as const);
}

async function probeRights(
  call: PrivateCall,
  onRight: (right: Right, state: RightState) => void,
): Promise<Answer<Rights>> {
  const rights: Record<Right, RightState> = {
    'read-trade': 'unknown',
    'read-wallet': 'unknown',
    trade: 'unknown',
    deposit: 'unknown',
    withdraw: 'unknown',
    transfer: 'unknown',
    codes: 'unknown',
  };
  for (const right of RIGHTS) {
    const states: RightState[] = [];
    for (const path of WHITEBIT_PROBES[right]) {
      const outcome = readProbe(await call(path, NONE));
      if (typeof outcome !== 'string') return { ok: false, fault: outcome };
      states.push(outcome);
    }
    rights[right] = combine(states);
    onRight(right, rights[right]);
  }
  return { ok: true, value: rights };
}

/** On where any endpoint is on; off only where all are. */
function combine(states: readonly RightState[]): RightState {
  if (states.includes('on')) return 'on';
  return states.every((state) => state === 'off') ? 'off' : 'unknown';
}

/**
 * What a probe's answer tells, or the fault that makes further probing pointless: a key that is off or not known, a
 * nonce, a limit, no exchange at all. "Off" needs the exchange's own words: a bare 403 from a gateway in between must
 * never pass for "this key cannot withdraw".
 */
export function readProbe(reply: RawReply): RightState | VenueFault {
  if (reply.kind === 'reply' && reply.status >= 200 && reply.status <= 299)
    return isLegacyRefusal(reply.body) ? refusalState(reply) : parseJson(reply.body) === undefined ? 'unknown' : 'on';
  // 412: the right is there, only the account's second factor is missing.
  if (reply.kind === 'reply' && reply.status === 412 && parseJson(reply.body) !== undefined) return 'on';
  return refusalState(reply);
}

function refusalState(reply: RawReply): RightState | VenueFault {
  const fault = classify(reply, 'auth');
  switch (fault.code) {
    case 'right-missing':
      return 'off';
    case 'invalid-request':
      return hasFieldErrors(reply) ? 'on' : fault;
    case 'account-blocked':
      // "Your account must be verified" is said by the endpoint itself, past the gate.
      return fault.status === 400 || fault.status === 422 ? 'on' : 'unknown';
    case 'down':
      // One endpoint's own failure says nothing about the others; a gateway's says the exchange is away.
      return fault.status === 500 ? 'unknown' : fault;
    case 'not-understood':
      return 'unknown';
    case 'unknown-key':
    case 'wrong-secret':
    case 'key-or-secret':
    case 'key-off':
    case 'foreign-ip':
    case 'clock':
    case 'nonce':
    case 'rate-limited':
    case 'unreachable':
      return fault;
  }
}

function hasFieldErrors(reply: RawReply): boolean {
  const json = reply.kind === 'reply' ? parseJson(reply.body) : undefined;
  return isObject(json) && isObject(json.errors) && Object.keys(json.errors).length > 0;
}

function isLegacyRefusal(body: string): boolean {
  const json = parseJson(body);
  return isObject(json) && json.success === false;
}

type Part = { readonly readable: boolean; readonly count: number | null; readonly marks: readonly string[] };
const CLOSED: Part = { readable: false, count: null, marks: [] };

async function readHistory(call: PrivateCall): Promise<Answer<HistoryReading>> {
  const wallet = await readPart(call, WALLET_HISTORY, readWalletHistory);
  if (!wallet.ok) return wallet;
  const trades = await readPart(call, TRADE_HISTORY, readTradeHistory);
  if (!trades.ok) return trades;
  return {
    ok: true,
    value: {
      wallet: { readable: wallet.value.readable, count: wallet.value.count },
      trades: { readable: trades.value.readable, count: trades.value.count },
      reachDays: WHITEBIT.historyReachDays,
      marks: [...wallet.value.marks, ...trades.value.marks],
    },
  };
}

async function readPart(call: PrivateCall, path: string, read: (json: Json) => Part): Promise<Answer<Part>> {
  const answer = readReply(await call(path, HISTORY_PAGE), 'auth', read);
  return !answer.ok && isClosed(answer.fault) ? { ok: true, value: CLOSED } : answer;
}

/**
 * Deposits and withdrawals. The direction (1 in, 2 out) is part of the mark: a payment between two accounts of
 * WhiteBIT might carry one id on both sides [inferred], and two accounts must never share a mark.
 */
function readWalletHistory(json: Json): Part {
  const page = asObject(json, 'history');
  const records = asArray(page.records, 'history.records').map((record) => asObject(record, 'history record'));
  const marks = records.flatMap((record) => {
    // Older answers print transactionId.
    const id = record.transaction_id ?? record.transactionId;
    if (id === undefined || id === null || id === '') return [];
    return [`wallet:${asInteger(record.method, 'record.method')}:${asId(id, 'record.transaction_id')}`];
  });
  const count = page.total === undefined ? records.length : asInteger(page.total, 'history.total');
  return { readable: true, count, marks: [...new Set(marks)].slice(0, HISTORY_PAGE.limit) };
}

/**
 * Deals. Both sides of a deal see its id, so the order's id, which only its owner has, is part of the mark. Without a
 * market the answer is a map of lists, with one it is a list; an empty map is printed as `[]`.
 */
function readTradeHistory(json: Json): Part {
  const lists = Array.isArray(json) ? [json as readonly Json[]] : Object.values(asObject(json, 'deals'));
  const deals = lists.flatMap((list) => asArray(list, 'deals')).map((deal) => asObject(deal, 'deal'));
  const dated = deals.map((deal) => ({
    timeSec: timeOf(deal.time),
    mark: `deal:${asId(deal.id, 'deal.id')}:${deal.orderId === undefined ? asId(deal.side, 'deal.side') : asId(deal.orderId, 'deal.orderId')}`,
  }));
  const newestFirst = dated.toSorted((a, b) => b.timeSec - a.timeSec).map((deal) => deal.mark);
  // This endpoint has no total: a full page says "at least", which is not a count.
  const count = deals.length < HISTORY_PAGE.limit ? deals.length : null;
  return { readable: true, count, marks: newestFirst.slice(0, HISTORY_PAGE.limit) };
}

function timeOf(value: Json | undefined): number {
  const seconds = value instanceof NumberText ? Number(value.text) : Number.NaN;
  if (!Number.isFinite(seconds)) throw new ShapeError('deal.time is no number');
  return seconds;
}
