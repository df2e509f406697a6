/** What the exchange does wrong while the trade-kill campaign runs. It does it to everybody, and never lies about deals. */

import { practiceCall } from '../practice-api.ts';
import type { Seeded } from './seeded.ts';

type Arm = { readonly id: string; readonly way?: string } & Readonly<Record<string, unknown>>;

const NEW = '/api/v4/order/new';
const BULK = '/api/v4/order/bulk';
const CANCEL = '/api/v4/order/cancel';
/** A few strikes each: what struck for ever would leave nothing to trade. */
const STRIKES_MAX = 4;
/** Long enough to outlive a client's patience with some, short enough that the nonce's five seconds are not passed. */
const LATE_MS = 3_000;
const SILENT_MS = 6_000;
const ARMED_MAX = 3;

const BY_ONE: readonly ((chance: Seeded) => Arm)[] = [
  (chance) => ({ id: 'F01', way: chance.pick(['cut', 'silence']), path: chance.pick([NEW, BULK, CANCEL]) }),
  (chance) => ({ id: 'F02', way: chance.pick(['cut', 'silence']), path: chance.pick([NEW, BULK, CANCEL]) }),
  () => ({ id: 'F03', way: 'random', delayMs: LATE_MS }),
  (chance) => ({ id: 'F05', way: chance.pick(['502', '503', '504', '500']), executed: chance.chance(50) }),
  () => ({ id: 'F06' }),
  (chance) => ({ id: 'F07', path: chance.pick([NEW]) }),
  (chance) => ({ id: 'F09', way: chance.pick(['missing', 'reordered', 'partial']) }),
  (chance) => ({ id: 'F12', way: chance.pick(['filled', 'half-filled']) }),
  () => ({ id: 'F13' }),
  (chance) => ({ id: 'F14', way: chance.pick(['funds', 'post-only']) }),
  (chance) => ({ id: 'F15', way: chance.pick(['malformed', 'truncated', 'empty']) }),
  () => ({ id: 'F20' }),
  () => ({ id: 'F21' }),
  () => ({ id: 'F22', delayMs: 500 }),
  () => ({ id: 'F23', delayMs: 500 }),
  () => ({ id: 'F24', way: 'deals' }),
  () => ({ id: 'F25', delayMs: 1_000 }),
  () => ({ id: 'F50', path: '/api/v4/order' }),
  () => ({ id: 'F55', delayMs: SILENT_MS, path: '/api/v4/order' }),
  () => ({ id: 'F67', path: '/api/v4/order' }),
];
/** Done at once to the streams. */
const AT_ONCE: readonly Arm[] = [
  { id: 'F43', way: 'cut' },
  { id: 'F43', way: 'restart' },
  { id: 'F45', way: 'socket' },
  { id: 'F47', way: 'ended' },
];

/** Arms a few; gives their names. A dead exchange takes none. */
export async function armSome(practice: string, chance: Seeded): Promise<string[]> {
  const arms: Arm[] = Array.from({ length: chance.between(1, ARMED_MAX) }, () => ({
    ...chance.pick(BY_ONE)(chance),
    count: chance.between(1, STRIKES_MAX),
    seed: String(chance.below(1_000_000)),
  }));
  if (chance.chance(20)) arms.push(chance.pick(AT_ONCE));
  const armed: string[] = [];
  for (const arm of arms) {
    const done = await practiceCall(practice, 'faults/arm', arm).then(
      () => true,
      (error: unknown) => {
        // Its own refusal of the order is a mistake made here; a connection that breaks is the campaign.
        if (error instanceof Error && error.message.startsWith('faults/arm')) throw error;
        return false;
      },
    );
    if (done) armed.push(arm.way === undefined ? arm.id : `${arm.id} ${arm.way}`);
  }
  return armed;
}

export function calm(practice: string): Promise<unknown> {
  return practiceCall(practice, 'faults/clear', {});
}
