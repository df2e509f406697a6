/**
 * What can be said to custody, and what it answers. This file is all that other processes may know of custody.
 *
 * There is no request here that can express withdraw, transfer, convert, code or key management at an exchange, and
 * none that can return a secret. A frame is a 4-byte big-endian length and that many bytes of canonical JSON (exactly
 * what `JSON.stringify` prints): duplicate keys, odd escapes and stray spaces are refused before anything is read.
 */

import type { ConnectionId, UserId, VenueId } from '../core/ids.ts';
import type { Right, RightState, VenueFault, Wallet } from '../venues/venue.ts';
import type { FollowEvent, TradeOperations, TradeOwnerOperations } from './trade-protocol.ts';

export const PROTOCOL_VERSION = 1;
/** A sealed key and its frame are under 4 KiB; anything near this bound is not a request of ours. */
export const REQUEST_BYTES_MAX = 64 * 1024;
/** On the owner socket only: `restore` carries a whole backup file. */
export const OWNER_REQUEST_BYTES_MAX = 1024 * 1024;
/** A day of a busy bot's orders and trades fits into one snapshot. */
export const REPLY_BYTES_MAX = 16 * 1024 * 1024;
/** Requests that one connection may have waiting; past it the answer is BUSY at once, never silence. */
export const QUEUE_MAX = 256;

/** Key and secret, encrypted to custody's public key before they left the browser or the terminal. */
export type Sealed = {
  readonly v: 1;
  /** Ephemeral P-256 public key, uncompressed point (65 bytes), base64url. */
  readonly epk: string;
  /** 12 bytes, base64url. */
  readonly iv: string;
  /** AES-256-GCM of the credentials with the tag at its end, base64url. */
  readonly ct: string;
};

export type Purpose = 'watch' | 'trade';

export type CheckStep =
  | 'reachable'
  | 'clock'
  | 'key-known'
  | 'signature'
  | 'ip-allowed'
  | 'rights-read'
  | 'cannot-withdraw'
  | 'balance-read'
  | 'history-readable'
  | 'may-trade';

/** In the order of the page. */
export const CHECK_STEPS: readonly CheckStep[] = [
  'reachable',
  'clock',
  'key-known',
  'signature',
  'ip-allowed',
  'rights-read',
  'cannot-withdraw',
  'balance-read',
  'history-readable',
  'may-trade',
];

export type StepState = 'waiting' | 'running' | 'passed' | 'warning' | 'failed' | 'skipped';

export type StepReport = {
  readonly step: CheckStep;
  readonly state: StepState;
  /** A short fact for the line: "0.02 s", "Read, Trade", "9 812.10 USDT"; never a secret. */
  readonly detail: string;
  readonly tookMs: number;
};

export type WireBalance = {
  readonly wallet: Wallet;
  readonly asset: string;
  readonly free: string;
  readonly locked: string;
};

export type CheckReport = {
  readonly atMs: number;
  readonly steps: readonly StepReport[];
  readonly rights: Readonly<Record<Right, RightState>>;
  /** How the rights are known: WhiteBIT has no endpoint for it, so ours are probed. */
  readonly rightsSource: 'exact' | 'probe' | 'user-confirmed' | 'unknown';
  readonly clockOffsetMs: number | null;
  readonly balances: readonly WireBalance[] | null;
  /** Wallets that this key may not look into: what they hold is unknown, not nothing. */
  readonly unreadable?: readonly Wallet[];
  readonly history: {
    readonly walletReadable: boolean;
    readonly tradesReadable: boolean;
    readonly reachDays: number;
  } | null;
  /** The first thing that went wrong, null when all is well. */
  readonly problem: Problem | null;
};

/** Everything that can be wrong with a key or its exchange. The page has cause, cure and one button for each. */
export type ProblemCode =
  | 'swapped'
  | 'malformed-key'
  | 'unknown-key'
  | 'wrong-secret'
  | 'key-or-secret'
  | 'key-off'
  | 'foreign-ip'
  | 'right-missing-read'
  | 'right-missing-wallet'
  | 'cannot-trade'
  | 'can-withdraw'
  | 'rights-unknown'
  | 'clock'
  | 'nonce'
  | 'rate-limited'
  | 'unreachable'
  | 'down'
  | 'account-blocked'
  | 'not-understood'
  | 'already-connected'
  | 'different-account'
  | 'account-unproven'
  | 'sealed-unreadable'
  | 'locked';

