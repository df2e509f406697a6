import type { DatabaseSync } from 'node:sqlite';
import type { Row } from '../accounts/row.ts';
import { integer, text } from '../accounts/row.ts';
import type { DealEvent, EngineEvent } from '../engine/events.ts';
import type { AccountId } from '../ports.ts';
import type { ExactEvent } from './exact.ts';
import { accountOfEvent, exactEvent } from './exact.ts';
import { isHouse } from './house.ts';

/**
 * Everything that happened to people's orders, deals, trade balances and kill switches, command by command in the order
 * of the commits, and all fees ever paid: what tests compare their own notes with. Written in the commit of the command,
 * one row a command. House accounts leave nothing but their fees.
 */
export interface OrderEvents {
  /** Oldest first. */
  read(question: EventQuestion): EventPage;
  /** All fees ever paid, by account and ticker, in the asset's own units. */
  feesPaid(): readonly FeePaid[];
}

export type EventQuestion = {
  readonly afterSequence: number;
  /** Null: everybody. */
  readonly account: AccountId | null;
  /** Commands at most. */
  readonly limit: number;
};

export type EventPage = {
  readonly commands: readonly CommandEvents[];
  /** From this sequence on nothing is missing. A reader who stopped before it has a gap. */
  readonly oldest: number;
  /** Of the last command that is kept; 0 before the first. */
  readonly newest: number;
  /** Nothing up to here is left to be read: the `afterSequence` of the next page. */
  readonly readTo: number;
};

export type CommandEvents = {
  /** Number of the command in the log of the exchange. Commands that did nothing to people have numbers, too. */
  readonly sequence: number;
  readonly atUs: number;
  /** Kind of the command. */
  readonly command: string;
  readonly events: readonly ExactEvent[];
};

export type FeePaid = { readonly account: AccountId; readonly ticker: string; readonly units: bigint };

/** Also the writing side, which only the exchange itself holds. */
export interface OrderEventStore extends OrderEvents {
  /** To be called in the transaction of the command the events come from. */
  record(command: RecordedCommand): void;
}

export type RecordedCommand = {
  readonly sequence: number;
  readonly command: { readonly kind: string; readonly atUs: number };
  readonly events: readonly EngineEvent[];
};

export type EventBounds = { readonly kept: number; readonly prunedAtOnce: number };

const BOUNDS: EventBounds = {
  /** Some hundred thousand orders from start to end. A row has some 700 bytes, so these stay below a gigabyte. */
  kept: 1_000_000,
  /** A few milliseconds, now and then. */
  prunedAtOnce: 1_000,
};
/** Rows looked at for one answer, however few of them are the account's: half a second. `readTo` says where it stopped. */
const LOOKED_AT_MAX = 50_000;

export function createOrderEvents(database: DatabaseSync, bounds: Partial<EventBounds> = {}): OrderEventStore {
  const { kept, prunedAtOnce } = { ...BOUNDS, ...bounds };
  const insert = database.prepare(
    'INSERT INTO order_event (sequence, number, at_us, command, events) VALUES (?, ?, ?, ?, ?)',
  );
  const selectFirst = database.prepare('SELECT sequence, number FROM order_event ORDER BY sequence LIMIT 1');
  const selectLast = database.prepare('SELECT sequence, number FROM order_event ORDER BY sequence DESC LIMIT 1');
  const select = database.prepare(
    'SELECT sequence, at_us, command, events FROM order_event WHERE sequence > ? ORDER BY sequence LIMIT ?',
  );
  const prune = database.prepare(
    'DELETE FROM order_event WHERE sequence < (SELECT sequence FROM order_event ORDER BY sequence LIMIT 1 OFFSET ?)',
  );
  const fees = createFees(database);

  const numberOf = (row: Row | undefined): number => (row === undefined ? 0 : integer(row, 'number'));
  // Rows are numbered without a hole, so first and last tell how many there are; counting a million takes too long.
  let first = numberOf(selectFirst.get());
  let last = numberOf(selectLast.get());

  function dropOldest(): void {
    prune.run(prunedAtOnce);
    first = numberOf(selectFirst.get());
  }

  return {
    record({ sequence, command, events }) {
      fees.take(events);
      const told = events.flatMap(tellable);
      if (told.length === 0) return;
      last += 1;
      if (first === 0) first = last;
      insert.run(sequence, last, command.atUs, command.kind, JSON.stringify(told));
      if (last - first + 1 >= kept + prunedAtOnce) dropOldest();
    },
    read({ afterSequence, account, limit }) {
      const commands: CommandEvents[] = [];
      const oldestRow = selectFirst.get();
      const newestRow = selectLast.get();
      const newest = newestRow === undefined ? 0 : integer(newestRow, 'sequence');
      // Number 1 is still there: nothing was ever dropped, and no command before it did anything to people.
      const oldest = numberOf(oldestRow) <= 1 || oldestRow === undefined ? 1 : integer(oldestRow, 'sequence');
      let readTo = afterSequence;
      for (const row of select.iterate(afterSequence, LOOKED_AT_MAX)) {
        if (commands.length >= limit) break;
        readTo = integer(row, 'sequence');
        const told = commandOf(row, account);
        if (told !== null) commands.push(told);
      }
      return { commands, oldest, newest, readTo };
    },
    feesPaid: fees.paid,
  };
}

function tellable(event: EngineEvent): readonly ExactEvent[] {
  const account = accountOfEvent(event);
  if (account === null || isHouse(account)) return [];
  const exact = exactEvent(event);
  return exact === null ? [] : [exact];
}

function commandOf(row: Row, account: AccountId | null): CommandEvents | null {
  const all = JSON.parse(text(row, 'events')) as readonly ExactEvent[];
  const events = account === null ? all : all.filter((event) => accountOf(event) === account);
  if (events.length === 0) return null;
  return { sequence: integer(row, 'sequence'), atUs: integer(row, 'at_us'), command: text(row, 'command'), events };
}

function accountOf(event: ExactEvent): AccountId {
  switch (event.kind) {
    case 'order':
      return event.order.account;
    case 'deal':
      return event.deal.account;
    case 'balance':
    case 'kill-switch':
      return event.account;
  }
}

/** One sum for each account and ticker; memory holds what the file holds, so that nothing is read when a deal comes. */
function createFees(database: DatabaseSync) {
  const select = database.prepare('SELECT account, ticker, units FROM fee_paid ORDER BY account, ticker');
  const upsert = database.prepare(
    `INSERT INTO fee_paid (account, ticker, units) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET units = excluded.units`,
  );
  const feeOf = (row: Row): FeePaid => ({
    account: text(row, 'account') as AccountId,
    ticker: text(row, 'ticker'),
    units: BigInt(text(row, 'units')),
  });
  const sums = new Map<string, bigint>();
  const place = (account: AccountId, ticker: string): string => `${account} ${ticker}`;
  for (const { account, ticker, units } of select.all().map(feeOf)) sums.set(place(account, ticker), units);

  function take(events: readonly EngineEvent[]): void {
    let touched: Map<string, DealEvent> | null = null;
    for (const event of events) {
      if (event.kind !== 'deal' || event.fee === 0n) continue;
      const key = place(event.account, event.feeAsset.ticker);
      sums.set(key, (sums.get(key) ?? 0n) + event.fee);
      touched ??= new Map();
      touched.set(key, event);
    }
    for (const [key, { account, feeAsset }] of touched ?? [])
      upsert.run(account, feeAsset.ticker, String(sums.get(key) ?? 0n));
  }

  return { take, paid: (): readonly FeePaid[] => select.all().map(feeOf) };
}
