/**
 * What a desk that has been taken over could send: it holds the desk's token, knows the protocol, has sealed keys that
 * it recorded and keys of its own, and tries everything else besides. All of it follows from the seed.
 */

import type { Sealed } from '../../src/custody/protocol.ts';
import { type OrderLoot, orderRequest } from './hostile-orders.ts';
import type { Seeded } from './seeded.ts';

/** What the attacker knows and may use. */
export type Loot = {
  readonly connections: readonly string[];
  readonly owners: readonly string[];
  /** Recorded from the page: some used, some not, sealed for one owner and venue. */
  readonly sealed: readonly Sealed[];
  /** Seals something of the attacker's own, as anybody can who knows the public key. */
  seal(fields: readonly Buffer[], context: string): Sealed;
  /** Keys of the attacker's own at the exchange, with every right. */
  readonly keys: readonly { readonly apiKey: string; readonly secret: string }[];
  readonly orders: OrderLoot;
};

export type Frame = {
  readonly kind: string;
  readonly bytes: Buffer;
  /**
   * `answer`: a well-formed request, answered by its id. `closed`: malformed, so the connection ends. `either`: chance
   * decides. `open`: only a part of a frame; custody rightly waits for the rest.
   */
  readonly expects: 'answer' | 'closed' | 'either' | 'open';
};

type Make = (chance: Seeded, loot: Loot, id: number) => Frame;

const DESK_OPS = ['status', 'keys', 'connect', 'replace', 'check', 'balances', 'history', 'audit'] as const;
/** Reads the whole trail, which grows with every signature: asked in every frame it would be all that is measured. */
const SLOW_OP = 'audit-verify';
const SLOW_PERMILLE = 2;
const OWNER_OPS = ['backup', 'inspect-backup', 'restore', 'use-passphrase', 'use-key-file'] as const;
const WISHES = [
  'withdraw',
  'withdraw-pay',
  'transfer',
  'convert',
  'codes',
  'codes/apply',
  'code-create',
  'order/market',
  'cancel-all',
  'kill-switch',
  'modify',
  'order',
  'order/new',
  'sign',
  'signRequest',
  'call',
  'request',
  'raw',
  'eval',
  'exec',
  'export',
  'reveal',
  'secret',
  'key-create',
  'address',
  'sub-account/transfer',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'connect ',
  'CONNECT',
  'balances\u0000withdraw',
  'status/../withdraw',
] as const;
const MOVES: readonly Readonly<Record<string, unknown>>[] = [
  { ticker: 'USDT', amount: '1', address: 'TXattacker', uniqueId: '1', network: 'TRC20' },
  { ticker: 'USDT', amount: '1', from: 'main', to: 'spot' },
  { ticker: 'USDT', amount: '1', passphrase: 'x' },
  { market: 'BTC_USDT', side: 'sell', amount: '1', price: '1' },
];
const PATHS = [
  '/api/v4/main-account/withdraw',
  '/api/v4/main-account/withdraw-pay',
  '/api/v4/main-account/transfer',
  '/api/v4/main-account/codes',
  '/api/v4/convert/confirm',
  '/api/v4/order/new',
  '/api/v4/sub-account/transfer',
];
const FIELDS = ['connection', 'owner', 'venue', 'label', 'purpose', 'sealed', 'confirmed', 'before', 'limit'] as const;

function frame(value: unknown): Buffer {
  return framed(Buffer.from(JSON.stringify(value), 'utf8'));
}

