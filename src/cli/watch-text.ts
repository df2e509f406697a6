/** Messages of the live line as lines for a person: each thing said once, and again when it changes. */

import type { LiveMessage } from '../contract/live.ts';
import type { Fill, HaltState, Order, TradingAccount } from '../contract/trading.ts';
import { quantityText } from './amount-text.ts';
import { detailText, filledText, stateText, whatText } from './order-text.ts';
import { columns, plain } from './plain-text.ts';
import { dateTimeText } from './time-text.ts';

/** A price that moves many times a second is said this often; nobody reads faster. */
export const TICKER_EVERY_MS = 1_000;
const SUBJECT_WIDTH = 12;
const PRICE_WIDTH = 14;
const CHANGE_WIDTH = 9;

type TickerMessage = Extract<LiveMessage, { readonly type: 'ticker' }>;

export class WatchText {
  readonly #labels: ReadonlyMap<string, string>;
  /** Null: of every market. */
  readonly #market: string | null;
  readonly #said = new Map<string, string>();
  readonly #tickedAtMs = new Map<string, number>();
  /** Prices that came too soon after one that was said. */
  readonly #held = new Map<string, TickerMessage>();

  constructor(labels: ReadonlyMap<string, string>, market: string | null) {
    this.#labels = labels;
    this.#market = market;
  }

  /** Whether it is told at all. */
  isMeant(message: LiveMessage): boolean {
    switch (message.type) {
      case 'ticker':
        return this.#isOf(message.market);
      case 'order':
        return this.#isOf(message.order.market);
      case 'fill':
        return this.#isOf(message.fill.market);
      case 'trading':
      case 'halt':
      case 'prices':
        return true;
      case 'hello':
      case 'connection':
      case 'connection-removed':
      case 'balances':
      case 'attempt':
      case 'custody':
      case 'trade-balances':
      case 'book':
      case 'market-trades':
      case 'candles':
      case 'session-changed':
        return false;
    }
  }

  /** Null where there is nothing new to say. */
  line(message: LiveMessage, nowMs: number): string | null {
    if (!this.isMeant(message)) return null;
    switch (message.type) {
      case 'ticker':
        return this.#ticker(message, nowMs);
      case 'order':
        return this.#order(message.order, nowMs);
      case 'fill':
        return this.#new(`fill ${message.fill.connection} ${message.fill.key}`, '', fillText(message.fill), nowMs);
      case 'trading':
        return this.#account(message.account, nowMs);
      case 'halt':
        return this.#halt(message.halt, nowMs);
      case 'prices': {
        const { state, why } = message.prices;
        const isNews = state !== 'live' || this.#said.has(`prices ${message.venue}`);
        const text = `${subject('prices')}${message.venue}: ${state}${why === '' ? '' : `, ${why}`}`;
        return isNews ? this.#new(`prices ${message.venue}`, `${state} ${why}`, text, nowMs) : null;
      }
      default:
        return null;
    }
  }

  /** Prices that were held back and may be said now: the last one is never left out. */
  flush(nowMs: number): string[] {
    const held = [...this.#held.values()];
    this.#held.clear();
    return held.flatMap((message) => this.#ticker(message, nowMs) ?? []);
  }

  #ticker(message: TickerMessage, nowMs: number): string | null {
    const { last, changePercent } = message.ticker;
    const name = `${message.venue} ${message.market}`;
    const saidAtMs = this.#tickedAtMs.get(name);
    if (saidAtMs !== undefined && nowMs >= saidAtMs && nowMs - saidAtMs < TICKER_EVERY_MS) {
      this.#held.set(name, message);
      return null;
    }
    this.#held.delete(name);
    const text = `${quantityText(last).padStart(PRICE_WIDTH)}  ${changePercent.padStart(CHANGE_WIDTH)} %`;
    const line = this.#new(name, last, `${subject(message.market)}${text}`, nowMs);
    if (line !== null) this.#tickedAtMs.set(name, nowMs);
    return line;
  }

  #isOf(market: string): boolean {
    return this.#market === null || market === this.#market;
  }

  #order(order: Order, nowMs: number): string | null {
    const state = stateText(order);
    // On its way, or being cancelled: the state has said it.
    const doing =
      order.state === 'submitting' || order.doing.text.toLowerCase() === `${state}.` ? '' : order.doing.text;
    const details = [state, filledText(order), doing, detailText(order), order.quarantine].map(withoutStop);
    const said = details.filter((part) => part !== '').join('. ');
    const text = `${subject(order.market)}${order.key}  ${whatText(order.market, order)}: ${said}`;
    return this.#new(`order ${order.connection} ${order.key}`, said, text, nowMs);
  }

  #account(account: TradingAccount, nowMs: number): string | null {
    const { connection, state, cause, cure } = account;
    const said = [state, cause, cure]
      .map(withoutStop)
      .filter((part) => part !== '')
      .join('. ');
    const name = this.#labels.get(connection) ?? connection;
    return this.#new(`account ${connection}`, said, `${subject('exchange')}${name}: ${said}`, nowMs);
  }

  #halt({ halts, reducing, resumeWith }: HaltState, nowMs: number): string | null {
    const named = ({ connection, why }: HaltState['halts'][number]) =>
      `${connection === null ? 'everything' : (this.#labels.get(connection) ?? connection)} (${why})`;
    const said = [...halts.map(named), ...reducing.map((one) => `${named(one)}, sales pass`)].join('; ');
    // Nothing halted is only news after something was.
    if (said === '' && !this.#said.has('halt')) return null;
    const text = said === '' ? 'nothing is halted any more' : `halted: ${said}. Go on with: ${resumeWith}`;
    return this.#new('halt', said, `${subject('halt')}${text}`, nowMs);
  }

  #new(name: string, said: string, text: string, nowMs: number): string | null {
    if (this.#said.get(name) === said) return null;
    this.#said.set(name, said);
    return `${dateTimeText(nowMs).slice(-8)}  ${plain(text)}`;
  }
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}

function subject(name: string): string {
  return `${name}${' '.repeat(Math.max(0, SUBJECT_WIDTH - columns(name)))}  `;
}

function fillText({ market, side, quantity, price, value, fee, role, order }: Fill): string {
  const [base = '', quote = ''] = market.split('_');
  const act = side === 'buy' ? 'Bought' : 'Sold';
  const paid = fee === null ? 'fee not told yet' : `fee ${quantityText(fee.amount)} ${fee.asset}`;
  const how = [paid, role ?? '', order ?? ''].filter((part) => part !== '').join(', ');
  return `${subject(market)}${act} ${quantityText(quantity)} ${base} at ${quantityText(price)} for ${quantityText(value)} ${quote} (${how})`;
}
