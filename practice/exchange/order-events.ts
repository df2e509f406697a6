import type { DatabaseSync } from 'node:sqlite';
import type { Row } from '../accounts/row.ts';
import { integer, text } from '../accounts/row.ts';
import type { DealEvent, EngineEvent } from '../engine/events.ts';
import type { MarketSpec } from '../engine/market-spec.ts';
import type { AccountId } from '../ports.ts';
import type { EventList } from './event-text.ts';
import { eventOfList } from './event-text.ts';
import type { ExactEvent } from './exact.ts';
import { accountOfEvent, exactEvent } from './exact.ts';
import { isHouse } from './house.ts';

/**
 * Everything that happened to people's orders, deals, trade balances and kill switches, command by command in the order
 * of the commits, and all fees ever paid: what tests compare their own notes with. Written in the commit of the command,
 * one row a commit. House accounts leave nothing but their fees.
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
  /** At the end of the same transaction. */
  endCommit(): void;
}

export type RecordedCommand = {
  readonly sequence: number;
  readonly command: { readonly kind: string; readonly atUs: number };
  readonly events: readonly EngineEvent[];
  /** What `eventText` made of each of them. */
  readonly texts: readonly string[];
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

export function createOrderEvents(
  database: DatabaseSync,
  spec: (market: string) => MarketSpec,
  bounds: Partial<EventBounds> = {},
): OrderEventStore {
  const { kept, prunedAtOnce } = { ...BOUNDS, ...bounds };
  const rows = createRows(database, kept, prunedAtOnce);
  const fees = createFees(database);
  let written: string[] = [];
  let first = 0;
  let last = 0;

  return {
    record({ sequence, command, events, texts }) {
      fees.take(events);
      let told = '';
      for (const [index, text] of texts.entries()) if (isTold(events[index])) told += `,${text}`;
      if (told === '') return;
      if (written.length === 0) first = sequence;
      last = sequence;
      written.push(`[${sequence},${command.atUs},"${command.kind}"${told}]`);
    },
    endCommit() {
      fees.save();
      if (written.length === 0) return;
      rows.append(first, last, written);
      written = [];
    },
    read({ afterSequence, account, limit }) {
      const commands: CommandEvents[] = [];
      let readTo = afterSequence;
      let looked = 0;
      for (const [sequence, atUs, command, ...lists] of rows.after(afterSequence)) {
        if (commands.length >= limit || looked >= LOOKED_AT_MAX) break;
        looked += 1;
        readTo = sequence;
        const events = lists.flatMap((list) => told(eventOfList(list, spec), account));
        if (events.length > 0) commands.push({ sequence, atUs, command, events });
      }
      return { commands, oldest: rows.oldest(), newest: rows.newest(), readTo };
    },
    feesPaid: fees.paid,
  };
}

/** What happened to people. */
function isTold(event: EngineEvent | undefined): boolean {
  const account = event === undefined ? null : accountOfEvent(event);
  return account !== null && !isHouse(account);
}

function told(event: EngineEvent, account: AccountId | null): readonly ExactEvent[] {
  if (account !== null && accountOfEvent(event) !== account) return [];
  const exact = exactEvent(event);
  return exact === null ? [] : [exact];
}

/** A command as its row keeps it: number, time, kind, events. */
type CommandList = [number, number, string, ...EventList[]];

/** One row a commit; `number` counts the commands in it and in all rows before, those that were dropped among them. */
function createRows(database: DatabaseSync, kept: number, prunedAtOnce: number) {
  const insert = database.prepare(
    'INSERT INTO order_event (sequence, first, number, told, commands) VALUES (?, ?, ?, ?, ?)',
  );
  const selectFirst = database.prepare('SELECT first, number, told FROM order_event ORDER BY sequence LIMIT 1');
  const selectLast = database.prepare('SELECT sequence, number FROM order_event ORDER BY sequence DESC LIMIT 1');
  const selectNumbers = database.prepare('SELECT sequence, number FROM order_event ORDER BY sequence');
  const select = database.prepare('SELECT commands FROM order_event WHERE sequence > ? ORDER BY sequence');
  const prune = database.prepare('DELETE FROM order_event WHERE sequence <= ?');

  const numberOf = (row: Row | undefined): number => (row === undefined ? 0 : integer(row, 'number'));
  /** Commands that were dropped. Counting a million rows takes too long, so first and last tell how many there are. */
  const droppedBefore = (row: Row | undefined): number =>
    row === undefined ? 0 : numberOf(row) - integer(row, 'told');
  let dropped = droppedBefore(selectFirst.get());
  let last = numberOf(selectLast.get());

  /** Whole rows only, so a little more may stay. */
  function dropOldest(): void {
    let upTo = 0;
    for (const row of selectNumbers.iterate()) {
      if (numberOf(row) > last - kept) break;
      upTo = integer(row, 'sequence');
    }
    prune.run(upTo);
    dropped = droppedBefore(selectFirst.get());
  }

  return {
    append(firstSequence: number, sequence: number, commands: readonly string[]): void {
      last += commands.length;
      insert.run(sequence, firstSequence, last, commands.length, `[${commands.join(',')}]`);
      if (last - dropped >= kept + prunedAtOnce) dropOldest();
    },
    *after(sequence: number): Iterable<CommandList> {
      for (const row of select.iterate(sequence))
        for (const command of JSON.parse(text(row, 'commands')) as readonly CommandList[])
          if (command[0] > sequence) yield command;
    },
    /** Nothing was ever dropped, and no command before the first did anything to people: then from the beginning. */
    oldest(): number {
      const row = selectFirst.get();
      return row === undefined || dropped === 0 ? 1 : integer(row, 'first');
    },
    newest(): number {
      const row = selectLast.get();
      return row === undefined ? 0 : integer(row, 'sequence');
    },
  };
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

  const touched = new Map<string, DealEvent>();

  function take(events: readonly EngineEvent[]): void {
    for (const event of events) {
      if (event.kind !== 'deal' || event.fee === 0n) continue;
      const key = place(event.account, event.feeAsset.ticker);
      sums.set(key, (sums.get(key) ?? 0n) + event.fee);
      touched.set(key, event);
    }
  }

  /** Once a commit, however many deals it has. */
  function save(): void {
    for (const [key, { account, feeAsset }] of touched)
      upsert.run(account, feeAsset.ticker, String(sums.get(key) ?? 0n));
    touched.clear();
  }

  return { take, save, paid: (): readonly FeePaid[] => select.all().map(feeOf) };
}
