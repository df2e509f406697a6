/** All ten steps again with a stored key. A right to move money that appeared since stops the key; a clean check frees it. */

import { runChecks } from '../checks.ts';
import type { CheckReport, Problem } from '../protocol.ts';
import type { KeyRecord } from '../records.ts';
import type { Args } from '../requests.ts';
import type { Context, OnStep } from './context.ts';
import { findTwin, marksOf, mergeMarks } from './identity.ts';
import { problem } from './outcomes.ts';

export async function check(context: Context, args: Args<'check'>, onStep: OnStep): Promise<CheckReport> {
  const { records } = context;
  const { connection, owner } = args;
  context.mayAct();
  const record = records.mine(connection, owner);
  const access = context.access(record.venue);
  const checked = await runChecks({
    publicVenue: access.public,
    privateVenue: access.private(records.credential(connection), { connection, owner, audit: 'each' }),
    purpose: record.purpose,
    confirmedCannotWithdraw: record.confirmedCannotWithdraw,
    // It was right when it was stored. If the exchange now refuses it, it was deleted there or made anew.
    keyIsKnown: false,
    worksSwapped: null,
    clock: context.clock,
    onStep,
  });
  context.mayAct();
  const current = records.find(connection);
  // Dropped or replaced while the exchange was asked: the answer is about a key that is no longer there.
  if (current === null || current.version !== record.version) return checked.report;
  settle(context, current, checked.report);
  if (checked.report.problem !== null) return checked.report;
  const marks = marksOf(context, record.venue, checked);
  const accountMarks = mergeMarks(marks.accountMarks, current.accountMarks);
  const moved = marks.balancesMark !== current.balancesMark;
  if (moved || accountMarks.join() !== current.accountMarks.join())
    records.update(connection, { accountMarks, balancesMark: marks.balancesMark });
  return { ...checked.report, problem: twinOf(context, current, accountMarks) };
}

/**
 * Two empty accounts cannot be told apart when they are connected. Once something has happened there, two keys of one
 * account are: then the younger connection says so, because its money is counted twice.
 */
function twinOf(context: Context, record: KeyRecord, accountMarks: readonly string[]): Problem | null {
  const { owner, venue, connection, keyMark, addedAtMs } = record;
  const twin = findTwin(context, { owner, venue, except: connection }, { keyMark, accountMarks });
  return twin === null || twin.addedAtMs > addedAtMs ? null : problem('already-connected', twin.connection);
}

/** Stops on what is known to be bad, frees on what is known to be good, and leaves all else as it was. */
function settle(context: Context, record: KeyRecord, report: CheckReport): void {
  const { audit, records } = context;
  const about = { connection: record.connection, owner: record.owner };
  if (report.problem?.code === 'can-withdraw') {
    if (record.stoppedBecause === 'can-withdraw') return;
    // The stop takes effect even if it cannot be written down.
    records.update(record.connection, { stoppedBecause: 'can-withdraw' });
    audit.append('stopped', { ...about, detail: `can-withdraw: ${report.problem.rights.join(', ')}` });
    return;
  }
  const step = report.steps.find((one) => one.step === 'cannot-withdraw');
  const clean = step?.state === 'passed' || step?.state === 'warning';
  if (!clean || record.stoppedBecause === null) return;
  audit.append('freed', { ...about, detail: `was stopped: ${record.stoppedBecause}` });
  records.update(record.connection, { stoppedBecause: null });
}
