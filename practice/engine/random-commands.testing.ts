import { Decimal } from '../../src/core/decimal.ts';
import { mix } from '../market/noise.ts';
import type { AccountId, Listing } from '../ports.ts';
import type { Command, NewOrder, OrderName } from './commands.ts';
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
const MARKETS = ['BTC_USDT', 'ETH_BTC', 'PEPE_USDT'] as const;
type MarketName = (typeof MARKETS)[number];

export const ACCOUNTS: readonly AccountId[] = ['ann', 'ben', 'cat', 'dan', 'eve'] as AccountId[];
const POOR = ACCOUNTS[4];
const FUNDS = { USDT: '50000', BTC: '3', ETH: '40', PEPE: '2000000000' } as const;
const KNOWN_ORDERS = 60;
/** The centre of prices wanders around in this many commands. */
const WAVE = 900;

type Known = { readonly account: AccountId; readonly market: string; readonly id: number };

export class RandomCommands {
  readonly #seed: number;
  #draws = 0;
  #number = 0;
  #atUs = 1_700_000_000_000_000;
  readonly #known: Known[] = [];

  constructor(seed: number) {
    this.#seed = mix(seed, 1);
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
    if (chance < 820) return { kind: 'cancel', atUs, ...this.#someOrder(account, market) };
    if (chance < 840) {
      const names = [this.#someOrder(account, market), this.#someOrder(account, market)];
      return { kind: 'cancel-bulk', atUs, account, orders: names.map(({ order }) => order) };
    }
    if (chance < 950) return this.#modification(atUs, account, market);
    return this.#rare(chance, atUs, account, market);
  }

  #rare(chance: number, atUs: number, account: AccountId, market: MarketName): Command {
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
      this.#below(12) === 0 ? Math.floor(CENTRES[market] / STEPS[market] / 11) + this.#below(60) : this.#below(14) - 3;
    return {
      ...common,
      type: 'limit',
      price:
        this.#below(150) === 0
          ? Decimal.parse('0.00000000001')
          : this.#price(market, common.side === 'buy' ? -away : away),
      postOnly: this.#below(8) === 0,
      ioc: this.#below(8) === 0,
      bboRole: this.#below(12) === 0 ? this.#pick([1, 2] as const) : null,
    };
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
    const phase = this.#number % WAVE;
    const wave = phase < WAVE / 2 ? phase : WAVE - phase;
    const ticks = CENTRES[market] + STEPS[market] * (Math.floor(wave / 20) + away);
    return Decimal.fromInteger(BigInt(ticks), market === 'BTC_USDT' ? 2 : market === 'ETH_BTC' ? 6 : 10);
  }

  #someOrder(account: AccountId, market: MarketName): { readonly account: AccountId; readonly order: OrderName } {
    if (this.#known.length === 0 || this.#below(6) === 0)
      return { account, order: { market, clientOrderId: `c${this.#below(40)}` } };
    const known = this.#pick(this.#known);
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
