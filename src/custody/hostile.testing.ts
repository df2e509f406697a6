/**
 * Frames that nobody of ours would send: valid ones changed in one place, others torn apart, bytes of no meaning.
 * Deterministic from a seed, so that a campaign of a million can be repeated.
 */

import { type ConnectionId, idFrom, type UserId } from '../core/ids.ts';
import { encodeFrame } from './frames.ts';
import { OWNER_REQUEST_BYTES_MAX } from './protocol.ts';

export type Dice = { below(limit: number): number; bytes(count: number): Buffer };

/** Mulberry32: small, fast, the same everywhere. Not for keys. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { below, bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))) };
}

/** Words that a thief would try. */
const OPERATIONS = [
  'status',
  'keys',
  'connect',
  'replace',
  'check',
  'balances',
  'history',
  'drop',
  'lock',
  'unlock',
  'audit',
  'audit-verify',
  'backup',
  'inspect-backup',
  'restore',
  'use-passphrase',
  'use-key-file',
  'place',
  'cancel',
  'find',
  'snapshot',
  'halt',
  'resume',
  'propose-policy',
  'approve-policy',
  'first-markets',
  'withdraw',
  'transfer',
  'convert',
  'codes',
  'address',
  'sign',
  'call',
  'request',
  'secret',
  'export',
  '__proto__',
  'constructor',
  'toString',
  '',
];
const ODD: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  2 ** 53,
  '',
  'x',
  '\u0000',
  '__proto__',
  [],
  {},
  [[]],
  { __proto__: null },
  '/api/v4/main-account/withdraw',
  { path: '/api/v4/main-account/withdraw' },
  { toString: 1 },
  'a'.repeat(5_000),
];
const FIELDS = [
  'v',
  'id',
  'deadline',
  'op',
  'args',
  'connection',
  'owner',
  'venue',
  'sealed',
  'label',
  'purpose',
  'confirmed',
  'path',
  'url',
  '__proto__',
  'limit',
  'before',
];

export type Known = { readonly connection: ConnectionId; readonly owner: UserId };

/** One message of bytes: usually a frame, often almost a right one. `id` should grow. */
export function hostileFrame(random: Dice, id: number, known: Known): Buffer {
  const kind = random.below(20);
  const frame = randomRequest(random, id, known);
  if (kind < 9) return safeEncode(frame);
  if (kind < 14) return safeEncode(mutate(random, frame, 0));
  const bytes = safeEncode(frame);
  if (kind < 17) {
    const at = random.below(bytes.length);
    bytes[at] = random.below(256);
    return bytes;
  }
  if (kind === 17) return bytes.subarray(0, random.below(bytes.length));
  if (kind === 18) return random.bytes(1 + random.below(200));
  return Buffer.concat([bytes, bytes]);
}

function randomRequest(random: Dice, id: number, known: Known): Record<string, unknown> {
  const mine = random.below(2) === 0;
  const connection = mine ? known.connection : idFrom(random.bytes(26));
  const owner = random.below(3) > 0 ? known.owner : idFrom(random.bytes(26));
  const op = OPERATIONS[random.below(OPERATIONS.length)] ?? '';
  const sealed = {
    v: 1,
    epk: random.bytes(65).toString('base64url'),
    iv: random.bytes(12).toString('base64url'),
    ct: random.bytes(40 + random.below(80)).toString('base64url'),
  };
  const args: Record<string, unknown> = {};
  const fields: Readonly<Record<string, readonly string[]>> = {
    connect: ['connection', 'owner', 'venue', 'label', 'purpose', 'sealed', 'confirmed'],
    replace: ['connection', 'owner', 'purpose', 'sealed', 'confirmed'],
    unlock: ['sealed'],
    audit: ['before', 'limit'],
  };
  const values: Readonly<Record<string, unknown>> = {
    connection,
    owner,
    venue: random.below(2) === 0 ? 'whitebit' : 'practice',
    label: 'x',
    purpose: 'trade',
    sealed,
    confirmed: ['cannot-withdraw', 'same-account'].slice(random.below(3)),
    before: null,
    limit: 1 + random.below(200),
  };
  const wanted = Object.hasOwn(fields, op)
    ? (fields[op] ?? [])
    : ['check', 'balances', 'history', 'drop'].includes(op)
      ? ['connection', 'owner']
      : [];
  for (const field of wanted) args[field] = values[field];
  return { v: 1, id, deadline: 4_000_000_000_000, op, args };
}

function mutate(random: Dice, value: unknown, depth: number): unknown {
  if (depth > 3 || typeof value !== 'object' || value === null || Array.isArray(value) || random.below(4) === 0)
    return ODD[random.below(ODD.length)];
  const entries = Object.entries(value);
  const at = random.below(entries.length + 2);
  const field = FIELDS[random.below(FIELDS.length)] ?? 'x';
  if (at >= entries.length) {
    // Defined, not assigned: `__proto__` must become a field of its own to reach the wire.
    const copy: Record<string, unknown> = { ...value };
    const odd = { value: ODD[random.below(ODD.length)], enumerable: true, configurable: true, writable: true };
    return Object.defineProperty(copy, field, odd);
  }
  if (random.below(5) === 0) return Object.fromEntries(entries.toSpliced(at, 1));
  return Object.fromEntries(
    entries.map(([name, old], index) => [name, index === at ? mutate(random, old, depth + 1) : old]),
  );
}

function safeEncode(value: unknown): Buffer {
  return encodeFrame(value, OWNER_REQUEST_BYTES_MAX);
}
