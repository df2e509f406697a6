/** The clients of the kill campaign: people with an account each, traders and a listener on it, and what they look at. */

import { type PracticeKey, practiceCall } from '../practice-api.ts';
import { listen } from './practice-listener.ts';
import { Mirror } from './practice-mirror.ts';
import { pictureOf } from './practice-picture.ts';
import { PublicMemory } from './practice-public.ts';
import { dealKey } from './practice-told.ts';
import { Trader } from './practice-trader.ts';
import { Caller, publicly } from './practice-wire.ts';
import type { Seeded } from './seeded.ts';

const PEOPLE = 3;
const MARKETS = ['BTC_USDT', 'ETH_USDT'] as const;
/** Far more than is ever traded: no order of a bulk may be refused for want of money. */
const GIVEN: readonly (readonly [ticker: string, amount: string])[] = [
  ['USDT', '2000000'],
  ['BTC', '20'],
  ['ETH', '500'],
];
const TO_TRADE: Readonly<Record<string, string>> = { USDT: '1500000', BTC: '20', ETH: '500' };
/** Times of the exchange are looked up from this much before the work began. */
const BEFORE_SEC = 2;
const ORACLE_PAGE = 5_000;

type Person = {
  readonly email: string;
  readonly mirror: Mirror;
  readonly traders: readonly Trader[];
  readonly listener: Caller;
  readonly reader: Caller;
};
type MarketRow = { readonly name: string; readonly stockPrec: string; readonly moneyPrec: string };
type Row = Readonly<Record<string, unknown>> & { readonly id: number };

export class PracticeClients {
  readonly #chance: Seeded;
  readonly #memory = new PublicMemory();
  readonly #requests = { answered: 0, refused: 0, unanswered: 0 };
  readonly #unknown = { there: 0, absent: 0 };
  readonly #faults: string[] = [];
  #people: readonly Person[] = [];
  #framesHeard = 0;
  #looked = 0;
  #sinceSec = 0;

  constructor(chance: Seeded) {
    this.#chance = chance;
  }