function framed(body: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

function request(id: number, op: unknown, args: unknown, more: object = {}): Buffer {
  return frame({ v: 1, id, deadline: Date.now() + 60_000, op, args, ...more });
}

/** Something where something else belongs. */
function hostileValue(chance: Seeded, loot: Loot): unknown {
  return chance.pick<() => unknown>([
    () => null,
    () => chance.below(2) === 0,
    () => chance.pick([0, -1, 1.5, 1e308, 2 ** 53, Number.MIN_SAFE_INTEGER, 201]),
    () => '',
    () => chance.bytes(chance.below(40)).toString('latin1'),
    () => chance.pick(PATHS),
    () => chance.pick(MOVES),
    () => ({ path: chance.pick(PATHS), parameters: chance.pick(MOVES) }),
    () => ['cannot-withdraw', 'same-account', 'cannot-withdraw'],
    () => [chance.pick(PATHS)],
    () => 'a'.repeat(chance.between(100, 30_000)),
    () => `${chance.pick(loot.connections)}${chance.pick(['', ' ', '\n', '/../', '\u0000'])}`,
    () => 'practice\r\nX-Evil: 1',
    () => 'https://attacker.example',
    () => nested(chance.between(2, 400)),
    () => ({ ...chance.pick(loot.sealed), v: chance.pick([0, 2, '1', null]) }),
    () => ({ ...chance.pick(loot.sealed), owner: chance.pick(loot.owners) }),
    () => JSON.parse('{"__proto__":{"withdraw":true},"constructor":{"prototype":1}}') as unknown,
  ])();
}

function nested(depth: number): unknown {
  let value: unknown = 'withdraw';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { args: value };
  return value;
}

function rightArgs(op: string, chance: Seeded, loot: Loot): Record<string, unknown> {
  const about = { connection: chance.pick(loot.connections), owner: chance.pick(loot.owners) };
  const offer = { purpose: chance.pick(['watch', 'trade']), sealed: chance.pick(loot.sealed) };
  const confirmed = chance.pick<readonly string[]>([[], ['cannot-withdraw'], ['cannot-withdraw', 'same-account']]);
  switch (op) {
    case 'connect':
      return {
        ...about,
        connection: freshId(chance),
        venue: chance.pick(['practice', 'whitebit']),
        label: 'x',
        ...offer,
        confirmed,
      };
    case 'replace':
      return { ...about, ...offer, confirmed };
    case 'check':
    case 'balances':
    case 'history':
    case 'drop':
      return about;
    case 'unlock':
    case 'backup':
    case 'use-passphrase':
      return { sealed: offer.sealed };
    case 'restore':
      return { sealed: offer.sealed, file: chance.bytes(60).toString('base64'), overwrite: true, give: null };
    case 'inspect-backup':
      return { sealed: offer.sealed, file: chance.bytes(60).toString('base64') };
    case 'audit':
      return { before: null, limit: chance.between(1, 3) };
    default:
      return {};
  }
}

function freshId(chance: Seeded): string {
  return Array.from({ length: 26 }, () => chance.pick([...'abcdefghijklmnopqrstuvwxyz234567'])).join('');
}

/** Right in all but one thing. */
const bent: Make = (chance, loot, id) => {
  const op = chance.pick(DESK_OPS);
  const args = rightArgs(op, chance, loot);
  const names = Object.keys(args);
  const name = names.length > 0 && chance.chance(60) ? chance.pick(names) : chance.pick(FIELDS);
  const value = hostileValue(chance, loot);
  if (chance.chance(15)) delete args[name];
  else args[name] = value;
  return { kind: 'one field bent', bytes: request(id, op, args), expects: 'either' };
};

/** A right request with a wish smuggled in beside it. */
const smuggled: Make = (chance, loot, id) => {
  const op = chance.pick(DESK_OPS);
  const extra = chance.pick<object>([
    ...MOVES,
    { path: chance.pick(PATHS) },
    { method: 'withdraw' },
    { parameters: chance.pick(MOVES) },
    JSON.parse('{"__proto__":{"path":"/api/v4/main-account/withdraw"}}') as object,
  ]);
  const inside = chance.chance(50);
  const args = { ...rightArgs(op, chance, loot), ...(inside ? extra : {}) };
  return { kind: 'smuggled fields', bytes: request(id, op, args, inside ? {} : extra), expects: 'either' };
};

const wish: Make = (chance, loot, id) => {
  const op: unknown = chance.chance(85) ? chance.pick(WISHES) : hostileValue(chance, loot);
  const args = { ...rightArgs('check', chance, loot), ...chance.pick(MOVES), path: chance.pick(PATHS) };
  return { kind: 'operation that is none', bytes: request(id, op, args), expects: 'either' };
};

const ownerOnly: Make = (chance, loot, id) => {
  const op = chance.pick(OWNER_OPS);
  return { kind: 'operation of the owner', bytes: request(id, op, rightArgs(op, chance, loot)), expects: 'answer' };
};

const right: Make = (chance, loot, id) => {
  const op = chance.below(1_000) < SLOW_PERMILLE ? SLOW_OP : chance.pick(DESK_OPS);
  return { kind: 'right in form', bytes: request(id, op, rightArgs(op, chance, loot)), expects: 'answer' };
};

/** The stored key, used by its right owner: this is where signatures come from. */
const used: Make = (chance, loot, id) => {
  const args = { connection: loot.connections[0], owner: loot.owners[0] };
  const op = chance.pick(['check', 'balances', 'balances', 'history']);
  return { kind: 'stored key used', bytes: request(id, op, args), expects: 'answer' };
};

/** Orders of every kind, and everything about them that a desk may ask or may not. */
const traded: Make = (chance, loot, id) => {
  const { args, op } = orderRequest(chance, loot.orders);
  return { kind: 'about orders', bytes: request(id, op, args), expects: 'answer' };
};

/** What a desk may rightly do to spite its owner: forget keys, lock, open again. */
const spite: Make = (chance, loot, id) => {
  const op = chance.pick(['lock', 'unlock', 'unlock', 'unlock', 'unlock', 'unlock', 'drop']);
  return { kind: 'spite', bytes: request(id, op, rightArgs(op, chance, loot)), expects: 'answer' };
};

/** Keys of the attacker's own, which may withdraw, offered with every confirmation there is. */
const offered: Make = (chance, loot, id) => {
  const { apiKey, secret } = chance.pick(loot.keys);
  const owner = chance.pick(loot.owners);
  const venue = chance.pick(['practice', 'whitebit']);
  const fields = chance.pick<() => readonly Buffer[]>([
    () => [Buffer.from(apiKey), Buffer.from(secret)],
    () => [Buffer.from(`${apiKey}\r\nX-Evil: 1`), Buffer.from(secret)],
    () => [Buffer.from(secret), Buffer.from(apiKey)],
    () => [Buffer.from(apiKey), Buffer.from(secret), Buffer.from('/api/v4/main-account/withdraw')],
    () => [chance.bytes(chance.below(200)), chance.bytes(chance.below(200))],
    () => [Buffer.from('{"request":"/api/v4/main-account/withdraw"}'), Buffer.from(secret)],
  ])();
  const context = chance.pick([`credentials|${owner}|${venue}`, `credentials|${owner}|${venue}|`, 'passphrase']);
  const sealed = loot.seal(fields, context);
  const args = {
    ...{ connection: freshId(chance), owner, venue, label: 'x', purpose: chance.pick(['watch', 'trade']) },
    ...{ sealed, confirmed: ['cannot-withdraw', 'same-account'] },
  };
  if (chance.chance(70)) return { kind: 'own key offered', bytes: request(id, 'connect', args), expects: 'answer' };
  const replacing = { ...args, connection: chance.pick(loot.connections), venue: undefined, label: undefined };
  return { kind: 'own key offered', bytes: request(id, 'replace', replacing), expects: 'answer' };
};

/** Recorded seals with a bit turned, or for somebody else. */
const replayed: Make = (chance, loot, id) => {
  const sealed = { ...chance.pick(loot.sealed) };
  const part = chance.pick(['epk', 'iv', 'ct'] as const);
  if (chance.chance(70)) {
    const bytes = Buffer.from(sealed[part], 'base64url');
    const at = chance.below(bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << chance.below(8)), at);
    Object.assign(sealed, { [part]: bytes.toString('base64url') });
  }
  const args = { ...rightArgs('connect', chance, loot), owner: freshId(chance), sealed };
  return { kind: 'seal replayed or bent', bytes: request(id, 'connect', args), expects: 'answer' };
};