export type Problem = {
  readonly code: ProblemCode;
  /** The rights concerned, for `can-withdraw`, `cannot-trade`, `rights-unknown` and `right-missing-*`. */
  readonly rights: readonly Right[];
  /** The other connection, for `already-connected`; only ever one of the same owner. */
  readonly connection: ConnectionId | null;
  readonly fault: VenueFault | null;
  readonly clockOffsetMs: number | null;
};

export type KeySummary = {
  readonly connection: ConnectionId;
  readonly owner: UserId;
  readonly venue: VenueId;
  readonly label: string;
  readonly purpose: Purpose;
  /** First four and last four characters of the public key. */
  readonly keyHint: string;
  readonly version: number;
  readonly addedAtMs: number;
  readonly replacedAtMs: number | null;
  /** Set when a later check found a forbidden right: the key is not used any more until a check clears it. */
  readonly stoppedBecause: ProblemCode | null;
};

export type UnlockMode = 'passphrase' | 'key-file';
export type CustodyStatus = {
  readonly state: 'locked' | 'open' | 'halted';
  /** Why it is halted ("the audit trail does not verify from entry 812"), or an empty text. */
  readonly reason: string;
  readonly unlockMode: UnlockMode;
  /** Where the key file lies, so that the owner can back it up; null with a passphrase. */
  readonly keyFile: string | null;
  /** L1: same user as the server. L2: a user of its own. */
  readonly level: 'L1' | 'L2';
  /** P-256 public key to seal to, uncompressed point, base64url; null until first opened. */
  readonly sealingKey: string | null;
  /** SHA-256 of that key in groups of four hex digits, for a person to compare with `gapless custody`. */
  readonly fingerprint: string | null;
  readonly keys: number;
  /** What the process was started with: "--permission", "no packages" … each a hardening that is really in force. */
  readonly hardening: readonly string[];
  readonly auditHead: { readonly seq: number; readonly hash: string };
  readonly venues: readonly { readonly venue: VenueId; readonly address: string }[];
};

export type AuditEntry = {
  readonly seq: number;
  readonly atMs: number;
  readonly event: string;
  readonly connection: string | null;
  readonly owner: string | null;
  readonly detail: string;
  readonly prevHash: string;
  readonly hash: string;
};

export type AuditVerification =
  | { readonly ok: true; readonly entries: number; readonly head: string }
  | { readonly ok: false; readonly entries: number; readonly firstBadSeq: number; readonly reason: string };

export type ConnectOutcome =
  | { readonly outcome: 'stored'; readonly key: KeySummary; readonly report: CheckReport }
  | { readonly outcome: 'refused'; readonly report: CheckReport };

/** Operations of the desk socket (the server) with what they take and give. */
export type DeskOperations = {
  status: { request: Record<never, never>; reply: CustodyStatus };
  keys: { request: Record<never, never>; reply: readonly KeySummary[] };
  /** Runs every check, then stores. `confirmed` answers what a machine cannot know (rights-unknown). Events: `StepReport`. */
  connect: {
    request: {
      readonly connection: ConnectionId;
      readonly owner: UserId;
      readonly venue: VenueId;
      readonly label: string;
      readonly purpose: Purpose;
      readonly sealed: Sealed;
      readonly confirmed: readonly ('cannot-withdraw' | 'same-account')[];
    };
    reply: ConnectOutcome;
  };
  /** As connect, for a connection that exists; the same account must stand behind the new key. */
  replace: {
    request: {
      readonly connection: ConnectionId;
      readonly owner: UserId;
      readonly purpose: Purpose;
      readonly sealed: Sealed;
      readonly confirmed: readonly ('cannot-withdraw' | 'same-account')[];
    };
    reply: ConnectOutcome;
  };
  /** All checks again with the stored key. A forbidden right stops the key; a clean check frees it. */
  check: { request: { readonly connection: ConnectionId; readonly owner: UserId }; reply: CheckReport };
  balances: {
    request: { readonly connection: ConnectionId; readonly owner: UserId };
    /** `unreadable` names wallets that this key may not look into: what they hold is unknown, not nothing. */
    reply:
      | { readonly atMs: number; readonly balances: readonly WireBalance[]; readonly unreadable?: readonly Wallet[] }
      | { readonly problem: Problem };
  };
  history: {
    request: { readonly connection: ConnectionId; readonly owner: UserId };
    reply:
      | {
          readonly atMs: number;
          readonly walletReadable: boolean;
          readonly tradesReadable: boolean;
          readonly reachDays: number;
        }
      | { readonly problem: Problem };
  };
  drop: {
    request: { readonly connection: ConnectionId; readonly owner: UserId };
    reply: { readonly dropped: boolean };
  };
  lock: { request: Record<never, never>; reply: CustodyStatus };
  /** The passphrase is sealed like a secret: the server passes it on and cannot read it. */
  unlock: { request: { readonly sealed: Sealed }; reply: CustodyStatus };
  audit: { request: { readonly before: number | null; readonly limit: number }; reply: readonly AuditEntry[] };
  'audit-verify': { request: Record<never, never>; reply: AuditVerification };
};

