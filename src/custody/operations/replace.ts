/** A new key for a connection that exists. The same account must stand behind it, or the owner must say that it does. */

import type { ConnectOutcome, Problem } from '../protocol.ts';
import { type KeyRecord, keyHint, summarize } from '../records.ts';
import type { Args } from '../requests.ts';
import { checkCredential, commit } from './connect.ts';
import type { Context, OnStep } from './context.ts';
import { openCredential } from './credentials.ts';
import { type AccountMarks, compareAccounts, findTwin, marksOf, mergeMarks } from './identity.ts';
import { problem, refusedUnasked } from './outcomes.ts';

export async function replace(context: Context, args: Args<'replace'>, onStep: OnStep): Promise<ConnectOutcome> {
  const { records, refusals } = context;
  const { connection, owner, confirmed } = args;
  context.mayAct();
  const old = records.mine(connection, owner);
  const { venue } = old;
  const refuse = (found: Problem) => {
    refusals.note('replace-refused', { connection, owner, detail: found.code });
    return found;
  };
  const opened = openCredential(context, { owner, venue, sealed: args.sealed });
  if ('problem' in opened) return refusedUnasked(context, refuse(problem(opened.problem)), onStep);
  const { credential } = opened;
  const about = { owner, venue, except: connection };
  const known = findTwin(context, about, { keyMark: credential.keyMark, accountMarks: [] });
  if (known !== null) return refusedUnasked(context, refuse(problem('already-connected', known.connection)), onStep);

  const keyIsKnown = credential.keyMark === old.keyMark;
  const checked = await checkCredential(context, { ...args, venue }, credential, onStep, keyIsKnown);
  const marks = marksOf(context, venue, checked);
  const sameAccount = keyIsKnown || confirmed.includes('same-account');
  const twin = findTwin(context, about, { keyMark: credential.keyMark, accountMarks: marks.accountMarks });
  const found =
    checked.report.problem ??
    (twin === null ? null : problem('already-connected', twin.connection)) ??
    (sameAccount ? null : accountProblem(old, marks));
  if (found !== null) {
    refuse(found);
    return { outcome: 'refused', report: { ...checked.report, problem: found } };
  }
  context.mayAct();
  // Read again: it may have been dropped, checked or replaced while the exchange was asked.
  const current = records.mine(connection, owner);
  const same = keyIsKnown || compareAccounts(current, marks) !== 'different';
  const record: KeyRecord = {
    ...current,
    purpose: args.purpose,
    keyHint: keyHint(credential.publicKey),
    version: current.version + 1,
    replacedAtMs: context.clock.nowMs(),
    stoppedBecause: null,
    confirmedCannotWithdraw: confirmed.includes('cannot-withdraw'),
    keyMark: credential.keyMark,
    // A different account that the owner confirmed starts its own marks.
    accountMarks: same ? mergeMarks(marks.accountMarks, current.accountMarks) : marks.accountMarks,
    balancesMark: marks.balancesMark,
  };
  commit(context, 'replace-intent', record, credential, args.sealed.epk);
  return { outcome: 'stored', key: summarize(record), report: checked.report };
}

function accountProblem(old: KeyRecord, marks: AccountMarks): Problem | null {
  switch (compareAccounts(old, marks)) {
    case 'same':
      return null;
    case 'different':
      return problem('different-account');
    case 'unproven':
      return problem('account-unproven');
  }
}