/** JSON that another reader would take for something else. */
const doubled: Make = (chance, loot, id) => {
  const text = frame({ v: 1, id, deadline: Date.now() + 60_000, op: 'check', args: rightArgs('check', chance, loot) })
    .subarray(4)
    .toString('utf8');
  const body = chance.pick<() => string>([
    () => text.replace('"op":"check"', '"op":"check","op":"withdraw"'),
    () => text.replace('"args":{', '"args":{"path":"/api/v4/main-account/withdraw","path":"x",'),
    () => text.replace('{"v":1', '{ "v":1'),
    () => text.replace('"v":1', '"v":1.0'),
    () => text.replace('check', '\\u0063heck'),
    () => `\ufeff${text}`,
    () => `${text}\n`,
    () => `[${text}]`,
    () => `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
    () => text.slice(0, -1),
    () => text.replace('"v":1', '"v":2'),
    () => text.replace(/"id":\d+/, '"id":-1'),
  ])();
  return { kind: 'ambiguous JSON', bytes: framed(Buffer.from(body, 'utf8')), expects: 'closed' };
};

const bytesOnly: Make = (chance) => {
  const body = chance.bytes(chance.between(1, 300));
  // A first byte that is not `{` cannot begin a request, whatever follows.
  body.writeUInt8(body.readUInt8(0) | 0x80, 0);
  return { kind: 'bytes of chance', bytes: framed(body), expects: 'closed' };
};

const badLength: Make = (chance) => {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(chance.pick([0, 64 * 1024 + 1, 0x7fffffff, 0xffffffff]));
  return { kind: 'impossible length', bytes: Buffer.concat([head, chance.bytes(20)]), expects: 'closed' };
};

const cutShort: Make = (chance, loot, id) => {
  const whole = request(id, 'status', rightArgs('status', chance, loot));
  return { kind: 'cut short', bytes: whole.subarray(0, chance.between(1, whole.length - 1)), expects: 'open' };
};

/** In the order of how often: the numbers are shares of a thousand. */
const MIX: readonly (readonly [share: number, make: Make])[] = [
  [136, bent],
  [160, traded],
  [200, smuggled],
  [150, wish],
  [60, ownerOnly],
  [65, right],
  [25, used],
  [3, spite],
  [10, offered],
  [60, replayed],
  [60, doubled],
  [40, bytesOnly],
  [30, badLength],
  [10, cutShort],
];
const SHARES = MIX.reduce((sum, [share]) => sum + share, 0);

export function makeFrame(chance: Seeded, loot: Loot, id: number): Frame {
  let at = chance.below(SHARES);
  for (const [share, make] of MIX) {
    if (at < share) return make(chance, loot, id);
    at -= share;
  }
  throw new RangeError('The shares do not add up');
}
