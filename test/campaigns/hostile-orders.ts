/**
 * What a desk that has been taken over could ask of orders, and the judgement over what was signed of it: every order on
 * the market that the owner enabled, each id once, and together no more than the owner's limits.
 */

import { Decimal } from '../../src/core/decimal.ts';
import { clientOrderId } from '../../src/core/ids.ts';
import type { Seeded } from './seeded.ts';

export const ENABLED = 'BTC_USDT';
const MARKETS = [
  ...Array.from({ length: 20 }, () => ENABLED),
  ...['ETH_USDT', 'ETH_USDT', 'BTC_PERP', 'DBTC_DUSDT', 'btc_usdt', 'BTC_USDT/../withdraw'],
];
const GOOD_AMOUNTS = ['0.0001', '0.0005', '0.001', '0.005', '0.02', '1'];
const BAD_AMOUNTS = ['100000', '0', '-1', '1e9', '0.10', '00.1', '', '1'.repeat(40)];
/** How far from the market an attacker prices: at it, at the edge, beyond it, absurdly. */
const RATIOS = ['1', '0.999', '1.001', '0.985', '1.015', '0.9', '1.1', '0.01', '100'];

export type OrderLoot = {
  readonly connections: readonly string[];
  readonly owners: readonly string[];
  /** The market's price now, as the attacker sees it. */
  readonly price: Decimal;
  readonly epoch: number;
};

/** An operation on orders with its arguments: mostly right in form, and never with good intentions. */
export function orderRequest(chance: Seeded, loot: OrderLoot): { readonly op: string; readonly args: object } {
  const about = { connection: chance.chance(85) ? loot.connections[0] : chance.pick(loot.connections) };
  const whose = { ...about, owner: chance.chance(90) ? loot.owners[0] : chance.pick(loot.owners) };
  const op = chance.pick([
    ...[...Array.from({ length: 12 }, () => 'place'), 'cancel', 'find', 'snapshot', 'policy', 'trading-status'],
    ...['propose-policy', 'first-markets', 'withdraw-policy', 'approve-policy', 'resume', 'halt'],
  ]);
  switch (op) {
    case 'place': {
      const orders = Array.from({ length: chance.pick([1, 1, 1, 3, 20, 21]) }, () => order(chance, loot));
      const epoch = chance.chance(95) ? loot.epoch : loot.epoch + chance.between(-1, 1);
      const deadlineMs = Date.now() + (chance.chance(92) ? 3_000 : chance.pick([9_000, 0, -1_000, 60_000]));
      return { op, args: { ...whose, orders, epoch: Math.max(0, epoch), deadlineMs } };
    }
    case 'cancel':
      return { op, args: { ...whose, orders: [name(chance, loot)] } };
    case 'find':
      return { op, args: { ...whose, ...name(chance, loot), sinceMs: Date.now() - chance.below(1_000_000) } };
    case 'snapshot':
      return { op, args: { ...whose, cursor: chance.pick([null, null, 'w1:1', 'x']) } };
    case 'propose-policy':
      return { op, args: { ...whose, limits: wishes(chance) } };
    case 'first-markets':
      // On the victim's own connection only what its owner chose, which might just have been dropped and put back.
      return { op, args: { ...whose, markets: about.connection === loot.connections[0] ? [ENABLED] : ['ETH_USDT'] } };
    case 'withdraw-policy':
    case 'approve-policy':
      return { op, args: { ...whose, proposal: chance.bytes(16).toString('hex') } };
    case 'resume':
      return { op, args: { connection: chance.pick([null, loot.connections[0]]) } };
    case 'halt':
      // Not the victim's: halted is halted, and nothing would be signed from there on.
      return { op, args: { connection: loot.connections[1], why: 'x' } };
    default:
      return { op, args: op === 'policy' ? whose : {} };
  }
}

