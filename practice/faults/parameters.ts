import * as z from 'zod';
import { Decimal } from '../../src/core/decimal.ts';
import { ENDPOINT_GROUPS } from '../api/permission-groups.ts';
import type { PermissionGroup } from '../ports.ts';

/** What can be said about a fault when it is armed. Which of it a switch listens to stands with the switch. */

/** Longer than any client waits, shorter than the overflow of a timer. */
const DELAY_MAX_MS = 600_000;
const DURATION_MAX_MS = 31 * 24 * 60 * 60 * 1000;
const COUNT_MAX = 1_000_000;
const PLACES_MAX = 18;

/** Codes that RFC 6455 leaves to one's own program, and those it says are never put into a frame. */
const OWN_CODES = { from: 3000, to: 4999 } as const;
const NAMED_CODES = { from: 1000, to: 1014 } as const;
const NEVER_SENT: ReadonlySet<number> = new Set([1004, 1005, 1006]);

const SENDABLE_CODE = 'a code that may be sent: 1000 to 1014 without 1004 to 1006, or 3000 to 4999';

function maySend(code: number): boolean {
  const isIn = ({ from, to }: { readonly from: number; readonly to: number }): boolean => code >= from && code <= to;
  return isIn(OWN_CODES) || (isIn(NAMED_CODES) && !NEVER_SENT.has(code));
}

const text = (max: number) => z.string().min(1).max(max);
const decimal = z.string().transform((value, context) => {
  const parsed = Decimal.tryParse(value);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: 'a decimal number as text, such as "12.5"' });
  return z.NEVER;
});
const notNegative = decimal.refine((value) => value.sign() >= 0, 'a decimal number of at least 0');
const group = z.enum(ENDPOINT_GROUPS.map(({ group: name }) => name) as [PermissionGroup, ...PermissionGroup[]]);
const places = z.int().min(-PLACES_MAX).max(PLACES_MAX);

/** Everything optional: null is "as the switch has it", or "all" for what narrows the fault down. */
export const PARAMETERS = {
  email: text(254),
  apiKey: text(64),
  path: text(200).startsWith('/'),
  channel: text(40),
  market: text(40),
  probability: z.number().min(0).max(1),
  count: z.int().min(1).max(COUNT_MAX),
  seed: text(80),
  delayMs: z.int().min(0).max(DELAY_MAX_MS),
  durationMs: z.int().min(1).max(DURATION_MAX_MS),
  skewMs: z.int().min(-DURATION_MAX_MS).max(DURATION_MAX_MS),
  retryAfterSec: z.int().min(0).max(86_400),
  closeCode: z.int().refine(maySend, SENDABLE_CODE),
  executed: z.boolean(),
  address: text(64),
  permissions: group,
  ticker: text(20),
  amount: decimal,
  price: decimal,
  side: z.enum(['buy', 'sell']),
  clientOrderId: text(64),
  pieces: z.int().min(2).max(40),
  stockPrec: places,
  moneyPrec: places,
  minAmount: notNegative,
  minTotal: notNegative,
  maker: decimal,
  taker: decimal,
} as const;

export type ParameterName = keyof typeof PARAMETERS;

export type Terms = { readonly [Name in ParameterName]: z.output<(typeof PARAMETERS)[Name]> | null };

export const PARAMETER_NAMES = Object.keys(PARAMETERS) as readonly ParameterName[];

const optional = Object.fromEntries(
  Object.entries<z.ZodType>(PARAMETERS).map(([name, schema]) => [name, schema.nullable().default(null)]),
);

/** The whole order to arm a fault; unknown fields are refused. */
export const ARM_ORDER = z.strictObject({ id: z.string(), way: z.string().nullable().default(null), ...optional });

export type ParameterWords = {
  readonly label: string;
  readonly hint: string;
  /** What it has to be, as the end of a sentence; said when it is something else. */
  readonly wanted: string;
  /** What it means to leave it out, where the switch has nothing of its own. */
  readonly empty?: string;
  /** What the text of a form has to become; text where left out. */
  readonly kind?: 'whole' | 'number' | 'yes-no';
};

const DELAY = `a whole number from 0 to ${DELAY_MAX_MS}, such as 5000`;
const DURATION = `a whole number from 1 to ${DURATION_MAX_MS}, such as 60000`;
const SKEW = `a whole number from -${DURATION_MAX_MS} to ${DURATION_MAX_MS}, such as -7000`;
const DECIMAL = 'a decimal number, such as 12.5';
const MINIMUM = 'a decimal number of at least 0, such as 12.5';
const RATIO = 'a ratio, such as 0.002';
const PLACES = `a whole number from -${PLACES_MAX} to ${PLACES_MAX}`;
const GROUPS = `one of ${ENDPOINT_GROUPS.map(({ group: name }) => name).join(', ')}`;

