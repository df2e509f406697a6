/** Forgets a key. Works while locked as well: taking away never needs an open keystore. */

import type { Args } from '../requests.ts';
import type { Context } from './context.ts';

export function drop(context: Context, args: Args<'drop'>): { readonly dropped: boolean } {
  const { audit, records } = context;
  const { connection, owner } = args;
  const record = records.find(connection);
  if (record === null || record.owner !== owner) return { dropped: false };
  const about = { connection, owner };
  audit.append('drop-intent', { ...about, detail: `${record.venue} ${record.keyHint}` });
  records.drop(connection);
  audit.append('dropped', about);
  return { dropped: true };
}
