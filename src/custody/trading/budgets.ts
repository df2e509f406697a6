/**
 * What each account has used up of its 24 hours: the rows of the journal, added up. An order counts from its
 * reservation to a day after its end, at what it may cost while nobody knows, at what it did cost afterwards. Waiting
 * and cancelling therefore win nothing.
 */

import { Decimal } from '../../core/decimal.ts';
import type { OrderRow } from './journal.ts';
import { assetBought } from './policy.ts';

export const WINDOW_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;
const COMPACT_AFTER = 4_096;
/**
 * Afterwards an ended order is kept as figures only, a third of its size, and the journal has the rest. Snapshots tell of
 * it for ten minutes more, and each time the disk would be asked.
 */
export const WHOLE_MS = 15 * MINUTE_MS;

type Entry = {
  /** Null: only the journal has it. */
  row: OrderRow | null;
  /** The journal has this very row. */
  isWritten: boolean;
  readonly market: string;
  readonly endedAtMs: number | null;
  readonly notional: Decimal;
  readonly adverse: Decimal;
  readonly asset: string;
  /** As it stands among the ended; null while it is open. */
  endsAtMs: number | null;
};
export type Used = {
  readonly adverse: Decimal;
  readonly turnover: Decimal;
  /** The part of open orders in each. */
  readonly adverseOpen: Decimal;
  readonly turnoverOpen: Decimal;
  readonly open: number;
  readonly openOf: (market: string) => number;
  readonly lastMinute: number;
};

class Account {
  readonly entries = new Map<string, Entry>();
  /** Ended entries in the order in which they leave. */
  ended: { readonly clientId: string; readonly endedAtMs: number }[] = [];
  /** Of these, the first so many need no row any more. */
  lean = 0;
  readonly openOf = new Map<string, number>();
  /** What is still being bought, by asset, in USDT. */
  readonly buying = new Map<string, Decimal>();
  /** Of an asset, in USDT: what orders bought that ended since the moment that was asked about last. */
  readonly boughtSince = new Map<string, { readonly sinceMs: number; sum: Decimal }>();
  /** Ascending; those before `from` are older than a minute. */
  readonly signedAtMs: number[] = [];
  from = 0;
  open = 0;
  adverse = Decimal.ZERO;
  turnover = Decimal.ZERO;
  adverseOpen = Decimal.ZERO;
  turnoverOpen = Decimal.ZERO;
}

export class Budgets {
  readonly #accounts = new Map<string, Account>();

  /** Rows of the journal. */
  constructor(rows: readonly OrderRow[]) {
    for (const row of rows.toSorted((a, b) => a.signedAtMs - b.signedAtMs)) this.put(row);
    // They were signed in one order and ended in another.
    for (const account of this.#accounts.values()) {
      for (const entry of account.entries.values()) {
        entry.endsAtMs = entry.endedAtMs;
        entry.isWritten = true;
      }
      account.ended = [...account.entries]
        .flatMap(([clientId, { endedAtMs }]) => (endedAtMs === null ? [] : [{ clientId, endedAtMs }]))
        .toSorted((a, b) => a.endedAtMs - b.endedAtMs);
    }
  }

  /** A reservation, or what is known of an order now. Counts once, whatever was said of it before. */
  put(row: OrderRow): void {
    const account = this.#accounts.get(row.connection) ?? new Account();
    this.#accounts.set(row.connection, account);
    const known = account.entries.get(row.clientId);
    if (known === undefined) account.signedAtMs.push(row.signedAtMs);
    else remove(account, known);
    const [notional, adverse] = [Decimal.parse(row.notional), Decimal.parse(row.adverse)];
    const entry: Entry = {
      ...{ row, isWritten: false, market: row.market, endedAtMs: row.endedAtMs },
      ...{ notional, adverse, asset: assetBought(row), endsAtMs: known?.endsAtMs ?? null },
    };
    account.entries.set(row.clientId, entry);
    account.adverse = account.adverse.add(entry.adverse);
    account.turnover = account.turnover.add(entry.notional);
    if (row.endedAtMs === null) entry.endsAtMs = null;
    else if (row.endedAtMs !== known?.endedAtMs) {
      const endedAtMs = Math.max(row.endedAtMs, account.ended.at(-1)?.endedAtMs ?? row.endedAtMs);
      account.ended.push({ clientId: row.clientId, endedAtMs });
      entry.endsAtMs = endedAtMs;
    }
    count(account, entry, 1);
  }

  /** The journal has this row, as it is. */
  written(row: OrderRow): void {
    const entry = this.#accounts.get(row.connection)?.entries.get(row.clientId);
    if (entry?.row === row) entry.isWritten = true;
  }

  /** The row as it counts now; null where it does not, or ended so long ago that the journal has it. */
  find(connection: string, clientId: string): OrderRow | null {
    return this.#accounts.get(connection)?.entries.get(clientId)?.row ?? null;
  }

