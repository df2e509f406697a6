/** One account of the soak: keeps so many orders open, takes one back now and then, and trades a little. */

import { randomBytes } from 'node:crypto';
import type { OrderDraft } from '../../src/contract/trading.ts';
import { practiceCall, practiceKey } from '../practice-api.ts';
import { type DeskPerson, DeskRefusal } from './desk-person.ts';
import type { Seeded } from './seeded.ts';

export const MARKET = 'BTC_USDT';
const READY_MS = 120_000;
/** Some 20 USDT each: below every limit that stands without anybody having thought about it. */
const AMOUNT = '0.0003';
const MONEY = [
  ['USDT', '100000'],
  ['BTC', '2'],
] as const;
/** In percent away from the best price: some are met by the market within minutes, most are not. */
const AWAY_PERCENT = { least: 0.05, most: 3 };
/** Orders added in one turn: the exchange is to be used, not flooded. */
const ADDED_AT_ONCE = 3;
const CONFIRMED = ['far-from-market', 'price-unknown', 'without-stream'] as const;

export type Counts = { placed: number; cancelled: number; taken: number; refused: number; unanswered: number };
type Best = { readonly bid: number; readonly ask: number };

export class SoakAccount {
  readonly email: string;
  readonly connection: string;
  readonly #person: DeskPerson;
  readonly #chance: Seeded;
  readonly #counts: Counts;

  private constructor(of: { email: string; connection: string; person: DeskPerson; chance: Seeded; counts: Counts }) {
    this.email = of.email;
    this.connection = of.connection;
    this.#person = of.person;
    this.#chance = of.chance;
    this.#counts = of.counts;
  }

  /** Connected to an exchange account of its own, and ready to trade. */
  static async open(
    practice: string,
    person: DeskPerson,
    number: number,
    chance: Seeded,
    counts: Counts,
  ): Promise<SoakAccount> {
    const email = `soak${number}@practice.example`;
    await practiceCall(practice, 'accounts/create', { email, password: 'practice-password', twoFactor: true });
    for (const [ticker, available] of MONEY)
      await practiceCall(practice, 'wallets/set', { email, wallet: 'trade', ticker, available });
    const key = await practiceKey(practice, email);
    const { connection, state, trouble } = await person.ended(await person.connect(key, 'practice', `Soak ${number}`));
    if (state !== 'stored') throw new Error(`${email} is ${state}: ${JSON.stringify(trouble)}`);
    await person.call('trading.policy.first', { params: { id: connection }, body: { markets: [MARKET] } });
    const deadlineMs = performance.now() + READY_MS;
    for (;;) {
      const account = (await person.call('trading.list')).find((one) => one.connection === connection);
      if (account?.state === 'ready') break;
      if (performance.now() > deadlineMs) throw new Error(`${email} is not ready: ${JSON.stringify(account)}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return new SoakAccount({ email, connection, person, chance, counts });
  }

  /** One turn. A refusal or a lost answer is part of it, and counted. */
  async turn(keep: number, best: Best): Promise<void> {
    try {
      const open = await this.#open();
      const missing = Math.min(ADDED_AT_ONCE, keep - open.length);
      for (let added = 0; added < missing; added += 1) await this.#rest(best);
      if (missing > 0) return;
      if (this.#chance.chance(50)) await this.#cancel(this.#chance.pick(open).key);
      else await this.#take(best);
    } catch (error) {
      if (error instanceof DeskRefusal) this.#counts.refused += 1;
      else if (error instanceof TypeError) this.#counts.unanswered += 1;
      else throw error;
    }
  }

  async #open() {
    const query = { connection: this.connection, state: 'open' } as const;
    const { orders } = await this.#person.call('orders.list', { query });
    return orders.filter(({ state }) => state === 'open' || state === 'submitting');
  }

  async #rest({ bid, ask }: Best): Promise<void> {
    const side = this.#chance.chance(50) ? 'buy' : 'sell';
    const away = (AWAY_PERCENT.least + this.#chance.next() * (AWAY_PERCENT.most - AWAY_PERCENT.least)) / 100;
    const price = side === 'buy' ? bid * (1 - away) : ask * (1 + away);
    await this.#place(side, price, false);
    this.#counts.placed += 1;
  }

  async #take({ bid, ask }: Best): Promise<void> {
    const side = this.#chance.chance(50) ? 'buy' : 'sell';
    await this.#place(side, side === 'buy' ? ask * 1.001 : bid * 0.999, true);
    this.#counts.taken += 1;
  }

  async #place(side: 'buy' | 'sell', price: number, ioc: boolean): Promise<void> {
    const terms = { kind: 'limit', price: exact(price), postOnly: false, ioc } as const;
    const draft: OrderDraft = { side, terms, quantity: { unit: 'base', amount: AMOUNT } };
    const requestId = randomBytes(12).toString('hex');
    const { connection } = this;
    const body = { requestId, connection, market: MARKET, draft, confirmations: [...CONFIRMED] };
    await this.#person.call('orders.place', { body });
  }

  async #cancel(order: string): Promise<void> {
    await this.#person.call('orders.cancel', { params: { id: this.connection, order }, body: {} });
    this.#counts.cancelled += 1;
  }
}

/** The market's tick is a hundredth. Texts of amounts have no zeros at their end. */
function exact(price: number): string {
  return price.toFixed(2).replace(/\.?0+$/, '');
}

export async function bestPrices(practice: string): Promise<Best> {
  const { book } = await practiceCall<{ book: { bids: [string, string][]; asks: [string, string][] } }>(
    practice,
    'oracle/books',
    { market: MARKET },
  );
  return { bid: Number(book.bids[0]?.[0]), ask: Number(book.asks[0]?.[0]) };
}
