/** Orders: known ones are answered from what was written down, new ones are decided, written down, signed and sent once. */

import { Decimal } from '../../core/decimal.ts';
import type { Outcome } from '../../core/report.ts';
import type { PlaceOrder } from '../../venues/trading.ts';
import { inBulks } from '../../venues/whitebit/requests.ts';
import type { VenueAccess } from '../gate.ts';
import type { KeyRecord } from '../records.ts';
import type { Args } from '../requests.ts';
import { PLACE_DEADLINE_MAX_MS, type PlaceResult } from '../trade-protocol.ts';
import type { Held, Worth } from '../trading/equity.ts';
import { readOrder, sentAs } from '../trading/intent.ts';
import { JournalError } from '../trading/journal-file.ts';
import { assetBought, cappedAsset, evaluate, type Facts, isReducing } from '../trading/policy.ts';
import { notSent, type Reservation } from '../trading/trading.ts';
import type { Context } from './context.ts';
import { policyInForce, thinNow } from './policy.ts';

export async function place(
  context: Context,
  args: Args<'place'>,
): Promise<{ readonly results: readonly PlaceResult[] }> {
  context.mayAct();
  const { connection, owner, epoch, deadlineMs } = args;
  const record = context.records.mine(connection, owner);
  const orders = args.orders.map(readOrder);
  const barred = barredBecause(context, record, deadlineMs);
  const results = new Map<PlaceOrder, PlaceResult>();
  if (barred !== null) return { results: orders.map(() => barred) };
  const fresh = orders.filter((order) => {
    const known = context.trading.known(record, order, epoch);
    if (known !== null) results.set(order, known);
    return known === null;
  });
  if (fresh.length > 0) await placeFresh(context, record, fresh, args, results);
  return { results: orders.map((order) => results.get(order) ?? notSent('wall', 'Not decided')) };
}

function barredBecause(context: Context, record: KeyRecord, deadlineMs: number): PlaceResult | null {
  // A key to watch with may well be able to trade at the exchange; its owner did not say that it should.
  if (record.purpose !== 'trade') return notSent('key', 'This key was connected to watch, not to trade');
  if (record.stoppedBecause !== null) return notSent('key', `The key is stopped: ${record.stoppedBecause}`);
  const leftMs = deadlineMs - context.clock.nowMs();
  if (leftMs <= 0) return notSent('deadline', 'The deadline has passed');
  if (leftMs > PLACE_DEADLINE_MAX_MS) return notSent('deadline', 'The deadline is more than ten seconds away');
  return null;
}

async function placeFresh(
  context: Context,
  record: KeyRecord,
  orders: readonly PlaceOrder[],
  args: Args<'place'>,
  results: Map<PlaceOrder, PlaceResult>,
): Promise<void> {
  const { trading } = context;
  const { connection, deadlineMs, epoch, owner } = args;
  const mayPass = orders.filter((order) => {
    const why = trading.haltedBecause(connection, isReducing(order));
    if (why !== '') results.set(order, notSent('halted', why));
    return why === '';
  });
  if (mayPass.length === 0) return;
  const access = context.access(record.venue);
  const known = await gather(context, record, access, mayPass);
  // From here to the reservation nothing is awaited: what was decided is what counts.
  const reservations: Reservation[] = [];
  const current = context.records.mine(connection, owner);
  const { limits, version } = policyInForce(context, current);
  const barred = barredBecause(context, current, deadlineMs);
  for (const order of mayPass) {
    const halted = trading.haltedBecause(connection, isReducing(order));
    const again = trading.known(current, order, epoch);
    const early = again ?? barred ?? (halted === '' ? null : notSent('halted', halted));
    const market = known.markets.get(order.market);
    if (early !== null || market === undefined) {
      results.set(order, early ?? notSent('market', 'Not read'));
      continue;
    }
    const used = trading.used(connection);
    const verdict = evaluate(order, {
      ...market,
      ...heldOf(context, order, connection, known.held),
      ...{ limits, equity: known.equity, used, lastMinute: used.lastMinute },
      open: { market: used.openOf(order.market), all: used.open },
    });
    if (!verdict.ok) {
      if (verdict.rule === 'order-rate') trading.noteOverRate(current, limits.ordersPerMinute);
      context.refusals.note('order-refused', {
        connection,
        owner,
        detail: `${order.clientId} ${verdict.rule}: ${verdict.why}`,
      });
      results.set(order, notSent(verdict.rule, verdict.why));
      continue;
    }
    const { instrument, unitPrice } = market;
    if (instrument === null || unitPrice === null) continue;
    const fee = instrument.takerFee;
    reservations.push(trading.reserve(current, order, verdict, { unitPrice, fee, deadlineMs }));
  }
  if (reservations.length === 0) return;
  try {
    await trading.sign(reservations, version);
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    for (const { asked } of reservations) results.set(asked, notSent('journal', error.message));
    return;
  }
  await sendAll(context, current, access, reservations, deadlineMs, results);
}