  /** A reservation that never became durable. */
  drop(row: OrderRow): void {
    const account = this.#accounts.get(row.connection);
    const known = account?.entries.get(row.clientId);
    if (account === undefined || known === undefined) return;
    remove(account, known);
    account.entries.delete(row.clientId);
  }

  /**
   * What was bought of an asset, or still may be, by orders that were not over at that time; in USDT. Of an order that
   * was filled in part before then, that part is counted too: rather too much than too little.
   */
  bought(connection: string, asset: string, sinceMs: number): Decimal {
    const account = this.#accounts.get(connection);
    if (account === undefined) return Decimal.ZERO;
    let since = account.boughtSince.get(asset);
    if (since === undefined || since.sinceMs !== sinceMs) {
      // Asked again and again about the moment in which the wallet was read: added up once for each such moment.
      since = { sinceMs, sum: endedSince(account, asset, sinceMs) };
      account.boughtSince.set(asset, since);
    }
    return since.sum.add(account.buying.get(asset) ?? Decimal.ZERO);
  }

  used(connection: string, nowMs: number): Used {
    const account = this.#accounts.get(connection);
    if (account === undefined) return { ...NOTHING, openOf: () => 0 };
    expire(account, nowMs);
    const { adverse, adverseOpen, turnover, turnoverOpen, open, openOf } = account;
    const lastMinute = account.signedAtMs.length - account.from;
    return {
      adverse,
      adverseOpen,
      turnover,
      turnoverOpen,
      open,
      openOf: (market) => openOf.get(market) ?? 0,
      lastMinute,
    };
  }
}

const NOTHING = {
  ...{ adverse: Decimal.ZERO, adverseOpen: Decimal.ZERO, turnover: Decimal.ZERO, turnoverOpen: Decimal.ZERO },
  ...{ open: 0, lastMinute: 0 },
};

function remove(account: Account, entry: Entry): void {
  account.adverse = account.adverse.sub(entry.adverse);
  account.turnover = account.turnover.sub(entry.notional);
  count(account, entry, -1);
}

/** Among the open ones of its market, or among the ended; and in what was bought of its asset. */
function count(account: Account, { adverse, asset, endsAtMs, market, notional }: Entry, by: 1 | -1): void {
  const moved = (sum: Decimal, part = notional): Decimal => (by === 1 ? sum.add(part) : sum.sub(part));
  if (endsAtMs === null) {
    account.open += by;
    account.adverseOpen = moved(account.adverseOpen, adverse);
    account.turnoverOpen = moved(account.turnoverOpen);
    account.openOf.set(market, (account.openOf.get(market) ?? 0) + by);
    account.buying.set(asset, moved(account.buying.get(asset) ?? Decimal.ZERO));
    return;
  }
  const since = account.boughtSince.get(asset);
  if (since !== undefined && endsAtMs >= since.sinceMs) since.sum = moved(since.sum);
}

/** From the newest end backwards. */
function endedSince(account: Account, asset: string, sinceMs: number): Decimal {
  let sum = Decimal.ZERO;
  const counted = new Set<string>();
  for (let at = account.ended.length - 1; at >= 0; at -= 1) {
    const { clientId, endedAtMs } = account.ended[at] ?? { clientId: '', endedAtMs: Number.NEGATIVE_INFINITY };
    if (endedAtMs < sinceMs) break;
    const entry = account.entries.get(clientId);
    if (entry === undefined || entry.endsAtMs === null || counted.has(clientId)) continue;
    counted.add(clientId);
    if (entry.asset === asset) sum = sum.add(entry.notional);
  }
  return sum;
}

function expire(account: Account, nowMs: number): void {
  // A clock that was set back keeps entries longer, never shorter.
  const { signedAtMs } = account;
  while ((signedAtMs[account.from] ?? Number.POSITIVE_INFINITY) <= nowMs - MINUTE_MS) account.from += 1;
  if (account.from > COMPACT_AFTER) {
    signedAtMs.splice(0, account.from);
    account.from = 0;
  }
  makeLean(account, nowMs);
  let gone = 0;
  for (const { clientId, endedAtMs } of account.ended) {
    if (endedAtMs > nowMs - WINDOW_MS) break;
    gone += 1;
    const entry = account.entries.get(clientId);
    // It may have been told again since, with another end.
    if (entry === undefined || entry.endedAtMs === null || entry.endedAtMs > nowMs - WINDOW_MS) continue;
    remove(account, entry);
    account.entries.delete(clientId);
  }
  account.ended.splice(0, gone);
  account.lean -= gone;
}

function makeLean(account: Account, nowMs: number): void {
  for (; account.lean < account.ended.length; account.lean += 1) {
    const { clientId, endedAtMs } = account.ended[account.lean] ?? { clientId: '', endedAtMs: nowMs };
    if (endedAtMs > nowMs - WHOLE_MS) break;
    const entry = account.entries.get(clientId);
    // It may be open again, or have ended anew; then its turn comes later.
    if (entry?.isWritten && entry.endsAtMs === endedAtMs) entry.row = null;
  }
}
