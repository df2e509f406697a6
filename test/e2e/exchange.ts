/** The practice exchange behind the scenes: its documented JSON interface, as `practice/README.md` lists it. */

import { practiceCall } from '../practice-api.ts';

export const DEMO = { email: 'demo@practice.example', password: 'practice-demo' } as const;
export type Group = 'trade-read' | 'wallet-read' | 'orders' | 'deposit' | 'withdraw' | 'transfer' | 'codes';
/** What the guide asks for. */
export const GOOD: readonly Group[] = ['trade-read', 'wallet-read', 'orders'];
/** How long one code of the authenticator stands. */
const CODE_PERIOD_MS = 30_000;

export type Key = { readonly apiKey: string; readonly secret: string };
export type PrivateRequest = {
  readonly number: number;
  readonly path: string;
  readonly apiKey: string;
  readonly status: number;
};
type Fault = 'maintenance' | 'rateLimit' | 'unreachable' | 'malformed' | 'slow';
type Balances = Readonly<
  Record<
    'main' | 'trade' | 'collateral',
    Readonly<Record<string, { readonly available: string; readonly freeze: string }>>
  >
>;

export class Exchange {
  readonly address: string;
  #people = 0;

  constructor(address: string) {
    this.address = address;
  }

  #ask<T>(command: string, body: object): Promise<T> {
    return practiceCall<T>(this.address, command, body);
  }

  async account(email: string, money: readonly (readonly ['main' | 'trade', string, string])[] = []): Promise<void> {
    await this.#ask('accounts/create', { email, password: 'only-for-practice', twoFactor: true });
    for (const [wallet, ticker, available] of money) await this.balance(email, wallet, ticker, available);
  }

  /** Somebody new, known by a deposit; with `empty` nothing ever happened in the account. */
  async anybody(how: 'funded' | 'empty' = 'funded'): Promise<string> {
    this.#people += 1;
    const email = `person-${this.#people}@practice.example`;
    await this.account(email);
    if (how === 'funded') {
      await this.faucet(email, 'USDT', '500');
      await this.balance(email, 'trade', 'USDT', '1250.75');
    }
    return email;
  }

  balance(email: string, wallet: 'main' | 'trade', ticker: string, available: string): Promise<unknown> {
    return this.#ask('wallets/set', { email, wallet, ticker, available });
  }

  /** A limit order by the owner's own hand. */
  order(
    email: string,
    terms: {
      readonly market: string;
      readonly side: 'buy' | 'sell';
      readonly amount: string;
      readonly price: string;
    },
  ): Promise<unknown> {
    return this.#ask('orders/place', { email, ...terms });
  }

  faucet(email: string, ticker: string, amount: string): Promise<unknown> {
    return this.#ask('wallets/faucet', { email, ticker, amount });
  }

  balances(email: string): Promise<Balances> {
    return this.#ask('wallets/balances', { email });
  }

  key(email: string, groups: readonly Group[] = GOOD): Promise<Key> {
    return this.#ask('keys/create', { email, groups });
  }

  /** `groups` and `endpoints` together replace what was on. */
  async change(
    email: string,
    key: Key,
    to: {
      readonly groups?: readonly Group[];
      readonly endpoints?: readonly string[];
      readonly ips?: readonly string[];
      readonly active?: boolean;
    },
  ): Promise<void> {
    await this.#ask('keys/update', { email, apiKey: key.apiKey, ...to });
  }

  async deleteKey(email: string, key: Key): Promise<void> {
    await this.#ask('keys/delete', { email, apiKey: key.apiKey });
  }

  /** The next request with this key seems to come from elsewhere. */
  async pretendAddress(key: Key, address: string | null, count = 1): Promise<void> {
    await this.#ask('keys/pretend-address', { apiKey: key.apiKey, address, ...(address === null ? {} : { count }) });
  }

  async fault(
    kind: Fault,
    more: { readonly path?: string; readonly count?: number; readonly delayMs?: number } = {},
  ): Promise<void> {
    await this.#ask('faults/set', { kind, ...more });
  }

  async healthy(): Promise<void> {
    await this.#ask('faults/clear', {});
    // Clearing ends the skew too, and with it what keeps the told clock right after the codes were hurried on.
    const { offsetMs } = await this.#ask<{ offsetMs: number }>('clock/read', {});
    if (offsetMs !== 0) await this.skew(-offsetMs);
  }

  /** How far the exchange's clock seems off to its clients. */
  async skew(ms: number): Promise<void> {
    await this.#ask('clock/skew', { ms });
  }

  /**
   * Codes work once and stand for 30 seconds: time at the exchange goes on by that much, and clients are told the
   * machine's own time all the same, so that nothing but the codes notices.
   */
  async nextCode(): Promise<void> {
    const { offsetMs } = await this.#ask<{ offsetMs: number }>('clock/advance', { ms: CODE_PERIOD_MS });
    await this.skew(-offsetMs);
  }

  async advance(ms: number): Promise<void> {
    const { offsetMs } = await this.#ask<{ offsetMs: number }>('clock/advance', { ms });
    await this.skew(-offsetMs);
  }

  async requests(afterNumber = 0): Promise<readonly PrivateRequest[]> {
    const { requests } = await this.#ask<{ requests: readonly PrivateRequest[] }>('requests/list', { afterNumber });
    return requests;
  }
}
