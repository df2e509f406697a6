/**
 * The way out for orders. In this order: the wall, the exchange's clock, the exchange's limits, every reason not to
 * sign an order that has come up by then, the nonce, the signature, the wall again, the wire. Orders and cancellations
 * are written down before they come here; whoever waits is asked again right before the signature.
 */

import type { VenueId } from '../core/ids.ts';
import type { TradingVenue } from '../venues/trading.ts';
import type { ClockReading, PublicVenue } from '../venues/venue.ts';
import { type Budget, heldBack, noteLimits, sendWith } from '../venues/whitebit/budget.ts';
import type { CallParameters, RawReply, TradeReply, TradeRequest } from '../venues/whitebit/call.ts';
import { STREAM_TOKEN_PATH, StreamLine } from '../venues/whitebit/stream-line.ts';
import { createWhitebitTrading } from '../venues/whitebit/trading.ts';
import { createTurns, type Urgency } from '../venues/whitebit/turns.ts';
import type { AuditTrail } from './audit.ts';
import type { CustodyCrashPoints } from './crash-points.ts';
import { CustodyError } from './errors.ts';
import type { Nonces } from './nonces.ts';
import { isCancelling, isPlacing } from './order-wall.ts';
import type { Credential } from './records.ts';
import type { Clock } from './seams.ts';
import { admit, WallError } from './wall.ts';

export type TradeUse = {
  readonly connection: string;
  readonly owner: string;
  /** Unix milliseconds: what has not left by then does not leave. */
  readonly deadlineMs: number;
  /** Asked right before an order is signed; a text is why not. */
  readonly mayPlace: () => string;
};

export type TradeGateOptions = {
  readonly venue: VenueId;
  readonly public: PublicVenue;
  readonly budget: Budget;
  readonly audit: AuditTrail;
  readonly nonces: Nonces;
  readonly clock: Clock;
  readonly mayAct: () => void;
  readonly crash: CustodyCrashPoints;
  /** One entry in the trail for many reads; throws where it cannot be written. */
  readonly noteRead: (credential: Credential, use: TradeUse) => void;
  /** Signs, passes the wall once more, sends once. */
  readonly send: (credential: Credential, path: string, parameters: CallParameters, nonce: number) => Promise<RawReply>;
};

/** The exchange's clock is read again after the first; a reading older than the second is none. */
const CLOCK_FRESH_MS = 60_000;
const CLOCK_AGE_MAX_MS = 600_000;
/** A vaguer reading could put a nonce outside its window; half a second is the grain of the exchange's own clock. */
const CLOCK_UNCERTAINTY_MAX_MS = 1_500;

/**
 * Connections to one exchange, and how many of them orders may take. An order is signed when there is a connection for
 * it and not before: what waits signed in a line cannot be stopped by a halt.
 */
export const SOCKETS_MAX = 24;
const ORDERS_AT_ONCE = 12;

