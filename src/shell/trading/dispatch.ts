/**
 * Carries out what the machine of one account asked for, after it was written down. A write is handed to custody once;
 * whatever comes of it, or does not, is told to the machine. Nothing here throws for what custody says.
 */

import type { Logger } from 'pino';
import type { Outcome } from '../../core/report.ts';
import { CustodyError } from '../../custody/client.ts';
import { CANCEL_MAX, PLACE_MAX } from '../../custody/trade-protocol.ts';
import type { Command } from '../../engine/events.ts';
import type { CustodyLink } from '../custody-link.ts';
import type { TradedConnection } from './accounts.ts';
import type { CrashPoints } from './crash-points.ts';
import { isConflict, readFindResult, readOutcome, readPlaced, readSnapshot } from './custody-words.ts';
import type { Lane } from './lane.ts';
import type { Told } from './ports.ts';
import { placeRequest } from './requests.ts';
import type { SteadyClock } from './steady-clock.ts';
import { attempt } from './wire-fields.ts';

/** Custody gives an exchange up after ten seconds; past this nobody waits any more, and the outcome is unknown. */
const PLACE_ANSWER_MS = 10_000;
const CANCEL_ANSWER_MS = 10_000;
/** The machine asks again after 30 s. */
const FIND_ANSWER_MS = 20_000;
/** Snapshots page through everything; the machine asks again after 120 s. */
const SNAPSHOT_ANSWER_MS = 100_000;
/** Orders of one transaction whose deadlines lie closer than this go in one request, under the earliest of them. */
const DEADLINE_SPREAD_MS = 250;

type Of<Kind extends Command['kind']> = Extract<Command, { readonly kind: Kind }>;

export type DispatchParts = {
  readonly of: TradedConnection;
  readonly custody: CustodyLink;
  readonly steady: SteadyClock;
  readonly finds: Lane;
  readonly snapshots: Lane;
  readonly log: Logger;
  readonly crash: CrashPoints;
  /** By custody's count, for its requests. */
  readonly epoch: () => number;
  /** False once another life of this account began, or none: what comes then is told to nobody. */
  readonly isAlive: () => boolean;
  readonly tell: (event: Told) => void;
  readonly refreshInstruments: () => void;
};

export class Dispatch {
  readonly #parts: DispatchParts;

  constructor(parts: DispatchParts) {
    this.#parts = parts;
  }

  /** Commands of one transaction, in their order. Takes the orders back before it places new ones. */
  carryOut(commands: readonly Command[]): void {
    const places: Of<'place'>[] = [];
    const cancels: Of<'cancel'>[] = [];
    for (const command of commands) {
      switch (command.kind) {
        case 'place':
          places.push(command);
          break;
        case 'cancel':
          cancels.push(command);
          break;
        case 'find':
          void this.#find(command);
          break;
        case 'snapshot':
          void this.#snapshot(command.sinceCursor);
          break;
        case 'instruments-refresh':
          this.#parts.refreshInstruments();
          break;
      }
    }
    for (let at = 0; at < cancels.length; at += CANCEL_MAX) void this.#cancel(cancels.slice(at, at + CANCEL_MAX));
    for (const group of inRequests(places)) void this.#place(group);
  }