/** How the page asks for each, and what faults/catalogue says of it. */
export const PARAMETER_WORDS: { readonly [Name in ParameterName]: ParameterWords } = {
  email: { label: 'Account', hint: 'Email.', wanted: 'an email', empty: 'every account' },
  apiKey: { label: 'API key', hint: 'As on the API page.', wanted: 'a key as on the API page', empty: 'every key' },
  path: {
    label: 'Path begins with',
    hint: 'Such as /api/v4/order/new.',
    wanted: 'a path that begins with a slash, such as /api/v4/order/new',
  },
  channel: { label: 'Channel', hint: 'Such as depth or deals.', wanted: 'a channel, such as depth' },
  market: { label: 'Market', hint: 'Such as BTC_USDT.', wanted: 'a market, such as BTC_USDT', empty: 'every market' },
  probability: {
    label: 'Probability',
    hint: '0 to 1.',
    wanted: 'a number between 0 and 1, such as 0.25',
    empty: 'always',
    kind: 'number',
  },
  count: {
    label: 'How often',
    hint: 'A whole number.',
    wanted: `a whole number from 1 to ${COUNT_MAX}, such as 3`,
    empty: 'until switched off',
    kind: 'whole',
  },
  seed: {
    label: 'Seed',
    hint: 'The same seed and the same traffic give the same strikes.',
    wanted: 'a text of at most 80 characters',
  },
  delayMs: { label: 'Delay (ms)', hint: `At most ${DELAY_MAX_MS}.`, wanted: DELAY, kind: 'whole' },
  durationMs: { label: 'Duration (ms)', hint: 'By the clock of the exchange.', wanted: DURATION, kind: 'whole' },
  skewMs: { label: 'Ahead by (ms)', hint: 'Below zero: behind.', wanted: SKEW, kind: 'whole' },
  retryAfterSec: {
    label: 'Retry-After (s)',
    hint: 'Told in the header.',
    wanted: 'a whole number from 0 to 86400, such as 2',
    kind: 'whole',
  },
  closeCode: { label: 'Close code', hint: 'Of the WebSocket, such as 1001.', wanted: SENDABLE_CODE, kind: 'whole' },
  executed: {
    label: 'Carried out first',
    hint: 'Whether the request did its work before.',
    wanted: 'yes or no',
    kind: 'yes-no',
  },
  address: {
    label: 'IP address',
    hint: 'Where requests of the key seem to come from.',
    wanted: 'an address, such as 203.0.113.9',
  },
  permissions: { label: 'Permissions', hint: 'A switch of the API page.', wanted: GROUPS },
  ticker: { label: 'Asset', hint: 'Such as USDT.', wanted: 'an asset, such as USDT' },
  amount: { label: 'Amount', hint: 'A decimal number.', wanted: DECIMAL },
  price: { label: 'Price', hint: 'A decimal number.', wanted: DECIMAL },
  side: { label: 'Side', hint: 'buy or sell.', wanted: 'buy or sell' },
  clientOrderId: {
    label: 'Client order id',
    hint: 'Of the order that appears.',
    wanted: 'a text of at most 64 characters',
  },
  pieces: { label: 'Pieces', hint: '2 to 40.', wanted: 'a whole number from 2 to 40', kind: 'whole' },
  stockPrec: {
    label: 'Places of amounts',
    hint: 'Not finer than the market was listed with.',
    wanted: PLACES,
    kind: 'whole',
  },
  moneyPrec: {
    label: 'Places of prices',
    hint: 'Not finer than the market was listed with.',
    wanted: PLACES,
    kind: 'whole',
  },
  minAmount: { label: 'Minimum amount', hint: 'In the base asset.', wanted: MINIMUM },
  minTotal: { label: 'Minimum total', hint: 'In the quote asset.', wanted: MINIMUM },
  maker: { label: 'Maker fee', hint: 'A ratio: 0.002 is 0.2 %.', wanted: RATIO },
  taker: { label: 'Taker fee', hint: 'A ratio: 0.002 is 0.2 %.', wanted: RATIO },
};

/** Why an order to arm a fault cannot be read, in a sentence. */
export function unreadable(error: z.ZodError): string {
  const [issue] = error.issues;
  const name = PARAMETER_NAMES.find((one) => one === issue?.path[0]);
  if (name !== undefined) return `${name} must be ${PARAMETER_WORDS[name].wanted}.`;
  if (issue?.code === 'unrecognized_keys') return `There is no ${issue.keys.join(', ').slice(0, 80)} to be said.`;
  return issue?.path[0] === undefined
    ? 'A fault is armed by a JSON object, such as {"id":"F01"}.'
    : `${String(issue.path[0])} must be a text.`;
}
