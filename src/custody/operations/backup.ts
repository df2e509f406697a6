/** Backup and restore of the keystore as one encrypted file. */

import { readBackup, writeBackup } from '../backup.ts';
import { CustodyError } from '../errors.ts';
import type { Args } from '../requests.ts';
import type { Context } from './context.ts';
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

/**
 * Takes the backup's keys in place of ours. A new epoch begins: nonces jump past everything the backup or this machine
 * knows of, and every key has to pass a check before it is used, because its rights may have changed since.
 */
export async function restore(context: Context, args: Args<'restore'>): Promise<{ readonly keys: number }> {
  const { audit, clock, keystore, nonces, records } = context;
  mustBeEmptyOr(context, args.overwrite);
  return withPassphrase(context, args.sealed, async (passphrase) => {
    const found = await readBackup(Buffer.from(args.file, 'base64'), passphrase);
    if (found === 'not-a-backup') throw new CustodyError('BAD_REQUEST', 'This file is not a backup of Gapless');
    if (found === 'wrong-passphrase') {
      context.refusals.note('restore-refused', { detail: 'The passphrase does not open this backup' });
      throw new CustodyError('WRONG_PASSPHRASE', 'The passphrase does not open this backup, or the file was changed');
    }
    mustBeEmptyOr(context, args.overwrite);
    const before = keystore.keys;
    if (before === null) throw new CustodyError('LOCKED', 'Custody is locked');
    const { content, root } = found;
    const epoch = Math.max(keystore.state().epoch, content.epoch) + 1;
    // The one way out of a halt: whoever holds the backup and its passphrase is the owner.
    audit.startOver();
    audit.append('restore-begun', {
      detail: `${content.records.length} keys of ${new Date(content.madeAtMs).toISOString()}, epoch ${epoch}`,
    });
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
        for (const { connection } of records.all()) records.update(connection, { stoppedBecause: 'rights-unknown' });
      });
    } catch (error) {
      keystore.resume(before);
      records.reload();
      audit.append('restore-failed');
      throw error;
    }
    nonces.forget();
    audit.append('restored', { detail: `${records.size} keys, epoch ${epoch}` });
    return { keys: records.size };
  });
}

function mustBeEmptyOr(context: Context, overwrite: boolean): void {
  if (context.records.size > 0 && !overwrite)
    throw new CustodyError('CONFLICT', 'There are keys here already; restoring replaces them and must say so');
}