type MarketFacts = Pick<Facts, 'instrument' | 'reference' | 'asks' | 'unitPrice' | 'thin'>;
type Known = Worth & { readonly markets: ReadonlyMap<string, MarketFacts> };

/** What custody reads itself, once for each market. */
async function gather(
  context: Context,
  record: KeyRecord,
  access: VenueAccess,
  orders: readonly PlaceOrder[],
): Promise<Known> {
  const { limits } = policyInForce(context, record);
  const forHeld = orders.some((order) => cappedAsset(order, limits) !== null);
  const worth = context.equity.of(record, access, () => context.records.credential(record.connection), forHeld);
  const names = [...new Set(orders.map((order) => order.market))];
  const read = async (name: string): Promise<readonly [string, MarketFacts]> => {
    const none: MarketFacts = { instrument: null, reference: null, asks: [], unitPrice: null, thin: '' };
    // Markets that are not enabled are not even asked about.
    const instrument = limits.markets.includes(name) ? await access.market.instrument(name) : null;
    if (instrument === null) return [name, none];
    const [view, unitPrice, thin] = await Promise.all([
      access.market.view(name),
      access.market.unitPrice(instrument.quote),
      worth.then(({ equity }) => thinNow(context, record, name, equity)),
    ]);
    return [name, { instrument, reference: view?.reference ?? null, asks: view?.asks ?? [], unitPrice, thin }];
  };
  const [{ equity, held }, markets] = await Promise.all([worth, Promise.all(names.map(read))]);
  return { equity, held, markets: new Map(markets) };
}

/** Of the asset that the order adds to. What was bought since the wallet was read is not in it yet. */
function heldOf(
  context: Context,
  order: PlaceOrder,
  connection: string,
  held: Held | null,
): Pick<Facts, 'held' | 'bought'> {
  if (held === null) return { held: null, bought: Decimal.ZERO };
  const asset = assetBought(order);
  const bought = context.trading.bought(connection, asset, held.atMs);
  return { held: held.amounts.get(asset) ?? Decimal.ZERO, bought };
}

/** Limit orders of one market share requests; a stop goes by itself. */
async function sendAll(
  context: Context,
  record: KeyRecord,
  access: VenueAccess,
  reservations: readonly Reservation[],
  deadlineMs: number,
  results: Map<PlaceOrder, PlaceResult>,
): Promise<void> {
  const { connection, owner } = record;
  const { trading } = context;
  // Of what goes out together one may be stopped; then all is.
  const onlySales = reservations.every(({ sent }) => isReducing(sent));
  const mayPlace = () => trading.haltedBecause(connection, onlySales);
  let venue: ReturnType<VenueAccess['trade']>;
  try {
    venue = access.trade(context.records.credential(connection), { connection, owner, deadlineMs, mayPlace });
  } catch {
    // Locked, dropped or unreadable between the decision and here: nothing was signed.
    for (const { asked, row } of reservations) {
      const result = notSent('key', 'The key cannot be used any more');
      trading.settle(row, result);
      results.set(asked, result);
    }
    return;
  }
  const note = ({ asked, row, sent }: Reservation, outcome: Outcome) => {
    const result = toResult(outcome, asked, sent);
    trading.settle(row, result);
    if (outcome.kind === 'accepted' && outcome.report !== null) trading.observe(connection, outcome.report);
    results.set(asked, result);
  };
  const bulky = reservations.filter(({ sent }) => sent.terms.kind === 'limit');
  const bulks = inBulks(
    bulky.map((reservation) => ({ market: reservation.sent.market, reservation })),
    venue.bulk.place,
  );
  const single = reservations.filter((one) => !bulky.includes(one)).map((one) => [one]);
  await Promise.all(
    [...bulks.map((bulk) => bulk.map(({ reservation }) => reservation)), ...single].map(async (group) => {
      const [only] = group;
      const outcomes =
        group.length === 1 && only !== undefined
          ? [await venue.place(only.sent)]
          : await venue.placeMany(group.map(({ sent }) => sent));
      group.forEach((one, index) => {
        note(one, outcomes[index] ?? { kind: 'ambiguous', why: 'No answer for this order', signedAtMs: null });
      });
    }),
  );
}

function toResult(outcome: Outcome, asked: PlaceOrder, sent: PlaceOrder): PlaceResult {
  switch (outcome.kind) {
    case 'accepted': {
      // As it will travel: exact numbers are texts from here on.
      const report = JSON.parse(JSON.stringify(outcome.report)) as Extract<PlaceResult, { kind: 'accepted' }>['report'];
      return { kind: 'accepted', venueId: outcome.venueId, report, sentAs: sentAs(asked, sent) };
    }
    case 'not-sent':
      return { kind: 'not-sent', rule: null, why: outcome.why };
    case 'rejected':
    case 'ambiguous':
      return outcome;
  }
}