function order(chance: Seeded, loot: OrderLoot): object {
  const seq = chance.chance(97) ? chance.below(2 ** 30) : chance.below(20);
  const epoch = chance.chance(97) ? loot.epoch : loot.epoch + 1;
  const at = () =>
    loot.price
      .mul(Decimal.parse(chance.pick(RATIOS)))
      .round(2, 'half-even')
      .toString();
  const kind = chance.pick(
    chance.chance(97) ? ['limit', 'limit', 'market', 'stop-limit', 'stop-market'] : ['margin', ''],
  );
  const flags = chance.pick([
    [false, false],
    [true, false],
    [false, true],
    [chance.chance(10), true],
  ]);
  const terms = {
    kind,
    ...(kind === 'limit' || kind === 'stop-limit' ? { price: at() } : {}),
    ...(kind.startsWith('stop') ? { activation: at() } : {}),
    ...(kind === 'limit' ? { postOnly: flags[0], ioc: flags[1] } : {}),
    ...(chance.chance(2) ? { leverage: 10 } : {}),
  };
  const quote = kind.endsWith('market') && chance.chance(40);
  return {
    clientId: chance.chance(95)
      ? clientOrderId('evil', epoch, 'm', seq)
      : chance.pick(['', 'x', 'a'.repeat(65), '../x']),
    market: chance.pick(MARKETS),
    side: chance.pick(['buy', 'sell', 'sell', 'SELL'].slice(0, chance.chance(97) ? 3 : 4)),
    terms,
    quantity: quote
      ? { unit: 'quote', amount: chance.pick(['6', '50', '100', '100000']) }
      : { unit: 'base', amount: chance.pick(chance.chance(95) ? GOOD_AMOUNTS : BAD_AMOUNTS) },
  };
}

function name(chance: Seeded, loot: OrderLoot): object {
  const clientId = chance.chance(60) ? clientOrderId('evil', loot.epoch, 'm', chance.below(20)) : null;
  return {
    market: chance.pick(MARKETS),
    clientId,
    venueId: clientId === null ? String(chance.between(1, 10 ** 6)) : null,
  };
}

function wishes(chance: Seeded): object {
  return {
    markets: chance.pick([[ENABLED], [ENABLED, 'ETH_USDT'], ['BTC_USDT', 'BTC_USDT']]),
    bandPercent: chance.pick(['2', '50', '99']),
    orderPercent: chance.pick(['5', '100']),
    orderFloor: chance.pick(['100', '1000000']),
    adversePercent: chance.pick(['1', '100']),
    turnover: chance.pick(['5', '1000']),
    ordersPerMinute: chance.pick([120, 1_000_000]),
    openPerMarket: chance.pick([100, 1_000_000]),
    openOrders: chance.pick([500, 1_000_000]),
    assetPercent: chance.pick(['90', '100', '101']),
  };
}

type Signed = {
  readonly market: string;
  readonly side: string;
  readonly amount: string;
  readonly price: string;
  readonly clientOrderId: string;
};

/** Adds up what was signed, from the bytes on the wire. */
export class OrderJudge {
  readonly #ids = new Set<string>();
  readonly faults: string[] = [];
  readonly #limits: { readonly largest: Decimal; readonly turnover: Decimal };
  orders = 0;
  #notional = Decimal.ZERO;

  /** `equity`: of the account before the first order; it may grow by a little, so the bounds have a tenth on top. */
  constructor(equity: Decimal) {
    const slack = Decimal.parse('1.1');
    this.#limits = {
      largest: Decimal.max(equity.mul(Decimal.parse('0.05')), Decimal.parse('100')).mul(slack),
      turnover: equity.mul(Decimal.parse('5')).mul(slack),
    };
  }

  see(path: string, body: string): void {
    if (!/^\/api\/v4\/order\/(?:new|bulk|stop_limit)$/.test(path)) return;
    const parsed = JSON.parse(body) as Signed & { readonly orders?: readonly Signed[] };
    for (const one of parsed.orders ?? [parsed]) this.#judge(one);
  }

  #judge(one: Signed): void {
    this.orders += 1;
    const value = Decimal.parse(one.amount).mul(Decimal.parse(one.price));
    this.#notional = this.#notional.add(value);
    if (one.market !== ENABLED) this.faults.push(`an order on ${one.market}`);
    if (this.#ids.has(one.clientOrderId)) this.faults.push(`${one.clientOrderId} was signed twice`);
    this.#ids.add(one.clientOrderId);
    if (value.gt(this.#limits.largest)) this.faults.push(`an order worth ${value.toString()}`);
    if (this.#notional.gt(this.#limits.turnover)) this.faults.push(`orders worth ${this.#notional.toString()} in all`);
  }
}
