/** What may stand in a request, written by hand: every field named, every other refused, nothing inherited. */

import { type ConnectionId, isId, type UserId, type VenueId } from '../core/ids.ts';
import { hasExactly } from './exact.ts';
import type { CustodyOperations, OperationName, Purpose, Sealed } from './protocol.ts';
import { KEYS_MAX } from './records.ts';
import { OWNER_TRADE_OPERATIONS, TRADE_SHAPES } from './trade-requests.ts';

export type Args<Op extends OperationName> = CustodyOperations[Op]['request'];

/** For a person; longer is cut by the page already. */
const LABEL_LENGTH_MAX = 100;
const AUDIT_PAGE_MAX = 200;
const POINT_TEXT = /^[A-Za-z0-9_-]{87}$/;
const IV_TEXT = /^[A-Za-z0-9_-]{16}$/;
/** Two fields of 8 KiB and a tag, as base64url. */
const CIPHER_TEXT = /^[A-Za-z0-9_-]{22,22000}$/;
const FILE_TEXT = /^[A-Za-z0-9+/]+={0,2}$/;

type Check<T> = (value: unknown) => value is T;

const id = (value: unknown): value is string => typeof value === 'string' && isId(value);
const connection = id as Check<ConnectionId>;
const owner = id as Check<UserId>;
const venue: Check<VenueId> = (value): value is VenueId => value === 'whitebit' || value === 'practice';
const purpose: Check<Purpose> = (value): value is Purpose => value === 'watch' || value === 'trade';
const bool: Check<boolean> = (value): value is boolean => typeof value === 'boolean';
const file: Check<string> = (value): value is string => typeof value === 'string' && FILE_TEXT.test(value);
const label: Check<string> = (value): value is string =>
  typeof value === 'string' && value.length <= LABEL_LENGTH_MAX && value.isWellFormed() && !/\p{Cc}/u.test(value);
const before: Check<number | null> = (value): value is number | null =>
  value === null || (Number.isSafeInteger(value) && Number(value) >= 1);
const limit: Check<number> = (value): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= AUDIT_PAGE_MAX;

const sealed: Check<Sealed> = (value): value is Sealed =>
  hasExactly(value, {
    v: (field) => field === 1,
    epk: (field) => typeof field === 'string' && POINT_TEXT.test(field),
    iv: (field) => typeof field === 'string' && IV_TEXT.test(field),
    ct: (field) => typeof field === 'string' && CIPHER_TEXT.test(field),
  });

/** No more owners than a keystore can have keys. */
const give = (value: unknown): boolean =>
  value === null ||
  hasExactly(value, {
    from: (field) => Array.isArray(field) && field.length <= KEYS_MAX && field.every(owner),
    to: owner,
  });

const confirmed = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length <= 2 &&
  new Set(value).size === value.length &&
  value.every((item) => item === 'cannot-withdraw' || item === 'same-account');

const ABOUT = { connection, owner };
const SHAPES: Readonly<Record<OperationName, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  status: {},
  keys: {},
  connect: { ...ABOUT, venue, label, purpose, sealed, confirmed },
  replace: { ...ABOUT, purpose, sealed, confirmed },
  check: ABOUT,
  balances: ABOUT,
  history: ABOUT,
  drop: ABOUT,
  lock: {},
  unlock: { sealed },
  audit: { before, limit },
  'audit-verify': {},
  backup: { sealed },
  'inspect-backup': { sealed, file },
  restore: { sealed, file, overwrite: bool, give },
  'use-passphrase': { sealed },
  'use-key-file': {},
  ...TRADE_SHAPES,
};

/** What the desk may not ask: these open or exchange the keystore as a whole. */
const OWNER_ONLY: ReadonlySet<OperationName> = new Set([
  'backup',
  'inspect-backup',
  'restore',
  'use-passphrase',
  'use-key-file',
  ...OWNER_TRADE_OPERATIONS,
]);

export function isOperation(text: unknown): text is OperationName {
  return typeof text === 'string' && Object.hasOwn(SHAPES, text);
}

export function isOwnerOnly(op: OperationName): boolean {
  return OWNER_ONLY.has(op);
}

/** True where `args` are exactly what the operation takes. */
export function fitsOperation<Op extends OperationName>(op: Op, args: unknown): args is Args<Op> {
  return hasExactly(args, SHAPES[op]);
}
