/** A wish for an order: judged, written down, and only then a command. */

import { Decimal } from '../core/decimal.ts';
import { fitOrder } from '../core/fit.ts';
import type { ClientOrderId } from '../core/ids.ts';
import { clientOrderId, isOwnerTag } from '../core/ids.ts';
import type { Instrument } from '../core/instrument.ts';
import type { OrderDraft } from '../core/order.ts';
import { reserveOf } from './balances.ts';
import type { Asker, MarketNow, OrderKey, PlaceWish } from './events.ts';
import { inquire } from './inquiry.ts';
import { PLACE_ANSWER_MAX_MS, PLACE_DEADLINE_MS, REQUEST_KEEP_MS, REQUESTS_MAX } from './limits.ts';
import { noteRefusal, waitsUntil } from './refusals.ts';
import { freshPrice, isAllowed } from './risk.ts';
import type { Order } from './state.ts';
import { type Step, slotKey } from './step.ts';
import { ownerOf, printOfWish } from './wish-print.ts';

/** A page repeats within seconds; below this age a request is never forgotten, however many there are. */
const REQUEST_KEEP_MIN_MS = 3_600_000;

export function applyPlace(step: Step, wish: PlaceWish): void {
  const owner = ownerOf(wish.by);
  const print = printOfWish(wish);
  if (meetsRequest(step, wish.requestId, print)) return;
  const untilMs = waitsUntil(step, print);
  if (untilMs !== null) {
    const cause = 'The same order was refused several times in a row.';
    step.refuse('slow-down', cause, 'Change it, or wait a moment.', { againAtMs: untilMs });
    return;
  }
  const instrument = judge(step, wish, owner);
  if (instrument === null) {
    noteRefusal(step, print);
    return;
  }
  const order = create(step, {
    requestId: wish.requestId,
    instrument,
    draft: wish.draft,
    by: wish.by,
    slot: wish.slot,
    now: freshPrice(step, wish.now),
    replaces: null,
  });
  remember(step, wish.requestId, order.key, print);
}

function judge(step: Step, wish: PlaceWish, owner: string): Instrument | null {
  const { market, draft, slot, confirmations, now } = wish;
  const instrument = step.state.instruments.get(market);
  if (instrument === undefined) {
    step.refuse('unknown-market', `${market} is not a market of this exchange.`, 'Choose another market.');
    return null;
  }
  if (!isOwnerTag(owner)) {
    step.refuse('bad-bot-tag', `${owner.slice(0, 20)} is no tag of a bot.`, 'One to six small letters and digits.');
    return null;
  }
  const fit = fitOrder(instrument, draft, freshPrice(step, now));
  if (!fit.ok) {
    const codes = fit.problems.map(({ code }) => code).join(', ');
    const cure = 'Take the nearest order that fits, or change it.';
    step.refuse('does-not-fit', `The order breaks the rules of ${market}: ${codes}.`, cure, { problems: fit.problems });
    return null;
  }
  if (slot !== null && slotIsUsed(step, owner, slot)) {
    step.refuse('slot-used', `The slot ${slot} has had its order.`, 'Another attempt is another slot.');
    return null;
  }
  return isAllowed(step, { instrument, draft, now, confirmations, instead: null }) ? instrument : null;
}

/** A slot has one order, ever; beyond the machine's memory the database's unique index says so. */
function slotIsUsed(step: Step, owner: string, slot: string): boolean {
  return step.state.bySlot.has(slotKey(owner, slot));
}

/** True where the request is answered already: by its order, or by a refusal. */
export function meetsRequest(step: Step, requestId: string, print: string): boolean {
  const known = step.state.requests.get(requestId);
  if (known !== undefined) {
    if (known.print === print) step.subject = known.order;
    else
      step.refuse('request-id-reused', 'This request id was used for another order.', 'Use a new one for each wish.');
    return true;
  }
  if (step.state.requests.size < REQUESTS_MAX) return false;
  const [oldest] = step.state.requests.values();
  if (oldest !== undefined && oldest.atMs + REQUEST_KEEP_MIN_MS <= step.atMs) {
    step.forget('requests', oldest.requestId);
    return false;
  }
  const cause = `${REQUESTS_MAX} orders were asked for within an hour.`;
  step.refuse('too-many-requests', cause, 'Wait a while.', {
    againAtMs: (oldest?.atMs ?? step.atMs) + REQUEST_KEEP_MIN_MS,
  });
  return true;
}

export function remember(step: Step, requestId: string, order: OrderKey, print: string): void {
  step.putRequest({ requestId, rank: step.nextRank(), order, print, atMs: step.atMs });
  step.subject = order;
}

export function forgetOldRequests(step: Step): void {
  for (const { requestId, atMs } of step.state.requests.values()) {
    if (atMs + REQUEST_KEEP_MS > step.atMs) return;
    step.forget('requests', requestId);
  }
}

type Creation = {
  readonly requestId: string;
  readonly instrument: Instrument;
  readonly draft: OrderDraft;
  readonly by: Asker;
  readonly slot: string | null;
  readonly now: MarketNow | null;
  readonly replaces: OrderKey | null;
};

/** The number grows, the order is written, the command follows: all of it in the one transaction of this event. */
export function create(step: Step, { requestId, instrument, draft, by, slot, now, replaces }: Creation): Order {
  const { install, epoch, seq } = step.state.machine;
  const owner = ownerOf(by);
  const clientId = clientOrderId(install, epoch, owner, seq);
  step.machine({ seq: seq + 1 });
  const order = step.put({
    key: keyOf(clientId),
    clientId,
    venueId: null,
    rank: step.nextRank(),
    owner,
    user: by.user,
    requestId,
    slot,
    market: instrument.symbol,
    side: draft.side,
    terms: draft.terms,
    quantity: draft.quantity,
    status: { kind: 'submitting' },
    settled: false,
    detail: null,
    filledBase: Decimal.ZERO,
    filledQuote: Decimal.ZERO,
    toldBase: Decimal.ZERO,
    feesPending: 0,
    cancelWanted: false,
    quarantine: null,
    createdAtMs: step.atMs,
    deadlineMs: step.atMs + PLACE_DEADLINE_MS,
    issues: 0,
    sentAtMs: null,
    acceptedAtMs: null,
    reserve: reserveOf(step, instrument, draft, now),
    inquiry: null,
    replaces,
    replacedBy: null,
    move: null,
    moveEnd: null,
  });
  return issue(step, order, clientId, draft);
}

function keyOf(clientId: ClientOrderId): OrderKey {
  return clientId as string as OrderKey;
}

/** Gives the place command out, for the first time or after a restart: the same name, the same order. */
export function issue(step: Step, order: Order, clientId: ClientOrderId, { side, terms, quantity }: OrderDraft): Order {
  const { market, deadlineMs } = order;
  step.command({ kind: 'place', clientId, market, side, terms, quantity, deadlineMs });
  const issued = step.put({ ...order, issues: order.issues + 1 });
  // Where no outcome is ever told, it is in doubt like any other.
  return inquire(step, issued, 'outcome', deadlineMs + PLACE_ANSWER_MAX_MS);
}
