/** What may stand in a request about orders; as in requests.ts, every field named and every other refused. */

import { isId } from '../core/ids.ts';
import { CANCEL_MAX, PLACE_MAX, type TradeOperations, type TradeOwnerOperations } from './trade-protocol.ts';
import { areLimits, areMarkets } from './trading/changes.ts';
import { isOrder, isOrderName, ORDER_NAME } from './trading/intent.ts';

type TradeOperation = keyof TradeOperations | keyof TradeOwnerOperations;
type Check = (value: unknown) => boolean;

/** For a person who reads the trail. */
const WHY_LENGTH_MAX = 200;
const MARKETS_FOLLOWED_MAX = 100;

const id: Check = (value) => typeof value === 'string' && isId(value);
const idOrNull: Check = (value) => value === null || id(value);
const count: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const why: Check = (value) =>
  typeof value === 'string' && value.length <= WHY_LENGTH_MAX && value.isWellFormed() && !/\p{Cc}/u.test(value);
const proposal: Check = (value) => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value);
const cursor: Check = (value) => value === null || (typeof value === 'string' && /^[\x21-\x7e]{1,200}$/.test(value));
const list =
  (max: number, test: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length >= 1 && value.length <= max && value.every(test);

const ABOUT = { connection: id, owner: id };
export const TRADE_SHAPES: Readonly<Record<TradeOperation, Readonly<Record<string, Check>>>> = {
  'trading-status': {},
  place: { ...ABOUT, orders: list(PLACE_MAX, isOrder), epoch: count, deadlineMs: count },
  cancel: { ...ABOUT, orders: list(CANCEL_MAX, isOrderName) },
  find: { ...ABOUT, ...ORDER_NAME, sinceMs: count },
  snapshot: { ...ABOUT, cursor },
  follow: { ...ABOUT, markets: (value) => areMarkets(value) && value.length <= MARKETS_FOLLOWED_MAX },
  halt: { connection: idOrNull, why },
  policy: ABOUT,
  'first-markets': { ...ABOUT, markets: areMarkets },
  'propose-policy': { ...ABOUT, limits: areLimits },
  'withdraw-policy': { ...ABOUT, proposal },
  resume: { connection: idOrNull },
  'reduce-only': { connection: idOrNull, why },
  'approve-policy': { ...ABOUT, proposal },
};
/** What lets more happen is never asked by the desk. */
export const OWNER_TRADE_OPERATIONS: readonly (keyof TradeOwnerOperations)[] = [
  'resume',
  'reduce-only',
  'approve-policy',
];
