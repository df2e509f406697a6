/**
 * What happens to a world, as a list drawn from the seed: what people and markets do, and every fault. Each seed draws a
 * subset of all kinds and how strong they are, so that some worlds know one fault only and others all at once. Leaving
 * out any items leaves the others as they were: that is how a failing list is made short.
 */

import type { Chance } from './chance.ts';
import { chanceOf } from './chance.ts';
import type { HttpFault, StreamFault, Target } from './wire.ts';

export type Act =
  | { readonly kind: 'place'; readonly style: PlaceStyle; readonly times: number }
  | { readonly kind: 'move' | 'cancel' | 'cancel-external' | 'cancel-all' | 'repeat' }
  | { readonly kind: 'halt' | 'resume' }
  | { readonly kind: 'market'; readonly far: boolean }
  | { readonly kind: 'fill' }
  | { readonly kind: 'expel' }
  | { readonly kind: 'deposit'; readonly gone: boolean }
  | { readonly kind: 'others-place' | 'others-cancel' }
  | { readonly kind: 'rules'; readonly what: 'tick' | 'lot' | 'minimum' | 'closed' | 'open' }
  | { readonly kind: 'http'; readonly fault: HttpFault; readonly target: Target; readonly times: number }
  | { readonly kind: 'stream'; readonly fault: StreamFault; readonly times: number }
  | { readonly kind: 'cut' | 'half-open' | 'nonsense' }
  | { readonly kind: 'down' | 'dark'; readonly forMs: number }
  | { readonly kind: 'lag'; readonly forMs: number }
  | { readonly kind: 'link-cut' }
  | { readonly kind: 'link-slow' | 'unread'; readonly forMs: number }
  | { readonly kind: 'kill'; readonly process: 'desk' | 'custody'; readonly forMs: number }
  | { readonly kind: 'power'; readonly forMs: number }
  | { readonly kind: 'kill-at'; readonly process: 'desk' | 'custody'; readonly point: number; readonly forMs: number }
  | { readonly kind: 'disk'; readonly process: 'desk' | 'custody'; readonly forMs: number }
  | { readonly kind: 'clock'; readonly process: 'desk' | 'custody'; readonly byMs: number; readonly forMs: number }
  | { readonly kind: 'sleep'; readonly forMs: number }
  | { readonly kind: 'lock'; readonly forMs: number };

export type PlaceStyle =
  | 'limit'
  | 'far-limit'
  | 'post-only'
  | 'ioc'
  | 'market'
  | 'market-quote'
  | 'stop-limit'
  | 'stop-market';

export type Item = {
  readonly id: number;
  readonly atMs: number;
  /** Which account, for those that need one. */
  readonly account: number;
  /** Where chance is needed while it happens: the same whatever else is left out. */
  readonly draw: number;
  readonly act: Act;
};

