/** A new key: opened, checked in ten steps, and stored only if nothing was wrong. */

import type { Checked } from '../checks.ts';
import { runChecks } from '../checks.ts';
import { CustodyError } from '../errors.ts';
import type { ConnectOutcome, Problem } from '../protocol.ts';
import { type Credential, type KeyRecord, keyHint, sealHash, summarize } from '../records.ts';
import type { Args } from '../requests.ts';
import type { Context, OnStep } from './context.ts';
import { openCredential, swapped } from './credentials.ts';
import { findTwin, marksOf } from './identity.ts';
import { problem, refusedUnasked } from './outcomes.ts';

export async function connect(context: Context, args: Args<'connect'>, onStep: OnStep): Promise<ConnectOutcome> {
  const { records, refusals } = context;
  const { connection, owner, venue, purpose, confirmed } = args;
  context.mayAct();
  context.access(venue);
  mustBeFree(context, args);
  const refuse = (found: Problem, detail: string) => {
    refusals.note('connect-refused', { connection, owner, detail });
    return found;
  };
  const opened = openCredential(context, args);
  if ('problem' in opened) return refusedUnasked(context, refuse(problem(opened.problem), opened.problem), onStep);
  const { credential } = opened;
  const about = { owner, venue, except: null };
  const known = findTwin(context, about, { keyMark: credential.keyMark, accountMarks: [] });
  if (known !== null) {
    const found = problem('already-connected', known.connection);
    return refusedUnasked(context, refuse(found, found.code), onStep);
  }
  const checked = await checkCredential(context, args, credential, onStep);
  const marks = marksOf(context, venue, checked);
  // Looked for again, now with the account's marks: and between here and the commit nothing else runs.
  const twin = findTwin(context, about, { keyMark: credential.keyMark, accountMarks: marks.accountMarks });
  const found = checked.report.problem ?? (twin === null ? null : problem('already-connected', twin.connection));
  if (found !== null) {
    refuse(found, found.code);
    return { outcome: 'refused', report: { ...checked.report, problem: found } };
  }
  context.mayAct();
  mustBeFree(context, args);
  const record: KeyRecord = {
    connection,
    owner,
    venue,
    label: args.label,
    purpose,
    keyHint: keyHint(credential.publicKey),
    version: 1,
    addedAtMs: context.clock.nowMs(),
    replacedAtMs: null,
    stoppedBecause: null,
    confirmedCannotWithdraw: confirmed.includes('cannot-withdraw'),
    keyMark: credential.keyMark,
    ...marks,
  };
  commit(context, 'connect-intent', record, credential, args.sealed.epk);
  const key = summarize(records.find(connection) ?? record);
  return { outcome: 'stored', key, report: checked.report };
}

/** All ten steps with a key that is not stored yet. */
export function checkCredential(
  context: Context,
  args: Pick<Args<'connect'>, 'connection' | 'owner' | 'venue' | 'purpose' | 'confirmed'>,
  credential: Credential,
  onStep: OnStep,
  keyIsKnown = false,
): Promise<Checked> {
  const access = context.access(args.venue);
  const use = { connection: args.connection, owner: args.owner, audit: 'each' } as const;
  return runChecks({
    publicVenue: access.public,
    privateVenue: access.private(credential, use),
    purpose: args.purpose,
    confirmedCannotWithdraw: args.confirmed.includes('cannot-withdraw'),
    keyIsKnown,
    worksSwapped: async () => {
      const other = access.private(swapped(context, args.venue, credential), use);
      const answer = await other.balances();
      return answer.ok || answer.fault.code === 'right-missing' || answer.fault.code === 'key-off';
    },
    clock: context.clock,
    onStep,
  });
}

/**
 * Intent, record, done: three durable steps of which the middle one is the truth. A crash after the first leaves an
 * intent that the next start ends as "not stored"; after the second the next start writes the third.
 */
export function commit(
  context: Context,
  intent: 'connect-intent' | 'replace-intent',
  record: KeyRecord,
  credential: Credential,
  epk: string,
): void {
  const { audit, clock, keystore, records } = context;
  const about = { connection: record.connection, owner: record.owner };
  const detail = `${record.venue} ${record.keyHint}, ${record.purpose}, version ${record.version}`;
  audit.append(intent, { ...about, detail });
  try {
    keystore.store.transaction(() => {
      records.store(record, credential);
      keystore.store.markSealUsed(sealHash(epk), clock.nowMs());
    });
  } catch (error) {
    records.reload();
    audit.append('not-stored', { ...about, detail: 'The keystore could not be written' });
    throw error;
  }
  audit.append('stored', { ...about, detail });
}

function mustBeFree(context: Context, args: Args<'connect'>): void {
  if (context.records.find(args.connection) !== null)
    throw new CustodyError('CONFLICT', 'A connection with this id exists');
}