/** Operations of the owner socket (the command line on this machine) beside all of the desk's. */
export type OwnerOperations = {
  /** The backup file's bytes, base64, encrypted under the sealed passphrase. */
  backup: { request: { readonly sealed: Sealed }; reply: { readonly file: string } };
  /** Whose keys a backup holds, so that nothing is replaced before it is known who will have them. Changes nothing. */
  'inspect-backup': {
    request: { readonly sealed: Sealed; readonly file: string };
    reply: { readonly keys: number; readonly owners: readonly UserId[] };
  };
  /**
   * Replaces the keystore. Refused while keys exist unless `overwrite`. Starts a new epoch. Keys stay with the person
   * they are of, but those of `give.from` become those of `give.to`. An account that this person would then have twice
   * is taken once; `leftOut` counts the other keys.
   */
  restore: {
    request: {
      readonly sealed: Sealed;
      readonly file: string;
      readonly overwrite: boolean;
      readonly give: { readonly from: readonly UserId[]; readonly to: UserId } | null;
    };
    reply: { readonly keys: number; readonly leftOut: number };
  };
  'use-passphrase': { request: { readonly sealed: Sealed }; reply: CustodyStatus };
  'use-key-file': { request: Record<never, never>; reply: CustodyStatus };
};

export type CustodyOperations = DeskOperations & OwnerOperations & TradeOperations & TradeOwnerOperations;
export type OperationName = keyof CustodyOperations;

export type CustodyErrorCode =
  | 'BAD_FRAME'
  | 'BAD_REQUEST'
  | 'NOT_ALLOWED'
  | 'NOT_FOUND'
  | 'BUSY'
  | 'LOCKED'
  | 'HALTED'
  | 'WRONG_PASSPHRASE'
  | 'EXPIRED'
  | 'CONFLICT'
  | 'INTERNAL';

/** The first frame of a connection: `{ v, hello: token }`, the token that the supervisor dealt out at this boot. */
export type HelloFrame = { readonly v: 1; readonly hello: string };
export type RequestFrame = {
  readonly v: 1;
  readonly id: number;
  /** Unix milliseconds; a request that arrives later is not begun. */
  readonly deadline: number;
  readonly op: OperationName;
  readonly args: Readonly<Record<string, unknown>>;
};
/** Steps of a check, or what a stream tells. */
export type OperationEvent = StepReport | FollowEvent;
export type ReplyFrame =
  | { readonly v: 1; readonly id: number; readonly event: OperationEvent }
  | { readonly v: 1; readonly id: number; readonly ok: true; readonly result: unknown }
  | {
      readonly v: 1;
      readonly id: number;
      readonly ok: false;
      readonly error: { readonly code: CustodyErrorCode; readonly message: string };
    };

/**
 * Sealing, the same on every side (browser: WebCrypto; terminal and custody: node:crypto):
 * shared = ECDH(P-256); key = HKDF-SHA256(shared, salt = epk || custody public key, info = SEAL_INFO, 32 bytes);
 * AES-256-GCM with the additional data of `sealingContext`. The plaintext is a sequence of fields, each a 2-byte
 * big-endian length and its bytes: [api key, secret] for credentials, [passphrase] for a passphrase.
 */
export const SEAL_INFO = 'gapless seal v1';

/**
 * Binds a sealed message to its use, so that a hostile server cannot replay one for another owner, venue or purpose
 * than the person meant. UTF-8 bytes of this text are the additional data.
 */
export function sealingContext(
  use:
    | { readonly for: 'credentials'; readonly owner: UserId; readonly venue: VenueId }
    | { readonly for: 'passphrase' },
): string {
  switch (use.for) {
    case 'credentials':
      return `credentials|${use.owner}|${use.venue}`;
    case 'passphrase':
      return 'passphrase';
  }
}
