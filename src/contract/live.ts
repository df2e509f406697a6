/** What the live socket says. Each message is a whole truth about its subject: a lost one is healed by the next. */

import type { z } from 'zod';
import type { CustodyState } from './custody.ts';
import type { Attempt, balanceRow, Connection } from './exchanges.ts';

export type LiveMessage =
  /** First after opening, and every 10 s: the page knows by it that the line is alive. */
  | { readonly type: 'hello'; readonly atMs: number; readonly version: string; readonly startedAtMs: number }
  | { readonly type: 'connection'; readonly connection: Connection }
  | { readonly type: 'connection-removed'; readonly id: string }
  | { readonly type: 'balances'; readonly connection: string; readonly balances: readonly z.infer<typeof balanceRow>[] }
  | { readonly type: 'attempt'; readonly attempt: Attempt }
  | { readonly type: 'custody'; readonly custody: CustodyState }
  /** Something that concerns the whole account (factors, sessions) changed: read the session again. */
  | { readonly type: 'session-changed' };