  async #place(group: readonly Of<'place'>[]): Promise<void> {
    const { of, custody, steady, crash, epoch } = this.#parts;
    const shut = this.#shut();
    if (shut !== null) return this.#placed(group, () => ({ kind: 'not-sent', why: shut }));
    const deadlineMs = Math.min(...group.map((command) => command.deadlineMs));
    const handed = steady.asked();
    // Signed at the latest now: until then, and its validity longer, the exchange may still take it.
    const time = (wallMs: number): number => steady.fromWall(wallMs, handed, 'latest');
    crash.at('before-place');
    const reply = custody.client.request('place', placeRequest(of, group, epoch(), steady.toWall(deadlineMs)), {
      deadlineMs: Math.max(0, deadlineMs - handed.atMs) + PLACE_ANSWER_MS,
    });
    for (const { clientId } of group) this.#parts.tell({ kind: 'sent', clientId });
    crash.at('after-place');
    try {
      const { results } = await reply;
      group.forEach((command, index) => {
        const result: unknown = results[index];
        if (isConflict(result)) this.#parts.log.error({ order: command.clientId }, 'A name was used for two orders');
        this.#placed([command], () => readPlaced(result, time));
      });
    } catch (error) {
      const outcome = failedWrite(error);
      this.#placed(group, () => outcome);
    }
  }

  #placed(group: readonly Of<'place'>[], outcomeOf: () => Outcome): void {
    for (const { clientId } of group) this.#parts.tell({ kind: 'place-outcome', clientId, outcome: outcomeOf() });
  }

  /** Of commands that nobody could write down: an outcome each, told to nobody but the caller. */
  async cancelNow(commands: readonly Of<'cancel'>[]): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    for (let at = 0; at < commands.length; at += CANCEL_MAX)
      outcomes.push(...(await this.#askToCancel(commands.slice(at, at + CANCEL_MAX))));
    return outcomes;
  }

  async #cancel(group: readonly Of<'cancel'>[]): Promise<void> {
    const outcomes = await this.#askToCancel(group);
    group.forEach(({ order }, index) => {
      const outcome = outcomes[index];
      if (outcome !== undefined) this.#parts.tell({ kind: 'cancel-outcome', order, outcome });
    });
  }

  /** As many outcomes as orders. */
  async #askToCancel(group: readonly Of<'cancel'>[]): Promise<readonly Outcome[]> {
    const { of, custody, steady, crash } = this.#parts;
    const shut = this.#shut();
    if (shut !== null) return group.map(() => ({ kind: 'not-sent', why: shut }));
    const { connection, owner } = of;
    const handed = steady.asked();
    const time = (wallMs: number): number => steady.fromWall(wallMs, handed, 'latest');
    crash.at('before-cancel');
    const orders = group.map(({ market, clientId, venueId }) => ({ market, clientId, venueId }));
    const reply = custody.client.request('cancel', { connection, owner, orders }, { deadlineMs: CANCEL_ANSWER_MS });
    crash.at('after-cancel');
    try {
      const { results } = await reply;
      return group.map((_, index) => readOutcome(results[index], time));
    } catch (error) {
      const outcome = failedWrite(error);
      return group.map(() => outcome);
    }
  }

  async #find(command: Of<'find'>): Promise<void> {
    const { custody, finds, of, steady, crash } = this.#parts;
    const { order, clientId, venueId, market } = command;
    const { connection, owner } = of;
    await finds.run(async () => {
      if (!this.#parts.isAlive()) return;
      // The one that counts is when the question left, not when it stood in line.
      const asked = steady.asked();
      const told = (result: Extract<Told, { kind: 'find-result' }>['result']): void =>
        this.#parts.tell({ kind: 'find-result', order, askedAtMs: asked.atMs, result });
      const shut = this.#shut();
      if (shut !== null) return told({ kind: 'failed', why: shut });
      const sinceMs = Math.max(0, Math.floor(steady.toWall(command.sinceMs)));
      crash.at('before-find');
      try {
        const args = { connection, owner, market, clientId, venueId, sinceMs };
        const reply: unknown = await custody.client.request('find', args, { deadlineMs: FIND_ANSWER_MS });
        crash.at('after-find');
        const read = attempt(() => readFindResult(reply, (wallMs) => steady.fromWall(wallMs, asked, 'earliest')));
        told(read.ok ? read.value : { kind: 'failed', why: read.why });
      } catch (error) {
        told({ kind: 'failed', why: wordsOf(error) });
      }
    });
  }

  async #snapshot(cursor: string | null): Promise<void> {
    const { custody, snapshots, of, steady, crash } = this.#parts;
    const { connection, owner } = of;
    await snapshots.run(async () => {
      if (!this.#parts.isAlive()) return;
      const failed = (why: string): void => this.#parts.tell({ kind: 'snapshot-failed', why });
      const shut = this.#shut();
      if (shut !== null) return failed(shut);
      const asked = steady.asked();
      crash.at('before-snapshot');
      try {
        const options = { deadlineMs: SNAPSHOT_ANSWER_MS };
        const reply = await custody.client.request('snapshot', { connection, owner, cursor }, options);
        crash.at('after-snapshot');
        if ('problem' in reply) return failed(reply.problem.fault?.raw ?? reply.problem.code);
        const time = (wallMs: number): number => steady.fromWall(wallMs, asked, 'earliest');
        const read = attempt(() => readSnapshot(reply.snapshot, time));
        if (read.ok) this.#parts.tell({ kind: 'snapshot', snapshot: read.value });
        else failed(read.why);
      } catch (error) {
        failed(wordsOf(error));
      }
    });
  }

  /** Why nothing can be handed over now; null: it can. */
  #shut(): string | null {
    const { condition } = this.#parts.custody.now;
    switch (condition) {
      case 'open':
        return null;
      case 'locked':
        return 'Custody is locked';
      case 'halted':
        return 'Custody has stopped itself';
      case 'unreachable':
        return 'Custody does not answer';
    }
  }
}

/** Of one market and about one deadline, in their order, as many as custody takes. */
function inRequests(places: readonly Of<'place'>[]): Of<'place'>[][] {
  const groups: Of<'place'>[][] = [];
  const open = new Map<string, Of<'place'>[]>();
  for (const place of places) {
    const group = open.get(place.market);
    const [first] = group ?? [];
    const fits =
      group !== undefined &&
      first !== undefined &&
      group.length < PLACE_MAX &&
      Math.abs(place.deadlineMs - first.deadlineMs) <= DEADLINE_SPREAD_MS;
    if (fits) {
      group.push(place);
      continue;
    }
    const begun = [place];
    groups.push(begun);
    open.set(place.market, begun);
  }
  return groups;
}

/** What custody refuses by these was never begun. Anything else may have been carried out. */
function failedWrite(error: unknown): Outcome {
  const code = error instanceof CustodyError ? error.code : 'INTERNAL';
  switch (code) {
    case 'BAD_FRAME':
    case 'BAD_REQUEST':
    case 'NOT_ALLOWED':
    case 'NOT_FOUND':
    case 'BUSY':
    case 'LOCKED':
    case 'EXPIRED':
      return { kind: 'not-sent', why: wordsOf(error) };
    // Its journal may have failed after something was sent.
    case 'HALTED':
    case 'WRONG_PASSPHRASE':
    case 'CONFLICT':
    case 'INTERNAL':
    case 'UNREACHABLE':
      return { kind: 'ambiguous', why: wordsOf(error), signedAtMs: null };
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof CustodyError)) throw error;
  return error.message;
}