/** Kinds of what goes wrong, by the groups of the fault catalogue; a seed draws some of them. */
const FAULT_KINDS = [
  'http-place',
  'http-cancel',
  'http-read',
  'http-public',
  'stream-lost',
  'stream-doubled',
  'stream-late',
  'cut',
  'half-open',
  'nonsense',
  'down',
  'dark',
  'lag',
  'link-cut',
  'link-slow',
  'unread',
  'kill-desk',
  'kill-custody',
  'kill-at',
  'power',
  'disk-desk',
  'disk-custody',
  'clock',
  'sleep',
  'lock',
  'others',
  'deposit',
  'rules',
  'expel',
  'halt',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

const HTTP_WRITES: readonly HttpFault[] = [
  'refused',
  'request-lost',
  'reply-lost',
  'reply-cut',
  'request-late',
  'reply-late',
  'failed-before',
  'failed-after',
  'firewall',
  'redirected',
  'limited',
  'broken',
  'crossed',
  'twice',
  'bulk-short',
  'bulk-shuffled',
];
/** Lists name nobody: whose answer one is cannot be told, and crossing them is nothing that anybody could notice. */
const HTTP_READS = HTTP_WRITES.filter((fault) => !fault.startsWith('bulk') && fault !== 'crossed');
const STYLES: readonly PlaceStyle[] = [
  ...(['limit', 'limit', 'limit', 'limit', 'far-limit', 'far-limit', 'post-only', 'ioc'] as const),
  ...(['market', 'market-quote', 'stop-limit', 'stop-market'] as const),
];

/** What stands still for seconds each time: too much of it, and nothing else happens. */
const RARE: ReadonlySet<FaultKind> = new Set([
  ...(['kill-desk', 'kill-custody', 'power', 'dark', 'down', 'sleep', 'lock', 'disk-desk', 'disk-custody'] as const),
]);

/** A chunk of a storm: so many things, so far apart on average. */
const CHUNK_ITEMS = 30;

export type Storm = {
  readonly seed: number;
  readonly faults: ReadonlyMap<FaultKind, number>;
  /** Milliseconds between two things, on average. */
  readonly paceMs: number;
  readonly accounts: number;
};

export function stormOf(seed: number): Storm {
  const chance = chanceOf(seed, 1);
  const faults = new Map<FaultKind, number>();
  // Some worlds are nearly calm, some know everything.
  const share = chance.next();
  for (const kind of FAULT_KINDS)
    if (chance.is(share)) faults.set(kind, (0.2 + chance.next()) * (RARE.has(kind) ? 0.3 : 1));
  return { seed, faults, paceMs: chance.pick([60, 150, 300]), accounts: chance.is(0.3) ? 1 : 2 };
}

export function chunkOf(storm: Storm, index: number, fromMs: number): readonly Item[] {
  const chance = chanceOf(storm.seed, 1_000 + index);
  const items: Item[] = [];
  let atMs = fromMs;
  for (let at = 0; at < CHUNK_ITEMS; at += 1) {
    atMs += Math.ceil(-Math.log(1 - chance.next()) * storm.paceMs);
    const act = actOf(storm, chance);
    const account = chance.below(storm.accounts);
    items.push({ id: index * CHUNK_ITEMS + at + 1, atMs, account, draw: Math.floor(chance.next() * 2 ** 31), act });
  }
  return items;
}

function actOf(storm: Storm, chance: Chance): Act {
  const kinds = [...storm.faults];
  const strength = kinds.reduce((sum, [, weight]) => sum + weight, 0);
  // At most a third of what happens is trouble.
  if (strength > 0 && chance.is(Math.min(0.35, 0.04 * strength))) {
    let at = chance.next() * strength;
    for (const [kind, weight] of kinds) {
      at -= weight;
      if (at <= 0) return faultOf(kind, chance);
    }
  }
  const roll = chance.next();
  if (roll < 0.42)
    return { kind: 'place', style: chance.pick(STYLES), times: chance.is(0.15) ? 2 + chance.below(4) : 1 };
  if (roll < 0.52) return { kind: 'move' };
  if (roll < 0.62) return { kind: 'cancel' };
  if (roll < 0.64) return { kind: 'repeat' };
  if (roll < 0.65) return { kind: 'cancel-all' };
  if (roll < 0.82) return { kind: 'fill' };
  return { kind: 'market', far: chance.is(0.05) };
}

function faultOf(kind: FaultKind, chance: Chance): Act {
  const times = chance.is(0.8) ? 1 : 1 + chance.below(5);
  const forMs = (mostMs: number): number => 200 + Math.floor(chance.next() ** 2 * mostMs);
  const process = chance.is(0.5) ? 'desk' : 'custody';
  switch (kind) {
    case 'http-place':
    case 'http-cancel':
      return {
        kind: 'http',
        fault: chance.pick(HTTP_WRITES),
        target: kind === 'http-place' ? 'place' : 'cancel',
        times,
      };
    case 'http-read':
    case 'http-public':
      return { kind: 'http', fault: chance.pick(HTTP_READS), target: kind === 'http-read' ? 'read' : 'public', times };
    case 'stream-lost':
      return { kind: 'stream', fault: 'lost', times: times * 2 };
    case 'stream-doubled':
      return { kind: 'stream', fault: 'doubled', times: times * 3 };
    case 'stream-late':
      return { kind: 'stream', fault: 'late', times: times * 3 };
    case 'cut':
    case 'half-open':
    case 'nonsense':
    case 'link-cut':
      return { kind };
    case 'down':
    case 'dark':
      return { kind, forMs: forMs(20_000) };
    case 'lag':
      return { kind, forMs: forMs(20_000) };
    case 'link-slow':
    case 'unread':
      return { kind, forMs: forMs(8_000) };
    case 'kill-desk':
      return { kind: 'kill', process: 'desk', forMs: forMs(6_000) };
    case 'kill-custody':
      return { kind: 'kill', process: 'custody', forMs: forMs(6_000) };
    case 'power':
      return { kind, forMs: forMs(6_000) };
    case 'kill-at':
      return { kind: 'kill-at', process, point: chance.below(1_000), forMs: forMs(3_000) };
    case 'disk-desk':
      return { kind: 'disk', process: 'desk', forMs: forMs(4_000) };
    case 'disk-custody':
      return { kind: 'disk', process: 'custody', forMs: forMs(4_000) };
    case 'clock': {
      const byMs = chance.pick([-300_000, -5_000, -500, 500, 5_000, 300_000]);
      return { kind: 'clock', process, byMs, forMs: forMs(20_000) };
    }
    case 'sleep':
      return { kind: 'sleep', forMs: chance.is(0.05) ? 120_000 : forMs(10_000) };
    case 'lock':
      return { kind: 'lock', forMs: forMs(6_000) };
    case 'others':
      return { kind: chance.pick(['others-place', 'others-place', 'others-cancel', 'cancel-external'] as const) };
    case 'deposit':
      return { kind: 'deposit', gone: chance.is(0.3) };
    case 'rules':
      return { kind: 'rules', what: chance.pick(['tick', 'lot', 'minimum', 'closed', 'open', 'open'] as const) };
    case 'expel':
      return { kind: 'expel' };
    case 'halt':
      return { kind: chance.is(0.3) ? 'halt' : 'resume' };
  }
}

/** One line of the list that a failing seed prints. */
export function sentence({ id, atMs, account, act }: Item, startMs: number): string {
  const { kind, ...rest } = act;
  const words = Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`);
  return `#${id} +${((atMs - startMs) / 1_000).toFixed(3)} s account ${account}: ${kind}${words.length > 0 ? ` (${words.join(', ')})` : ''}`;
}
