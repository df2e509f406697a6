/** Exchanges, connections, balances, the overview. */

import { z } from 'zod';
import { atMs, currency, decimalText, id, label, nothing, purpose, sealed, venue } from './words.ts';

const wallet = z.enum(['main', 'trade', 'collateral']);
const right = z.enum(['read-trade', 'read-wallet', 'trade', 'deposit', 'withdraw', 'transfer', 'codes']);
const rightState = z.enum(['on', 'off', 'unknown']);

export const checkStep = z.enum([
  'reachable',
  'clock',
  'key-known',
  'signature',
  'ip-allowed',
  'rights-read',
  'cannot-withdraw',
  'balance-read',
  'history-readable',
  'may-trade',
]);

export const stepReport = z.strictObject({
  step: checkStep,
  state: z.enum(['waiting', 'running', 'passed', 'warning', 'failed', 'skipped']),
  detail: z.string(),
  tookMs: z.number(),
});

/** One thing that is wrong, in words: cause, cure, one button. The words come from `guides/problems.ts`. */
export const trouble = z.strictObject({
  code: z.string(),
  title: z.string(),
  cause: z.string(),
  cure: z.string(),
  action: z.strictObject({ id: z.string(), label: z.string(), href: z.string().nullable() }),
  /** The exchange's own words, for *Details*; empty when there are none. */
  raw: z.string(),
  rights: z.array(right),
  /** Another connection of the same person that is meant, for "already connected". */
  connection: id.nullable(),
});
export type Trouble = z.infer<typeof trouble>;

/**
 * The pill of a card. `expiring`: nothing was heard of the key for so long that the exchange will switch it off.
 * `stopped`: a right that moves money out appeared; the key is not used any more. `locked`: custody is locked.
 */
export const connectionStatus = z.enum([
  'checking',
  'connected',
  'read-only',
  'expiring',
  'attention',
  'refused',
  'not-answering',
  'locked',
]);

/** What something is worth, or null with the reason when no price is known. Never zero for unknown. */
export const worth = z.strictObject({ value: decimalText.nullable(), currency, reason: z.string() });

export const balanceRow = z.strictObject({
  connection: id,
  wallet,
  asset: z.string(),
  free: decimalText,
  locked: decimalText,
  worth,
  /** Price of one unit in the chosen currency, with when it was seen; null when unknown. */
  price: decimalText.nullable(),
  priceAtMs: atMs.nullable(),
});

export const connection = z.strictObject({
  id,
  venue,
  venueName: z.string(),
  label: z.string(),
  purpose,
  /** True for the practice exchange, and for WhiteBIT while the desk was started with it pointed there. */
  practice: z.boolean(),
  keyHint: z.string(),
  status: connectionStatus,
  /** The pill's words: "Connected", "Read-only", "Expires in 4 days", "Needs attention", "Refused: can withdraw" … */
  statusText: z.string(),
  sinceMs: atMs,
  trouble: trouble.nullable(),
  rights: z.record(right, rightState),
  rightsSource: z.enum(['exact', 'probe', 'user-confirmed', 'unknown']),
  /** WhiteBIT does not tell whether a key is bound to addresses. */
  ipLock: z.enum(['locked', 'open', 'unknown']),
  /** Days until the exchange ends the key if nothing used it from now on; null where it never does. */
  endsInDays: z.int().nullable(),
  addedAtMs: atMs,
  keyAddedAtMs: atMs,
  checkedAtMs: atMs.nullable(),
  balancesAtMs: atMs.nullable(),
  clockOffsetMs: z.number().nullable(),
  /** What is free in the trade wallet, in the exchange's main quote currency, as the result line says it. */
  tradingBalance: worth,
  /** What open orders hold in the trade wallet, in the same currency. The two are the whole wallet. */
  tradingInOrders: worth,
  /** All wallets, what orders hold included. */
  total: worth,
  /** Of all wallets, in the currency of `total`. */
  inOrders: worth,
  /** `worth` is the whole wallet, `free` what of it no order holds. */
  wallets: z.array(z.strictObject({ wallet, readable: z.boolean(), worth, free: worth })),
  /** "By prices of 3 minutes ago.", also in the reasons of the values; empty while prices are of now. */
  oldPrices: z.string(),
  assets: z.int(),
  /** Total in the chosen currency over the last 7 days, oldest first, at most 56 points; empty when too new. */
  week: z.array(z.strictObject({ atMs, value: decimalText })),
  historyReachDays: z.int().nullable(),
});
export type Connection = z.infer<typeof connection>;

