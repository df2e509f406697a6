/** What the Security page shows of custody and of its audit trail. */

import { z } from 'zod';
import { atMs, id, nothing, sealed } from './words.ts';

export const custodyState = z.strictObject({
  state: z.enum(['open', 'locked', 'halted', 'unreachable']),
  reason: z.string(),
  unlockMode: z.enum(['passphrase', 'key-file', 'unknown']),
  /** What is in force and what it protects from, in plain words. */
  unlockExplained: z.string(),
  keyFile: z.string().nullable(),
  level: z.enum(['L1', 'L2', 'unknown']),
  levelExplained: z.string(),
  /** Uncompressed P-256 point, base64url: what the page seals to. Null while unknown. */
  sealingKey: z.string().nullable(),
  fingerprint: z.string().nullable(),
  /** What is typed on its machine: to see the fingerprint without this page, and to unlock where it cannot. */
  compareWith: z.string(),
  unlockWith: z.string(),
  keys: z.int(),
  hardening: z.array(z.string()),
  auditHead: z.strictObject({ seq: z.int(), hash: z.string() }),
  venues: z.array(z.strictObject({ venue: z.string(), address: z.string() })),
});
export type CustodyState = z.infer<typeof custodyState>;

export const auditEntry = z.strictObject({
  seq: z.int(),
  atMs,
  event: z.string(),
  /** The sentence for a person; `event` is for machines. */
  text: z.string(),
  connection: id.nullable(),
  hash: z.string(),
});

export const custody = {
  'custody.read': { reply: custodyState },
  'custody.lock': { body: nothing, reply: custodyState },
  'custody.unlock': { body: z.strictObject({ sealed }), reply: custodyState },
  /** Newest first; a member sees the entries of their own connections. */
  'audit.list': {
    query: z.strictObject({
      before: z.coerce.number().int().positive().optional(),
      limit: z.coerce.number().int().min(1).max(200).optional(),
    }),
    reply: z.array(auditEntry),
  },
  'audit.verify': {
    body: nothing,
    reply: z.strictObject({ ok: z.boolean(), entries: z.int(), firstBadSeq: z.int().nullable(), reason: z.string() }),
  },
};
