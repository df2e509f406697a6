/** Backup and restore of the keystore as one encrypted file. */

import { type Backup, readBackup, writeBackup } from '../backup.ts';
import { CustodyError } from '../errors.ts';
import type { CustodyOperations } from '../protocol.ts';
import { recordIn } from '../records.ts';
import type { Args } from '../requests.ts';
import type { Context } from './context.ts';
import { findTwin } from './identity.ts';
import { mustBeStrong, withPassphrase } from './passphrases.ts';

export async function backup(context: Context, args: Args<'backup'>): Promise<{ readonly file: string }> {
  const { audit, clock, keystore } = context;
  context.mayAct();
  return withPassphrase(context, args.sealed, async (passphrase) => {
    mustBeStrong(passphrase);
    const { keys, store } = keystore;
    if (keys === null) throw new CustodyError('LOCKED', 'Custody is locked');
    const { epoch } = keystore.state();
    const records = store.records();
    const content = { madeAtMs: clock.nowMs(), epoch, auditHead: audit.head, records, nonces: store.nonces() };
    audit.append('backup', { detail: `${records.length} keys` });
    const file = await writeBackup({ root: keys.root, content }, passphrase, context);
    return { file: file.toString('base64') };
  });
}

type Reply<Op extends 'inspect-backup' | 'restore'> = CustodyOperations[Op]['reply'];

export async function inspectBackup(context: Context, args: Args<'inspect-backup'>): Promise<Reply<'inspect-backup'>> {
  return withPassphrase(context, args.sealed, async (passphrase) => {
    const { content } = await opened(context, args.file, passphrase);
    const owners = new Set(content.records.map(({ record }) => recordIn(record).owner));
    return { keys: content.records.length, owners: [...owners] };
  });
}

/** Throws `BAD_REQUEST` or `WRONG_PASSPHRASE`. */
async function opened(context: Context, file: string, passphrase: Buffer): Promise<Backup> {
  const found = await readBackup(Buffer.from(file, 'base64'), passphrase);
  if (found === 'not-a-backup') throw new CustodyError('BAD_REQUEST', 'This file is not a backup of Gapless');
  if (found === 'wrong-passphrase') {
    context.refusals.note('restore-refused', { detail: 'The passphrase does not open this backup' });
    throw new CustodyError('WRONG_PASSPHRASE', 'The passphrase does not open this backup, or the file was changed');
  }
  return found;
}

/**
 * Takes the backup's keys in place of ours. A new epoch begins: nonces jump past everything the backup or this machine
 * knows of, and every key has to pass a check before it is used, because its rights may have changed since.
 */
export async function restore(context: Context, args: Args<'restore'>): Promise<Reply<'restore'>> {
  const { audit, clock, keystore, nonces, records } = context;
  mustBeEmptyOr(context, args.overwrite);
  return withPassphrase(context, args.sealed, async (passphrase) => {
    const { content, root } = await opened(context, args.file, passphrase);
    mustBeEmptyOr(context, args.overwrite);
    const before = keystore.keys;
    if (before === null) throw new CustodyError('LOCKED', 'Custody is locked');
    const epoch = Math.max(keystore.state().epoch, content.epoch) + 1;
    // The one way out of a halt: whoever holds the backup and its passphrase is the owner.
    audit.startOver();
    const { give } = args;
    const given = give === null ? '' : `, those of ${give.from.length} unknown here given to one person`;
    const of = give === null ? {} : { owner: give.to };
    audit.append('restore-begun', {
      ...of,
      detail: `${content.records.length} keys of ${new Date(content.madeAtMs).toISOString()}, epoch ${epoch}${given}`,
    });
    let leftOut = 0;
    try {
      keystore.store.transaction(() => {
        const { store } = keystore;
        store.clearRecords();
        for (const { connection, record } of content.records) store.putRecord(connection, record);
        for (const { mark, reserved } of content.nonces) store.reserveNonce(mark, reserved, clock.nowMs());
        keystore.adoptRoot(root, epoch);
        records.reload();
        if (records.verify().length > 0)
          throw new CustodyError('BAD_REQUEST', 'The backup holds a record that is not its own');
        if (give !== null) leftOut = giveKeys(context, give);
        for (const { connection } of records.all()) records.update(connection, { stoppedBecause: 'rights-unknown' });
      });
    } catch (error) {
      keystore.resume(before);
      records.reload();
      audit.append('restore-failed');
      throw error;
    }
    nonces.forget();
    context.trading.readEpoch();
    context.trading.halt(null, 'a backup was restored');
    const without = leftOut === 0 ? '' : `, ${leftOut} left out because the account was there twice`;
    audit.append('restored', { ...of, detail: `${records.size} keys, epoch ${epoch}${given}${without}` });
    return { keys: records.size, leftOut };
  });
}

/**
 * Two people may each have connected the same account; as one person's, its money would count twice. The
 * person's own key stays, else the newest. Returns how many were left out.
 */
function giveKeys(context: Context, give: NonNullable<Args<'restore'>['give']>): number {
  const { records } = context;
  const owner = give.to;
  const addedAtMs = (one: { addedAtMs: number; replacedAtMs: number | null }) => one.replacedAtMs ?? one.addedAtMs;
  const foreign = records.all().filter((one) => one.owner !== owner && give.from.includes(one.owner));
  foreign.sort((a, b) => addedAtMs(b) - addedAtMs(a));
  let leftOut = 0;
  for (const one of foreign) {
    const { connection, venue } = one;
    // Only those that are this person's by now are looked at, so the newest comes first and stays.
    if (findTwin(context, { owner, venue, except: connection }, one) === null) records.giveTo(connection, owner);
    else {
      records.drop(connection);
      leftOut += 1;
    }
  }
  return leftOut;
}

function mustBeEmptyOr(context: Context, overwrite: boolean): void {
  if (context.records.size > 0 && !overwrite)
    throw new CustodyError('CONFLICT', 'There are keys here already; restoring replaces them and must say so');
}
