/** The journal: what was heard, in order, with what came of it. It explains the tables and is not needed to open them. */

import type { ConnectionId } from '../core/ids.ts';
import type { Surprise } from '../engine/applied.ts';
import type { AccountEvent, Command } from '../engine/events.ts';
import type { Database } from './database.ts';
import { revived } from './trade-queries.ts';
import type { JournalLine } from './trade-store.ts';

/** Whoever looks into a quarrel with an exchange does it within weeks. */
const KEEP_MS = 30 * 86_400_000;
/** Some 200 MB at a kilobyte a line. */
const LINES_MAX = 200_000;
/** Deleted at a time: the one writer is kept for milliseconds only. */
const STEP_LINES = 2_000;

export async function readJournal(
  database: Database,
  connection: ConnectionId,
  afterSeq: number,
  limit: number,
): Promise<readonly JournalLine[]> {
  const rows = await database
    .selectFrom('journal')
    .select(['seq', 'event', 'commands', 'surprises'])
    .where('connection_id', '=', connection)
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(({ seq, event, commands, surprises }) => {
    const heard = revived<AccountEvent>(event);
    return {
      seq,
      atMs: heard.atMs,
      event: heard,
      commands: revived<readonly Command[]>(commands),
      surprises: revived<readonly Surprise[]>(surprises),
    };
  });
}

/** Forgets the oldest lines of every account; tells how many. */
export async function pruneJournal(database: Database, nowMs: number): Promise<number> {
  let pruned = 0;
  for (const { connection_id, journal_seq } of await database
    .selectFrom('accounts')
    .select(['connection_id', 'journal_seq'])
    .execute()) {
    for (;;) {
      const oldest = await database
        .selectFrom('journal')
        .select(['seq', 'at_ms'])
        .where('connection_id', '=', connection_id)
        .orderBy('seq')
        .limit(STEP_LINES)
        .execute();
      // Clocks of one account never go back, so that what is too old stands at the beginning.
      const keptAt = oldest.findIndex(({ seq, at_ms }) => seq > journal_seq - LINES_MAX && at_ms >= nowMs - KEEP_MS);
      const last = (keptAt === -1 ? oldest : oldest.slice(0, keptAt)).at(-1);
      if (last === undefined) break;
      await database
        .deleteFrom('journal')
        .where('connection_id', '=', connection_id)
        .where('seq', '<=', last.seq)
        .execute();
      pruned += keptAt === -1 ? oldest.length : keptAt;
    }
  }
  return pruned;
}
