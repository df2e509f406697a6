import { Decimal } from '../../src/core/decimal.ts';
import { mix } from '../market/noise.ts';
import type { AccountId, Listing } from '../ports.ts';
import type { Command, NewOrder, OrderName } from './commands.ts';
import type { EngineEvent } from './events.ts';
import type { MarketRules } from './market-spec.ts';
import { rulesOf } from './market-spec.ts';
import { listing } from './world.testing.ts';

/**
 * Random commands of one seed, each following from the seed and its number, and from the ids the caller tells it of, so
 * that cancellations and changes mostly find an order. Prices crowd around a wandering centre: queues form and books
 * cross often. Some commands are wrong on purpose, and one account is poor.
 */

export const RANDOM_LISTINGS: readonly Listing[] = [
  listing('BTC_USDT', [6, 2], '5'),
  listing('ETH_BTC', [4, 6], '0.0001'),
  { ...listing('PEPE_USDT', [-3, 10], '1'), makerFee: '0.05', takerFee: '0.08' },
];
export const RANDOM_PRICES: ReadonlyMap<string, Decimal> = new Map([
  ['BTC_USDT', Decimal.parse('40000')],
  ['ETH_BTC', Decimal.parse('0.05')],
]);
const CENTRES = { BTC_USDT: 4_000_000, ETH_BTC: 50_000, PEPE_USDT: 40_000 } as const;
/** Ticks between neighbouring prices, and lots of an ordinary order, by market. */
const STEPS = { BTC_USDT: 100, ETH_BTC: 10, PEPE_USDT: 5 } as const;
const LOTS = { BTC_USDT: 1000, ETH_BTC: 200, PEPE_USDT: 400_000 } as const;
const TICK_SCALES = { BTC_USDT: 2, ETH_BTC: 6, PEPE_USDT: 10 } as const;
const MARKETS = ['BTC_USDT', 'ETH_BTC', 'PEPE_USDT'] as const;
type MarketName = (typeof MARKETS)[number];

export const ACCOUNTS: readonly AccountId[] = ['ann', 'ben', 'cat', 'dan', 'eve'] as AccountId[];
const POOR = ACCOUNTS[4];
export const RANDOM_TICKERS = ['USDT', 'BTC', 'ETH', 'PEPE'] as const;
const FUNDS = { USDT: '50000', BTC: '3', ETH: '40', PEPE: '2000000000' } as const;
const KNOWN_ORDERS = 200;
const KNOWN_OVER = 5;
/** How far the centre of prices climbs before it falls again. */
const WAVE_STEPS = 22;

/**
 * Two kinds of market. In a `thin` one prices run up and down all the time, so most orders trade soon and stops go off;
 * in a `deep` one they hardly move, fewer orders cross and few are cancelled, so that long queues form at each price.
 */
export type Temper = {
  /** The centre of prices wanders around in this many commands. */
  readonly wave: number;
  /** Limit prices lie up to this many steps from the centre. */
  readonly stepsAway: number;
  /** One in so many chances to sweep away all orders of somebody or of a market is taken. */
  readonly sweepOneIn: number;
  /** Of a thousand commands those from 640 to below this are cancellations; up to 820 limit orders take their place. */
  readonly cancelBelow: number;
};
export const THIN: Temper = { wave: 900, stepsAway: 11, sweepOneIn: 1, cancelBelow: 780 };
const DEEP: Temper = { wave: 40_000, stepsAway: 7, sweepOneIn: 20, cancelBelow: 660 };

/** Odd seeds are deep, even ones thin. */
export function temperOf(seed: number): Temper {
  return seed % 2 === 0 ? THIN : DEEP;
}

type Known = { readonly account: AccountId; readonly market: string; readonly id: number };

export class RandomCommands {
  readonly #seed: number;
  #draws = 0;
  #number = 0;
  #atUs = 1_700_000_000_000_000;
  readonly #known: Known[] = [];
  /** The newest that ended: cancelling what is over must be tried, too. */
  readonly #over: Known[] = [];
  readonly #lastTicks = new Map<string, number>();
  readonly #temper: Temper;

  constructor(seed: number, temper: Temper = THIN) {
    this.#seed = mix(seed, 1);
    this.#temper = temper;
  }

  /** Money for everybody; these come first. */
  funding(): Command[] {
    return ACCOUNTS.flatMap((account) =>
      Object.entries(FUNDS).map(
        ([ticker, amount]): Command => ({
          kind: 'credit',
          atUs: this.#atUs,
          account,
          ticker,
          amount: account === POOR ? Decimal.parse(amount).mul(Decimal.power(-3)) : Decimal.parse(amount),
        }),
      ),
    );
  }