export function createTradeGate(options: TradeGateOptions): (credential: Credential, use: TradeUse) => TradingVenue {
  const { venue, budget, audit, nonces, clock, crash, mayAct } = options;
  const exchangeClock = createExchangeClock(options.public, clock);
  const line = new StreamLine({ budget, clock });
  const slots = createSlots(ORDERS_AT_ONCE);
  const turns = createTurns({
    budget,
    clock: {
      nowMs: () => clock.nowMs(),
      after(delayMs, run) {
        const timer = setTimeout(run, delayMs).unref();
        return () => clearTimeout(timer);
      },
    },
  });

  async function act(credential: Credential, use: TradeUse, request: TradeRequest): Promise<TradeReply> {
    const { path, parameters, nonceWindow } = request;
    const placing = isPlacing(path);
    if (!nonceWindow) throw new WallError('A trading request has a nonce window');
    admit(venue, path, parameters, true);
    const offsetMs = await exchangeClock.offsetMs();
    // A machine whose clock nobody vouches for may still take orders back.
    if (offsetMs === null && placing) return kept('The clock of the exchange cannot be read');
    if (path === STREAM_TOKEN_PATH)
      return line.run(use.connection, () => sign(credential, use, request, offsetMs ?? 0, 'read'));
    const urgency: Urgency = placing ? 'order' : isCancelling(path) ? 'cancel' : 'read';
    const turn = await turns.take(path, urgency, use.deadlineMs);
    if (!turn.ok) return { reply: heldBack(turn.waitMs), signedAtMs: null };
    const send = () => sign(credential, use, request, offsetMs ?? 0, urgency);
    return sendWith(turn, placing ? () => slots.run(send) : send, ({ reply }) => reply);
  }

  /** Nothing is awaited before the signature. */
  async function sign(
    credential: Credential,
    use: TradeUse,
    { path, parameters }: TradeRequest,
    offsetMs: number,
    urgency: Urgency,
  ): Promise<TradeReply> {
    mayAct();
    if (urgency === 'order') {
      const why = clock.nowMs() > use.deadlineMs ? 'The deadline has passed' : use.mayPlace();
      if (why !== '') return kept(why);
    } else if (urgency === 'read') options.noteRead(credential, use);
    const signedAtMs = clock.nowMs();
    const nonce = nonces.nextWindowed(credential.keyMark, signedAtMs + offsetMs);
    if (nonce === null) return kept('Too many requests at once for one key');
    crash.at(`before-send-${urgency}`);
    const reply = await options.send(credential, path, parameters, nonce);
    crash.at(`after-send-${urgency}`);
    // That limit is for new streams alone: nothing else has to wait for it.
    if (path !== STREAM_TOKEN_PATH) noteLimits(budget, reply);
    if (isClockRefusal(reply)) exchangeClock.forget();
    return { reply, signedAtMs };
  }

  return (credential, use) =>
    createWhitebitTrading({
      clock,
      async call(request) {
        try {
          return await act(credential, use, request);
        } catch (error) {
          if (error instanceof WallError) {
            audit.append('wall-refused', { connection: use.connection, owner: use.owner, detail: error.message });
            return kept('A request was refused before it was signed');
          }
          // Locked or halted meanwhile: nothing was signed.
          if (error instanceof CustodyError) return kept(error.message);
          throw error;
        }
      },
    });
}

/** First come, first served. */
function createSlots(count: number) {
  let left = count;
  const waiting: (() => void)[] = [];
  function take(): Promise<void> {
    if (left === 0) return new Promise((resolve) => waiting.push(resolve));
    left -= 1;
    return Promise.resolve();
  }
  function free(): void {
    const next = waiting.shift();
    if (next === undefined) left += 1;
    else next();
  }
  return {
    async run<T>(work: () => Promise<T>): Promise<T> {
      await take();
      try {
        return await work();
      } finally {
        free();
      }
    },
  };
}

function kept(reason: string): TradeReply {
  return { reply: { kind: 'no-reply', sent: false, reason, tookMs: 0 }, signedAtMs: null };
}

function isClockRefusal(reply: RawReply): boolean {
  return reply.kind === 'reply' && reply.status >= 400 && /nonce is more than \d+ seconds/i.test(reply.body);
}

function createExchangeClock(venue: PublicVenue, clock: Clock) {
  let known: ClockReading | null = null;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;
  const ageMs = () => Math.abs(clock.nowMs() - readAtMs);

  /** Never rejects: nobody may be waiting for it. */
  async function read(): Promise<void> {
    try {
      const answer = await venue.clock();
      if (!answer.ok || answer.value.uncertaintyMs > CLOCK_UNCERTAINTY_MAX_MS) return;
      known = answer.value;
      readAtMs = clock.nowMs();
    } catch {
      // What cannot be read is not known.
    } finally {
      reading = null;
    }
  }

  return {
    /** Theirs minus ours; zero where a reading cannot tell them apart. Null: not known. */
    async offsetMs(): Promise<number | null> {
      if (ageMs() > CLOCK_FRESH_MS) {
        reading ??= read();
        if (ageMs() > CLOCK_AGE_MAX_MS) await reading;
      }
      if (known === null || ageMs() > CLOCK_AGE_MAX_MS) return null;
      return Math.abs(known.offsetMs) <= known.uncertaintyMs ? 0 : known.offsetMs;
    },
    forget(): void {
      readAtMs = Number.NEGATIVE_INFINITY;
    },
  };
}
