/** Taking orders back, and looking: never stopped by a halt. */

import type { FindResult, OrderReport, Outcome, Snapshot } from '../../core/report.ts';
import type { Topic, VenueStream } from '../../venues/streams.ts';
import type { TradingVenue } from '../../venues/trading.ts';
import type { VenueFault } from '../../venues/venue.ts';
import { inBulks } from '../../venues/whitebit/requests.ts';
import { createWhitebitStream, type StreamOptions } from '../../venues/whitebit/stream.ts';
import { faultProblem } from '../checks.ts';
import { CustodyError } from '../errors.ts';
import type { Problem } from '../protocol.ts';
import type { KeyRecord } from '../records.ts';
import type { Args } from '../requests.ts';
import type { WireOrderName } from '../trade-protocol.ts';
import type { Context, OperationLine } from './context.ts';
import { problem } from './outcomes.ts';

/** Waiting for the exchange's limits, not for its answers. */
const WAIT_MAX_MS = 10_000;

/** Throws `NOT_ALLOWED` for a key that was connected to watch. */
export async function cancel(
  context: Context,
  args: Args<'cancel'>,
): Promise<{ readonly results: readonly Outcome[] }> {
  context.mayAct();
  const { connection, owner, orders } = args;
  const record = context.records.mine(connection, owner);
  if (record.purpose !== 'trade') throw new CustodyError('NOT_ALLOWED', 'This key was connected to watch');
  const venue = venueOf(context, record);
  const results = new Map<WireOrderName, Outcome>();
  await Promise.all(
    inBulks(orders, venue.bulk.cancel).map(async (bulk) => {
      const names = bulk.map(({ clientId, venueId }) => venueId ?? clientId).join(' ');
      const [only] = bulk;
      if (only === undefined) return;
      await context.trading.noteCancel(record, only.market, names);
      const outcomes = bulk.length === 1 ? [await venue.cancel(only)] : await venue.cancelMany(bulk);
      bulk.forEach((order, index) => {
        const outcome = outcomes[index] ?? { kind: 'ambiguous', why: 'No answer for this order', signedAtMs: null };
        if (outcome.kind === 'accepted') observe(context, record, outcome.report === null ? [] : [outcome.report]);
        results.set(order, outcome);
      });
    }),
  );
  return { results: orders.map((order) => results.get(order) ?? { kind: 'not-sent', why: 'Not asked' }) };
}

export async function find(context: Context, args: Args<'find'>): Promise<FindResult> {
  context.mayAct();
  const { clientId, connection, market, owner, sinceMs, venueId } = args;
  const record = context.records.mine(connection, owner);
  if (record.stoppedBecause !== null) return { kind: 'failed', why: `The key is stopped: ${record.stoppedBecause}` };
  if (clientId === null && venueId === null) return { kind: 'failed', why: 'No order is named' };
  // Custody looks from when it signed: it draws conclusions of its own, and the desk is not believed about the time.
  const signedAtMs = clientId === null ? null : context.trading.signedAtMs(connection, clientId);
  const from = Math.min(sinceMs, signedAtMs ?? sinceMs);
  const found = await venueOf(context, record).find({ clientId, venueId, market, sinceMs: from });
  context.trading.observeFind(connection, clientId, found);
  return found;
}

export async function snapshot(
  context: Context,
  args: Args<'snapshot'>,
): Promise<{ readonly snapshot: Snapshot } | { readonly problem: Problem }> {
  context.mayAct();
  const { connection, cursor, owner } = args;
  const record = context.records.mine(connection, owner);
  if (record.stoppedBecause !== null) return { problem: problem(record.stoppedBecause) };
  const answer = await venueOf(context, record).snapshot(cursor);
  if (!answer.ok) return { problem: faultProblem(answer.fault) };
  observe(context, record, [...answer.value.openOrders, ...answer.value.closedOrders]);
  return { snapshot: answer.value };
}

/** Until the asker leaves, or the key may not be used any more. Throws `NOT_ALLOWED` for a key that is stopped. */
export async function follow(
  context: Context,
  args: Args<'follow'>,
  line: OperationLine,
): Promise<{ readonly ended: string }> {
  context.mayAct();
  const record = context.records.mine(args.connection, args.owner);
  if (record.stoppedBecause !== null) throw new CustodyError('NOT_ALLOWED', `Stopped: ${record.stoppedBecause}`);
  return { ended: await context.follows.follow(record, args.markets, line) };
}

/** For `Follows`: the session of one account, with a fresh token for each connection. */
export function openStream(
  context: Context,
  record: KeyRecord,
  topics: readonly Topic[],
  hooks: Pick<StreamOptions, 'onEvent' | 'onState'>,
): VenueStream {
  const { stream } = context.access(record.venue);
  return createWhitebitStream({
    ...stream,
    ...hooks,
    topics,
    random: context.chance,
    clock: { nowMs: () => context.clock.nowMs(), after },
    async token() {
      try {
        const current = followable(context, record.connection);
        if (current?.version === record.version) return await venueOf(context, current).streamToken();
        return notNow('The key cannot be used any more');
      } catch (error) {
        // Locked, halted, or a trail that cannot be written: there is no token then, and it is asked again later.
        return notNow(error instanceof Error ? error.message : 'unknown');
      }
    },
  });
}

/** Null: locked, dropped or stopped meanwhile. */
export function followable(context: Context, connection: KeyRecord['connection']): KeyRecord | null {
  const record = context.keystore.keys === null ? null : context.records.find(connection);
  return record === null || record.stoppedBecause !== null ? null : record;
}

function notNow(raw: string): { readonly ok: false; readonly fault: VenueFault } {
  return { ok: false, fault: { code: 'unreachable', status: null, raw } };
}

function after(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs).unref();
  return () => clearTimeout(timer);
}

/** What passes through here is what the budgets are settled by. */
function observe(context: Context, record: KeyRecord, reports: readonly OrderReport[]): void {
  for (const report of reports) context.trading.observe(record.connection, report);
}

function venueOf(context: Context, record: KeyRecord): TradingVenue {
  const { connection, owner } = record;
  const credential = context.records.credential(connection);
  const deadlineMs = context.clock.nowMs() + WAIT_MAX_MS;
  const mayPlace = () => 'Not an operation that places orders';
  return context.access(record.venue).trade(credential, { connection, owner, deadlineMs, mayPlace });
}