  /** Tells of an order that may be open. */
  know(account: AccountId, market: string, id: number): void {
    if (this.#known.length >= KNOWN_ORDERS) this.#known[this.#below(KNOWN_ORDERS)] = { account, market, id };
    else this.#known.push({ account, market, id });
  }

  /** Follows what happened: orders that are new are open, those that end are not, and what was paid last. */
  learn(events: readonly EngineEvent[]): void {
    for (const event of events) {
      if (event.kind === 'trade') this.#lastTicks.set(event.spec.name, event.ticks);
      if (event.kind !== 'order') continue;
      const { account, spec, id, activated } = event.order;
      // An activated stop order is told as new a second time.
      const isKnown = activated && this.#known.some((known) => known.id === id);
      if (event.change === 'new' && !isKnown) this.know(account, spec.name, id);
      else if (event.change === 'finish') this.#forget(id);
    }
  }

  #forget(id: number): void {
    const index = this.#known.findIndex((known) => known.id === id);
    if (index === -1) return;
    this.#over.push(...this.#known.splice(index, 1));
    if (this.#over.length > KNOWN_OVER) this.#over.shift();
  }

  next(): Command {
    this.#number += 1;
    this.#atUs += this.#below(20_000);
    const atUs = this.#atUs;
    const account = this.#pick(ACCOUNTS);
    const market = this.#pick(MARKETS);
    const chance = this.#below(1000);
    if (chance < 580) return { kind: 'place', atUs, account, order: this.#order(market) };
    if (chance < 640) {
      const orders = Array.from({ length: 1 + this.#below(4) }, () => this.#limit(this.#pick(MARKETS)));
      return { kind: 'bulk', atUs, account, orders, stopOnFail: this.#below(2) === 0 };
    }
    if (chance < this.#temper.cancelBelow) return { kind: 'cancel', atUs, ...this.#someOrder(account, market) };
    if (chance < 820) return { kind: 'place', atUs, account, order: this.#limit(market) };
    if (chance < 840) {
      const [one, two] = [this.#someOrder(account, market), this.#someOrder(account, market)];
      return { kind: 'cancel-bulk', atUs, account: one.account, orders: [one.order, two.order] };
    }
    if (chance < 950) return this.#modification(atUs, account, market);
    return this.#rare(chance, atUs, account, market);
  }

  #rare(chance: number, atUs: number, account: AccountId, market: MarketName): Command {
    if (chance < 962 && this.#below(this.#temper.sweepOneIn) !== 0) return { kind: 'tick', atUs };
    if (chance < 956)
      return { kind: 'cancel-all', atUs, account, market: this.#below(2) === 0 ? null : market, types: null };
    if (chance < 962) {
      const timeoutSec = this.#below(4) === 0 ? null : 5 + this.#below(20);
      return { kind: 'kill-switch', atUs, account, market, timeoutSec, types: this.#below(3) === 0 ? ['spot'] : null };
    }
    if (chance < 968) {
      const rates = { maker: Decimal.fromInteger(BigInt(this.#below(2000)), 6), taker: Decimal.fromInteger(800n, 6) };
      return { kind: 'fees', atUs, account, market, rates: this.#below(3) === 0 ? null : rates };
    }
    if (chance < 976) {
      const ticker = this.#pick(['USDT', 'BTC'] as const);
      const amount = Decimal.fromInteger(BigInt(1 + this.#below(10 ** 6)), ticker === 'USDT' ? 3 : 6);
      return { kind: this.#below(2) === 0 ? 'credit' : 'debit', atUs, account, ticker, amount };
    }
    if (chance < 978) {
      const status = this.#pick(['open', 'open', 'halted', 'post-only', 'delisted'] as const);
      return { kind: 'market-status', atUs, market, status };
    }
    if (chance < 984) return { kind: 'market-rules', atUs, market, rules: this.#rules(market, chance === 978) };
    // Whatever was closed opens again soon.
    return chance < 999 ? { kind: 'market-status', atUs, market, status: 'open' } : { kind: 'tick', atUs };
  }

  /** The listed rules, or coarser ones. */
  #rules(name: MarketName, coarser: boolean): MarketRules {
    const found = RANDOM_LISTINGS.find((one) => one.name === name);
    if (found === undefined) throw new RangeError(`No listing of ${name}`);
    const rules = rulesOf(found);
    if (!coarser) return rules;
    const { stockPrec, moneyPrec, minTotal } = rules;
    return {
      ...rules,
      stockPrec: stockPrec - 1,
      moneyPrec: moneyPrec - this.#below(2),
      minTotal: minTotal.add(minTotal),
    };
  }

  #order(market: MarketName): NewOrder {
    const chance = this.#below(100);
    if (chance < 62) return this.#limit(market);
    const common = this.#common(market);
    const spent = { ...common, amount: common.side === 'buy' ? this.#money(market) : common.amount };
    if (chance < 74) return { ...spent, type: 'market' };
    if (chance < 80) return { ...common, type: 'stock market' };
    // Some want a good part of the book.
    if (chance < 82) return { ...common, amount: common.amount.mul(Decimal.fromInteger(15n)), type: 'stock market' };
    const activationPrice = this.#price(market, this.#below(25) - 12);
    if (chance < 92) {
      const bboRole = this.#below(12) === 0 ? this.#pick([1, 2] as const) : null;
      return {
        ...common,
        type: 'stop limit',
        price: this.#price(market, this.#below(25) - 12),
        activationPrice,
        bboRole,
      };
    }
    return { ...spent, type: 'stop market', activationPrice };
  }

  #limit(market: MarketName): NewOrder {
    const common = this.#common(market);
    // A few stand about a tenth away, where the bands of market orders end.
    const away =
      this.#below(12) === 0
        ? Math.floor(CENTRES[market] / STEPS[market] / 11) + this.#below(60)
        : this.#below(this.#temper.stepsAway + 3) - 3;
    return {
      ...common,
      type: 'limit',
      price: this.#limitPrice(market, common.side === 'buy' ? -away : away),
      postOnly: this.#below(8) === 0,
      ioc: this.#below(8) === 0,
      bboRole: this.#below(12) === 0 ? this.#pick([1, 2] as const) : null,
    };
  }

  #limitPrice(market: MarketName, away: number): Decimal {
    const chance = this.#below(300);
    if (chance < 2) return Decimal.parse('0.00000000001');
    if (chance >= 12) return this.#price(market, away);
    // Just inside, on and just outside the edges of the bands around the last price.
    const last = this.#lastTicks.get(market) ?? CENTRES[market];
    const percent = this.#pick([50, 90, 110, 150] as const);
    return decimalAt(market, Math.floor((last * percent) / 100) + this.#below(4) - 1);
  }

  #common(market: MarketName): Pick<NewOrder, 'market' | 'side' | 'amount' | 'clientOrderId' | 'stp'> {
    const lots =
      this.#below(60) === 0 ? 1 : LOTS[market] * (1 + this.#below(12)) + (market === 'PEPE_USDT' ? 0 : this.#below(9));
    const scale = market === 'BTC_USDT' ? 6 : market === 'ETH_BTC' ? 4 : 0;
    return {
      market,
      side: this.#below(2) === 0 ? 'buy' : 'sell',
      amount: Decimal.fromInteger(BigInt(lots), scale),
      clientOrderId: this.#below(3) === 0 ? `c${this.#below(40)}` : null,
      stp: this.#pick(['no', 'no', 'cb', 'cn', 'co'] as const),
    };
  }

  #money(market: MarketName): Decimal {
    return market === 'ETH_BTC'
      ? Decimal.fromInteger(BigInt(100 + this.#below(90_000)), 6)
      : Decimal.fromInteger(BigInt(100 + this.#below(90_000)), 2);
  }

  /** `away` steps from where the market is at this number. */
  #price(market: MarketName, away: number): Decimal {
    const { wave } = this.#temper;
    const phase = this.#number % wave;
    const climbed = Math.floor(((phase < wave / 2 ? phase : wave - phase) * WAVE_STEPS) / (wave / 2));
    const ticks = CENTRES[market] + STEPS[market] * (climbed + away);
    // A few stand between the others, where percentages do not come out even.
    return decimalAt(market, ticks + (this.#below(12) === 0 ? this.#below(STEPS[market]) : 0));
  }

  #someOrder(account: AccountId, market: MarketName): { readonly account: AccountId; readonly order: OrderName } {
    if (this.#known.length === 0 || this.#below(6) === 0)
      return { account, order: { market, clientOrderId: `c${this.#below(40)}` } };
    const known = this.#pick(this.#over.length > 0 && this.#below(8) === 0 ? this.#over : this.#known);
    return { account: known.account, order: { market: known.market, orderId: known.id } };
  }

  #modification(atUs: number, account: AccountId, market: MarketName): Command {
    const some = this.#someOrder(account, market);
    const name = MARKETS.find((one) => one === some.order.market) ?? market;
    const chance = this.#below(11);
    const change = {
      amount: chance < 4 ? this.#common(name).amount : null,
      total: chance === 10 ? this.#money(name) : null,
      price: chance < 8 ? this.#price(name, this.#below(20) - 10) : null,
      activationPrice: chance === 8 ? this.#price(name, this.#below(20) - 10) : null,
      stp: chance === 9 ? ('co' as const) : null,
    };
    return { kind: 'modify', atUs, ...some, change };
  }

  /** A whole number from 0 to below `bound`. */
  #below(bound: number): number {
    this.#draws += 1;
    return mix(this.#seed, this.#draws) % bound;
  }

  #pick<T>(values: readonly T[]): T {
    const value = values[this.#below(values.length)];
    if (value === undefined) throw new RangeError('Nothing to pick from');
    return value;
  }
}

function decimalAt(market: MarketName, ticks: number): Decimal {
  return Decimal.fromInteger(BigInt(ticks), TICK_SCALES[market]);
}
