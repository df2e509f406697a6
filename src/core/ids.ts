/** Names of things, told apart by the type checker though all are text. */

export type UserId = string & { readonly __brand: 'UserId' };
/** One account at one exchange. It outlives its keys: replacing a key keeps the connection. */
export type ConnectionId = string & { readonly __brand: 'ConnectionId' };
export type VenueId = 'whitebit' | 'practice';

/** Ids that we make: 26 lower-case base-32 characters, 130 random bits. */
const ID = /^[a-z2-7]{26}$/;

export function isId(text: string): boolean {
  return ID.test(text);
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** From at least 26 random bytes, handed in so that this stays a pure function. */
export function idFrom(random: Uint8Array): string {
  let text = '';
  for (const byte of random.subarray(0, 26)) text += ALPHABET[byte & 31] ?? '';
  if (!isId(text)) throw new RangeError('An id needs 26 random bytes');
  return text;
}

/** The name of one order, made by us before it is sent and used once, ever. */
export type ClientOrderId = string & { readonly __brand: 'ClientOrderId' };

/** What a client order id says about itself. */
export type ClientOrderName = {
  /**
   * The connection at this installation. Two installations, or two keys at one, may trade on the same account and must
   * never take each other's orders for their own.
   */
  readonly install: string;
  /** Grows whenever a backup is restored, so that what was used since the backup is never used again. */
  readonly epoch: number;
  /** `m` for orders that a person placed, otherwise the tag of the bot. */
  readonly owner: string;
  readonly seq: number;
};

/** The owner of orders that a person placed. */
export const MANUAL_OWNER = 'm';
/** The strictest exchange known (Gate) takes 28 characters. */
export const CLIENT_ORDER_ID_LENGTH_MAX = 28;
/** 8 + 3 + 6 + 8 characters and three dashes are 28. Eight digits of base 36 are 2.8 million million orders. */
const CLIENT_ORDER_ID = /^([a-z0-9]{1,8})-(0|[1-9a-z][0-9a-z]{0,2})-([a-z0-9]{1,6})-(0|[1-9a-z][0-9a-z]{0,7})$/;

/** Whether a bot may be called so inside a client order id. */
export function isOwnerTag(tag: string): boolean {
  return /^[a-z0-9]{1,6}$/.test(tag);
}

/** `<install>-<epoch>-<owner>-<seq>`, numbers in base 36. Throws `RangeError` where a part does not fit. */
export function clientOrderId(install: string, epoch: number, owner: string, seq: number): ClientOrderId {
  const text = `${install}-${epoch.toString(36)}-${owner}-${seq.toString(36)}`;
  const parsed = parseClientOrderId(text);
  if (parsed === null || parsed.epoch !== epoch || parsed.seq !== seq)
    throw new RangeError(`Not the parts of a client order id: ${text.slice(0, 60)}`);
  return text as ClientOrderId;
}

/** Null for a name that we did not make. A name has one writing only: leading zeros and capitals are refused. */
export function parseClientOrderId(text: string): ClientOrderName | null {
  const match = CLIENT_ORDER_ID.exec(text);
  if (match === null) return null;
  const [, install = '', epoch = '', owner = '', seq = ''] = match;
  return { install, epoch: Number.parseInt(epoch, 36), owner, seq: Number.parseInt(seq, 36) };
}

const TAG_PART = 4;

/**
 * What a connection of this installation calls its orders by: twenty bits of chance of either. Accounts that were begun
 * before connections had a part in it keep the tag they have.
 */
export function orderTag(install: string, connection: ConnectionId): string {
  return install.slice(0, TAG_PART) + connection.slice(0, TAG_PART);
}

/** Whether the name bears this tag, in whatever epoch. */
export function isOurs(install: string, id: string): id is ClientOrderId {
  return parseClientOrderId(id)?.install === install;
}
