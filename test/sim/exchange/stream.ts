/** The WebSocket half of the exchange: connections, what they subscribed to, and what they are told. */

import type { Ledger, News } from './ledger.ts';
import * as print from './printing.ts';

type Line = {
  /** Towards the client, in order. */
  send(text: string): void;
  close(why: string): void;
};

type Connection = { readonly line: Line; account: string | null; readonly channels: Map<string, readonly unknown[]> };

/** Balances are pushed at most once a second. */
const BALANCE_MS = 1_000;

export class Streams {
  readonly #ledger: Ledger;
  readonly #tokens: ReadonlyMap<string, string>;
  readonly #after: (delayMs: number, run: () => void) => void;
  readonly #connections = new Set<Connection>();
  readonly #changed = new Map<string, Set<string>>();
  /** What becomes of one message: sent, lost, twice … by faults. */
  pass: (account: string, send: () => void) => void = (_account, send) => send();

  constructor(ledger: Ledger, tokens: ReadonlyMap<string, string>, after: (delayMs: number, run: () => void) => void) {
    this.#ledger = ledger;
    this.#tokens = tokens;
    this.#after = after;
    ledger.tell = (account, news) => this.#tell(account, news);
  }

  open(line: Line): { received(text: string): void; gone(): void } {
    const connection: Connection = { line, account: null, channels: new Map() };
    this.#connections.add(connection);
    return {
      received: (text) => this.#received(connection, text),
      gone: () => void this.#connections.delete(connection),
    };
  }

  cutAll(why: string): void {
    for (const connection of [...this.#connections]) {
      this.#connections.delete(connection);
      connection.line.close(why);
    }
  }

  /** Something that is no frame, to everybody of an account. */
  nonsense(account: string, text: string): void {
    for (const connection of this.#connections) if (connection.account === account) connection.line.send(text);
  }

  #received(connection: Connection, text: string): void {
    const { id, method, params } = JSON.parse(text) as { id: number; method: string; params: readonly unknown[] };
    const answer = (result: unknown): void => connection.line.send(JSON.stringify({ id, result, error: null }));
    if (method === 'ping') {
      answer('pong');
      return;
    }
    if (method === 'authorize') {
      connection.account = this.#tokens.get(String(params[0])) ?? null;
      const bad = { code: 5, message: 'invalid token' };
      if (connection.account === null) connection.line.send(JSON.stringify({ id, result: null, error: bad }));
      else answer({ status: 'success' });
      return;
    }
    const [channel = '', what] = method.split('_');
    if (what === 'subscribe') connection.channels.set(channel, params);
    else connection.channels.delete(channel);
    answer({ status: 'success' });
  }

  #tell(account: string, news: News): void {
    if (news.kind === 'balance') {
      this.#balance(account, news.assets);
      return;
    }
    const [channel, params, market] =
      news.kind === 'deal'
        ? ['deals', print.streamDeal(news.trade), news.trade.order.market.name]
        : ['ordersPending', [news.event, print.streamOrder(news.order)], news.order.market.name];
    const text = JSON.stringify({ id: null, method: `${channel}_update`, params });
    for (const connection of this.#connections) {
      const wanted = connection.channels.get(channel);
      if (connection.account !== account || wanted === undefined) continue;
      if (channel === 'ordersPending' && !wanted.includes(market)) continue;
      this.pass(account, () => connection.line.send(text));
    }
  }

  #balance(account: string, assets: readonly string[]): void {
    const waiting = this.#changed.get(account);
    if (waiting !== undefined) {
      for (const asset of assets) waiting.add(asset);
      return;
    }
    const changed = new Set(assets);
    this.#changed.set(account, changed);
    this.#after(BALANCE_MS, () => {
      this.#changed.delete(account);
      const told = print.balances(this.#ledger, account, [...changed]);
      const text = JSON.stringify({ id: null, method: 'balanceSpot_update', params: [told] });
      for (const connection of this.#connections)
        if (connection.account === account && connection.channels.has('balanceSpot'))
          this.pass(account, () => connection.line.send(text));
    });
  }
}
