/**
 * The second wall's table for orders. Their parameters cannot be frozen whole, so their shapes are: which fields, in
 * which order, each in one spelling. Written by hand and a second time; what is not here does not exist. That leaves
 * out on purpose: orders without a price (nothing bounds what they cost), cancelling everything of a market (it hits
 * what is not ours), the kill switch, modifying, margin, conversion.
 */

import type { VenueId } from '../core/ids.ts';

type Test = (value: unknown) => boolean;
/** Fields in their order. A name ending in `?` may be missing. */
type Shape = readonly (readonly [name: string, test: Test])[];
type Row = { readonly path: string; readonly shapes: readonly Shape[] };

const matches =
  (pattern: RegExp): Test =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const is =
  (...wanted: readonly unknown[]): Test =>
  (value) =>
    wanted.includes(value);
const whole =
  (min: number, max: number): Test =>
  (value) =>
    Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;

const MARKET = matches(/^[A-Z0-9]{1,20}_[A-Z0-9]{1,20}$/);
/** Above zero, no leading or trailing zeros, no exponent, at most 18 digits on each side of the point. */
const AMOUNT = matches(/^(?!0$)(?:0|[1-9]\d{0,17})(?:\.\d{0,17}[1-9])?$/);
const CLIENT_ID = matches(/^[A-Za-z0-9._-]{1,64}$/);
const VENUE_ID = whole(1, Number.MAX_SAFE_INTEGER);
/** From 2017, when this exchange opened, to far away. */
const SECOND = whole(1_500_000_000, 9_999_999_999);
const OFFSET = whole(0, 1_000_000);

const LIMIT: Shape = [
  ['market', MARKET],
  ['side', is('buy', 'sell')],
  ['amount', AMOUNT],
  ['price', AMOUNT],
  ['clientOrderId', CLIENT_ID],
  ['postOnly?', is(true)],
  ['ioc?', is(true)],
];
const STOP_LIMIT: Shape = [
  ['market', MARKET],
  ['side', is('buy', 'sell')],
  ['amount', AMOUNT],
  ['price', AMOUNT],
  ['activation_price', AMOUNT],
  ['clientOrderId', CLIENT_ID],
];
const BY_VENUE_ID: Shape = [
  ['market', MARKET],
  ['orderId', VENUE_ID],
];
const BY_CLIENT_ID: Shape = [
  ['market', MARKET],
  ['clientOrderId', CLIENT_ID],
];
const page = (limit: number): Shape => [
  ['limit', is(limit)],
  ['offset', OFFSET],
];
const SPAN: Shape = [
  ['startDate', SECOND],
  ['endDate', SECOND],
];

const listOf =
  (max: number, ...shapes: readonly Shape[]): Test =>
  (value) =>
    Array.isArray(value) && value.length >= 1 && value.length <= max && value.every((one) => fitsOne(one, shapes));

/** May be signed only where an order may be. */
const PLACING: readonly Row[] = [
  { path: '/api/v4/order/new', shapes: [LIMIT] },
  { path: '/api/v4/order/bulk', shapes: [[['orders', listOf(20, LIMIT)]]] },
  { path: '/api/v4/order/stop_limit', shapes: [STOP_LIMIT] },
];
const CANCELLING: readonly Row[] = [
  { path: '/api/v4/order/cancel', shapes: [BY_VENUE_ID, BY_CLIENT_ID] },
  { path: '/api/v4/order/cancel/bulk', shapes: [[['orders', listOf(100, BY_VENUE_ID, BY_CLIENT_ID)]]] },
];
const READING: readonly Row[] = [
  {
    path: '/api/v4/orders',
    shapes: [page(100), [...BY_VENUE_ID, ...page(100)], [...BY_CLIENT_ID, ...page(100)]],
  },
  {
    path: '/api/v4/trade-account/order/history',
    shapes: [
      [...BY_VENUE_ID, ...page(500)],
      [...BY_CLIENT_ID, ...page(500)],
      [...SPAN, ...page(500)],
    ],
  },
  {
    path: '/api/v4/trade-account/executed-history',
    shapes: [
      [...SPAN, ...page(500)],
      [['market', MARKET], ...SPAN, ...page(500)],
    ],
  },
  { path: '/api/v4/trade-account/order', shapes: [[['orderId', VENUE_ID], ...page(100)]] },
  { path: '/api/v4/trade-account/balance', shapes: [[]] },
  { path: '/api/v4/profile/websocket_token', shapes: [[]] },
];
const WHITEBIT: ReadonlyMap<string, readonly Shape[]> = new Map(
  [...PLACING, ...CANCELLING, ...READING].map(({ path, shapes }) => [path, shapes]),
);
const TABLES: Readonly<Record<VenueId, ReadonlyMap<string, readonly Shape[]>>> = Object.freeze({
  whitebit: WHITEBIT,
  practice: WHITEBIT,
});

/** All of them, for tests. */
export const ORDER_PATHS: readonly string[] = Object.freeze([...WHITEBIT.keys()]);

export function isPlacing(path: string): boolean {
  return PLACING.some((row) => row.path === path);
}

export function isCancelling(path: string): boolean {
  return CANCELLING.some((row) => row.path === path);
}

/** Whether these are parameters that this path may be asked with, in this order. */
export function fitsOrderShape(venue: VenueId, path: string, parameters: unknown): boolean {
  return fitsOne(parameters, TABLES[venue].get(path) ?? []);
}

function fitsOne(value: unknown, shapes: readonly Shape[]): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const fields = Object.entries(value);
  return shapes.some((shape) => {
    let at = 0;
    for (const [name, test] of shape) {
      const optional = name.endsWith('?');
      const field = fields[at];
      if (field !== undefined && field[0] === (optional ? name.slice(0, -1) : name)) {
        if (!test(field[1])) return false;
        at += 1;
      } else if (!optional) return false;
    }
    return at === fields.length;
  });
}