/** An attempt to connect or to replace a key: steps land one by one over the live socket and can be read here. */
export const attempt = z.strictObject({
  id,
  connection: id,
  kind: z.enum(['connect', 'replace', 'check']),
  startedAtMs: atMs,
  state: z.enum(['running', 'stored', 'refused', 'failed']),
  steps: z.array(stepReport),
  /** Set once it ended well. */
  result: connection.nullable(),
  trouble: trouble.nullable(),
});
export type Attempt = z.infer<typeof attempt>;

const exchangeTile = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['live', 'practice', 'later']),
  /** One line under the name. */
  note: z.string(),
  fields: z.array(z.string()),
  passphrase: z.boolean(),
  ipListNeeded: z.boolean(),
  rightsReadable: z.enum(['exact', 'probe', 'no']),
  connected: z.int(),
});

const guide = z.strictObject({
  venue,
  name: z.string(),
  site: z.string(),
  keyPage: z.string(),
  practice: z.boolean(),
  /** `**bold**` marks the exchange's own labels; nothing else is markup. */
  steps: z.array(z.strictObject({ text: z.string(), note: z.string() })),
  permissions: z.array(z.strictObject({ name: z.string(), want: z.enum(['on', 'off', 'optional']), why: z.string() })),
  notes: z.array(z.string()),
  fields: z.array(z.strictObject({ name: z.string(), label: z.string(), hint: z.string(), secret: z.boolean() })),
});

const confirmed = z.array(z.enum(['cannot-withdraw', 'same-account'])).max(2);
const byId = z.strictObject({ id });

export const exchanges = {
  'exchanges.list': { reply: z.array(exchangeTile) },
  'exchanges.guide': { params: z.strictObject({ venue }), reply: guide },
  'connections.list': { reply: z.array(connection) },
  /** `requestId` makes a repeated click harmless: the same id gives the same attempt. */
  'connections.connect': {
    body: z.strictObject({ requestId: id, venue, label, purpose, sealed, confirmed }),
    reply: attempt,
  },
  'connections.replaceKey': {
    params: byId,
    body: z.strictObject({ requestId: id, purpose, sealed, confirmed }),
    reply: attempt,
  },
  /** All checks again. */
  'connections.check': { params: byId, body: nothing, reply: attempt },
  /** Balances again. */
  'connections.refresh': { params: byId, body: nothing, reply: connection },
  'connections.rename': { params: byId, body: z.strictObject({ label }), reply: connection },
  'connections.remove': { params: byId, reply: nothing },
  'attempts.read': { params: byId, reply: attempt },
  'balances.list': { query: z.strictObject({ connection: id.optional() }), reply: z.array(balanceRow) },
  'overview.read': {
    reply: z.strictObject({
      currency,
      /** The oldest of all that is counted: balances, and the prices that made values of them. */
      atMs,
      /** Practice money is never added to real money: with both, everything below but `practice` is of the real one. */
      money: z.enum(['real', 'practice']),
      total: worth,
      /** Practice money that is not counted because there is real money; null where there is none. */
      practice: z.strictObject({ connections: z.int(), worth }).nullable(),
      /** Counted connections that are not wholly in the total as of now, with the reason. */
      missing: z.array(
        z.strictObject({
          connection: id,
          label: z.string(),
          reason: z.string(),
          ageMs: z.int().nullable(),
          /** Its balances are of now, and only what the reason names is left out or old. */
          isCurrent: z.boolean(),
        }),
      ),
      byAsset: z.array(
        z.strictObject({
          asset: z.string(),
          /** Free and in orders together. */
          quantity: decimalText,
          free: decimalText,
          locked: decimalText,
          /** The part of `quantity` that has no price and is not in `worth`. */
          uncounted: decimalText,
          worth,
          price: decimalText.nullable(),
          share: decimalText.nullable(),
        }),
      ),
      byExchange: z.array(
        z.strictObject({
          connection: id,
          label: z.string(),
          venueName: z.string(),
          worth,
          share: decimalText.nullable(),
        }),
      ),
      /** Of the connections counted now. Oldest first, hourly for a week, daily before. */
      history: z.array(z.strictObject({ atMs, value: decimalText })),
    }),
  },
};