  /** Makes accounts, keys and money on a fresh exchange. */
  async arrive(url: string): Promise<void> {
    const rows = await publicly<readonly MarketRow[]>(url, 'markets');
    const people: Person[] = [];
    for (let number = 1; number <= PEOPLE; number += 1) people.push(await this.#person(url, number, rows));
    this.#people = people;
    this.#goTo(url);
    for (const { traders } of people)
      for (const [ticker, amount] of Object.entries(TO_TRADE)) await traders[0]?.transfer(ticker, amount, 'spot');
  }

  /** Until the exchange is killed. */
  async work(): Promise<void> {
    this.#sinceSec = Math.floor(Date.now() / 1000) - BEFORE_SEC;
    const listening = this.#people.map(({ listener: caller, mirror }, index) =>
      listen({ caller, mirror, markets: MARKETS, memory: index === 0 ? this.#memory : null }),
    );
    await Promise.all(this.#people.flatMap(({ traders }) => traders.map((trader) => trader.run())));
    for (const heard of await Promise.all(listening)) this.#framesHeard += heard;
  }

  /** Holds what everybody knows against an exchange that has been started again. Gives words about it. */
  async look(url: string): Promise<string> {
    this.#goTo(url);
    let looked = 0;
    for (const { email, mirror, reader } of this.#people) {
      const judged = mirror.judge(await pictureOf(reader, this.#sinceSec));
      this.#unknown.there += judged.unknownThere;
      this.#unknown.absent += judged.unknownAbsent;
      looked += judged.looked;
      this.#faults.push(...mirror.faults.splice(0).map((fault) => `${email}: ${fault}`));
    }
    this.#looked += looked;
    await this.#checkExchange(url);
    return `${looked} orders looked at`;
  }

  /** Every order and deal ever, against the exact record of the exchange. */
  async lastLook(): Promise<void> {
    for (const { email, mirror, reader } of this.#people) {
      const { orders, deals } = mirror.everything();
      // Money, price and rest of an order are in the same words there; deals tell by themselves what they were.
      const ours = orders.map((order) => [order.id, `${order.clientId} ${order.dealStock} ${order.status}`] as const);
      const theirs = await allRows(reader.url, 'oracle/orders', 'orders', email);
      this.#compare(
        `${email}, orders`,
        new Map(ours),
        new Map(theirs.map((row) => [row.id, `${row.clientOrderId} ${row.dealStock} ${row.status}`])),
      );
      const dealRows = await allRows(reader.url, 'oracle/deals', 'deals', email);
      this.#compare(
        `${email}, deals`,
        new Map(deals.map((deal) => [dealKey(deal), `${deal.amount} for ${deal.price} less ${deal.fee}`])),
        new Map(
          dealRows.map((row) => [
            `${row.id} of order ${row.orderId}`,
            `${row.amount} for ${row.price} less ${row.fee}`,
          ]),
        ),
      );
    }
    await this.#checkExchange(this.#people[0]?.reader.url ?? '');
  }

  takeFaults(): string[] {
    return [...this.#faults.splice(0), ...this.#memory.faults.splice(0)];
  }

  figures() {
    const all = this.#people.map(({ mirror }) => mirror.everything());
    return {
      requests: { ...this.#requests },
      unknown: { ...this.#unknown },
      orders: all.reduce((sum, { orders }) => sum + orders.length, 0),
      deals: all.reduce((sum, { deals }) => sum + deals.length, 0),
      transfers: this.#people.reduce((sum, { mirror }) => sum + mirror.money.transfers, 0),
      framesHeard: this.#framesHeard,
      publicTrades: this.#memory.trades,
      looked: this.#looked,
    };
  }

  async #person(url: string, number: number, rows: readonly MarketRow[]): Promise<Person> {
    const email = `client${number}@practice.example`;
    await practiceCall(url, 'accounts/create', { email, password: 'practice-password' });
    const mirror = new Mirror();
    for (const [ticker, amount] of GIVEN) {
      await practiceCall(url, 'wallets/faucet', { email, ticker, amount });
      mirror.money.given(ticker, amount);
    }
    const caller = async (): Promise<Caller> =>
      new Caller(
        await practiceCall<PracticeKey>(url, 'keys/create', {
          email,
          groups: ['trade-read', 'wallet-read', 'orders', 'transfer'],
        }),
      );
    const traders: Trader[] = [];
    for (const market of MARKETS) {
      const row = rows.find(({ name }) => name === market);
      if (row === undefined) throw new Error(`There is no market ${market}`);
      const places = { amount: Number(row.stockPrec), price: Number(row.moneyPrec) };
      const name = `${market}-${number}`;
      traders.push(
        new Trader({
          ...{ name, market, places, mirror, caller: await caller() },
          ...{ chance: this.#chance, figures: this.#requests },
        }),
      );
    }
    return { email, mirror, traders, listener: await caller(), reader: await caller() };
  }

  #goTo(url: string): void {
    for (const { traders, listener, reader } of this.#people)
      for (const caller of [listener, reader, ...traders.map((trader) => trader.caller)]) caller.url = url;
  }

  async #checkExchange(url: string): Promise<void> {
    for (const [kind, faults] of Object.entries(await practiceCall<Record<string, string[]>>(url, 'oracle/check')))
      this.#faults.push(...faults.map((fault) => `oracle, ${kind}: ${fault}`));
    const { faults } = await practiceCall<{ readonly faults: readonly string[] }>(url, 'ledger/check');
    this.#faults.push(...faults.map((fault) => `ledger: ${fault}`));
    for (const market of MARKETS) {
      const { asks, bids } = await publicly<{ asks: [string][]; bids: [string][] }>(url, `orderbook/${market}?limit=1`);
      const [ask, bid] = [asks[0]?.[0], bids[0]?.[0]];
      if (ask === undefined || bid === undefined) this.#faults.push(`${market} has an empty side`);
      else if (Number(bid) >= Number(ask)) this.#faults.push(`${market} is crossed: ${bid} bid, ${ask} asked`);
    }
  }

  #compare<Id>(what: string, ours: ReadonlyMap<Id, string>, theirs: ReadonlyMap<Id, string>): void {
    for (const [id, words] of ours)
      if (theirs.get(id) !== words) this.#faults.push(`${what}: ${id} is ${theirs.get(id)}, known is ${words}`);
    for (const [id, words] of theirs) if (!ours.has(id)) this.#faults.push(`${what}: ${id} (${words}) is unknown`);
  }
}

async function allRows(url: string, command: string, name: string, email: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const afterId = rows.at(-1)?.id ?? 0;
    const page = (await practiceCall<Record<string, Row[]>>(url, command, { email, afterId, limit: ORACLE_PAGE }))[
      name
    ];
    if (page === undefined || page.length === 0) return rows;
    rows.push(...page);
  }
}
