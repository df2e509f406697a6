/** Steps as machines make them, and steps made by hand where a test wants one very thing. */

import { Decimal } from '../core/decimal.ts';
import type { FillKey } from '../core/fill.ts';
import type { ClientOrderId, ConnectionId, UserId } from '../core/ids.ts';
import type { OrderStatus } from '../core/order.ts';
import { openAccount } from '../engine/account.ts';
import type { Change } from '../engine/applied.ts';
import type { OrderKey } from '../engine/events.ts';
import type { MachineRow, Order } from '../engine/state.ts';
import { OPENING, World } from '../engine/world.testing.ts';
import type { Written } from './trade-store.ts';

export type Lived = {
  readonly steps: readonly Written[];
  /** The machine's text after each step. */
  readonly texts: readonly string[];
};

const lives = new Map<string, Lived>();

/** A life in the hostile world, crashes included. It costs a second and is lived once. */
export function lifeOf(seed: number, connection: ConnectionId, owner: UserId): Lived {
  const name = `${seed} ${connection} ${owner}`;
  const life = lives.get(name) ?? live(seed, connection, owner);
  lives.set(name, life);
  return life;
}

function live(seed: number, connection: ConnectionId, owner: UserId): Lived {
  const world = new World(seed);
  const steps: Written[] = [];
  const texts: string[] = [];
  const look = world.oracle.after.bind(world.oracle);
  world.oracle.after = (event, applied, machine) => {
    steps.push({ connection, owner, event, applied });
    texts.push(machine.text());
    look(event, applied, machine);
  };
  world.run();
  return { steps, texts };
}

const NOTHING = { commands: [], changes: [], refused: null, surprises: [], order: null } as const;

const [MACHINE] = openAccount(OPENING)
  .apply({ kind: 'time', atMs: OPENING.atMs })
  .changes.flatMap((change): MachineRow[] => (change.kind === 'machine' ? [change.row] : []));

export function stepOf(connection: string, owner: string, changes: readonly Change[], atMs = 1): Written {
  if (MACHINE === undefined) throw new Error('A step without its machine');
  return {
    connection: connection as ConnectionId,
    owner: owner as UserId,
    event: { kind: 'time', atMs },
    applied: { ...NOTHING, changes: [{ kind: 'machine', row: MACHINE }, ...changes] },
  };
}

type OrderWish = Partial<Pick<Order, 'owner' | 'slot' | 'market' | 'clientId' | 'venueId' | 'createdAtMs'>>;

export function orderOf(key: string, rank: number, more: OrderWish = {}, closedAtMs: number | null = null): Change {
  const { ZERO } = Decimal;
  const status: OrderStatus =
    closedAtMs === null ? { kind: 'open' } : { kind: 'closed', why: 'filled', atMs: closedAtMs };
  const row: Order = {
    ...{
      key: key as OrderKey,
      clientId: key as ClientOrderId,
      venueId: null,
      rank,
      owner: 'm',
      user: null,
      slot: null,
    },
    ...{ market: 'BTC_USDT', side: 'buy', terms: null, quantity: { unit: 'base', amount: ZERO }, status },
    ...{ settled: closedAtMs !== null, detail: null, filledBase: ZERO, filledQuote: ZERO, toldBase: ZERO },
    ...{ feesPending: 0, cancelWanted: false, quarantine: null, createdAtMs: rank, deadlineMs: 0, issues: 0 },
    ...{ sentAtMs: null, acceptedAtMs: null, reserve: null, inquiry: null, replaces: null, replacedBy: null },
    ...{ move: null, moveEnd: null },
    ...more,
  };
  return { kind: 'order', row };
}

export function fillOf(key: string, order: string, rank: number, atMs: number, market = 'BTC_USDT'): Change {
  const one = Decimal.parse('1');
  return {
    kind: 'fill',
    row: {
      ...{ key: key as FillKey, tradeId: key, order, venueOrderId: null, market, side: 'buy', price: one },
      ...{ quantity: one, value: one, fee: { kind: 'pending' }, role: null, atMs, source: 'stream' },
      ...{ rank, booked: true, reversed: false, compared: false },
    },
  };
}

export function forgetOf(what: Partial<Record<'orders' | 'fills' | 'requests', readonly string[]>>): Change {
  const { orders = [], fills = [], requests = [] } = what;
  return { kind: 'forget', orders: orders as OrderKey[], fills: fills as FillKey[], requests };
}
