/**
 * What the pill of a connection says: a pure function of the last check, of time, and of whether custody answers. The
 * most pressing truth wins; the trouble beneath the pill says the rest.
 */

import type { z } from 'zod';
import type { connectionStatus } from '../contract/exchanges.ts';
import type { CheckReport, ProblemCode, Purpose } from '../custody/protocol.ts';
import type { Unserved } from './venues.ts';

export type ConnectionStatus = z.infer<typeof connectionStatus>;
export type CustodyCondition = 'open' | 'locked' | 'halted' | 'unreachable';

/** `missing`: custody does not have it. `going`: its removal was asked for and is not finished. */
export type KeyState = 'kept' | 'missing' | 'going';

export type StatusInput = {
  readonly key: KeyState;
  readonly custody: CustodyCondition;
  /** The first check of this key is still to come. */
  readonly report: Pick<CheckReport, 'problem' | 'rights'> | null;
  readonly purpose: Purpose;
  /** Not null: this desk was not started with the exchange of this key, so what was found before says nothing now. */
  readonly unserved: Unserved | null;
  readonly lastGoodAtMs: number;
  /** Days without use after which the exchange switches a key off; null where it never does. */
  readonly idleDaysUntilOff: number | null;
  readonly nowMs: number;
};

export type StatusView = {
  readonly status: ConnectionStatus;
  readonly text: string;
  readonly endsInDays: number | null;
  /** The problem whose words stand under the pill. */
  readonly problem:
    | ProblemCode
    | 'custody-halted'
    | 'custody-unreachable'
    | Unserved
    | 'key-missing'
    | 'removing'
    | null;
};

const DAY_MS = 24 * 3_600_000;
/** With a fortnight of idle days, a week of silence is where a person should begin to care. */
export const EXPIRING_DAYS = 7;

const UNSERVED_TEXT: Readonly<Record<Unserved, string>> = {
  'not-served': 'Exchange not started',
  'made-in-rehearsal': 'Made in a rehearsal',
  'pointed-at-practice': 'WhiteBIT is in rehearsal',
};

/** The exchange is at fault, or the way to it: waiting helps, and the key is as good as before. */
const NOT_ANSWERING: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'unreachable',
  'down',
  'rate-limited',
  'not-understood',
]);

export function isOutage(problem: ProblemCode): boolean {
  return NOT_ANSWERING.has(problem);
}

export function statusOf(input: StatusInput): StatusView {
  const endsInDays = daysLeft(input);
  const base = baseStatus(input);
  const isSilent = base.status === 'locked' || base.status === 'not-answering';
  // The practice key of a rehearsal is not worth a warning while the desk is at the real exchange.
  if (base.problem === 'made-in-rehearsal') return { ...base, endsInDays: null };
  if (isSilent && endsInDays !== null && endsInDays <= EXPIRING_DAYS) {
    return { ...base, status: 'expiring', text: expiringText(endsInDays), endsInDays };
  }
  return { ...base, endsInDays };
}

function baseStatus(input: StatusInput): Omit<StatusView, 'endsInDays'> {
  // What a person asked for stands above everything: this row is on its way out and is never shown as one to use.
  if (input.key === 'going') return { status: 'attention', text: 'Being removed', problem: 'removing' };
  switch (input.custody) {
    case 'locked':
      return { status: 'locked', text: 'Locked', problem: 'locked' };
    case 'halted':
      return { status: 'locked', text: 'Halted', problem: 'custody-halted' };
    case 'unreachable':
      return { status: 'not-answering', text: 'Key process not answering', problem: 'custody-unreachable' };
    case 'open':
      // Whatever an earlier check found was found with a key that is not here.
      if (input.key === 'missing') return { status: 'attention', text: 'Needs attention', problem: 'key-missing' };
      if (input.unserved !== null) {
        return { status: 'not-answering', text: UNSERVED_TEXT[input.unserved], problem: input.unserved };
      }
      return input.report === null
        ? { status: 'checking', text: 'Checking', problem: null }
        : reported(input.report, input.purpose);
  }
}

function reported(report: Pick<CheckReport, 'problem' | 'rights'>, purpose: Purpose): Omit<StatusView, 'endsInDays'> {
  const { problem, rights } = report;
  if (problem === null) {
    return purpose === 'trade' && rights.trade === 'on'
      ? { status: 'connected', text: 'Connected', problem: null }
      : { status: 'read-only', text: 'Read-only', problem: null };
  }
  if (problem.code === 'can-withdraw') {
    return { status: 'refused', text: refusedText(problem.rights), problem: problem.code };
  }
  if (isOutage(problem.code)) {
    return { status: 'not-answering', text: 'Exchange not answering', problem: problem.code };
  }
  return { status: 'attention', text: 'Needs attention', problem: problem.code };
}

function refusedText(rights: readonly string[]): string {
  if (rights.includes('withdraw') || rights.length === 0) return 'Refused: can withdraw';
  return rights.includes('transfer') ? 'Refused: can transfer' : 'Refused: can make codes';
}

function expiringText(days: number): string {
  if (days <= 0) return 'May have ended';
  return `Expires in ${days} ${days === 1 ? 'day' : 'days'}`;
}

/** Begun days count: right after a use of the key all of its idle days are left, and the last day is "1 day". */
function daysLeft(input: StatusInput): number | null {
  if (input.idleDaysUntilOff === null) return null;
  const endsAtMs = input.lastGoodAtMs + input.idleDaysUntilOff * DAY_MS;
  return Math.max(0, Math.ceil((endsAtMs - input.nowMs) / DAY_MS));
}
