import { Decimal } from '../../src/core/decimal.ts';
import { type Client, type Key, record, startClient } from '../practice.testing.ts';
import type { Message } from '../stream/test-client.ts';
import { CheckedStreamClient, checkedClient, nothingPassed, type Passed } from './checked.testing.ts';

/** Two people on an exchange where nobody else trades; all they are answered and told is checked. */

export type Answered = { readonly status: number; readonly body: unknown };
type Params = Readonly<Record<string, unknown>>;

export type Trader = {
  readonly key: Key;
  readonly stream: CheckedStreamClient;
  ask(path: string, params?: Params): Promise<Answered>;
  /** The order that came back; throws when it was refused. */
  order(path: string, params: Params): Promise<Record<string, unknown>>;
  /** What has been told since the last call. */
  told(): Promise<readonly Message[]>;
};

export type Trading = {
  readonly client: Client;
  readonly passed: Passed;
  readonly alice: Trader;
  readonly bob: Trader;
  /** `percent` of the last price that was known at the start, in whole units of money. */
  price(percent: number): string;
  stop(): Promise<void>;
};

export const MARKET = 'BTC_USDT';
const MONEY = { USDT: '10000000', BTC: '100', ETH: '1000', PEPE: '1000000000' } as const;

export async function startTrading(): Promise<Trading> {
  const plain = await startClient({ life: false });
  const passed = nothingPassed();
  const client = checkedClient(plain, passed);
  const ticker = await client.get('/api/v4/public/ticker');
  const last = Decimal.parse(String(record(record(ticker.body)[MARKET]).last_price));
  const alice = await trader(client, passed, 'alice@practice.example');
  const bob = await trader(client, passed, 'bob@practice.example');
  return {
    client,
    passed,
    alice,
    bob,
    price: (percent) =>
      last
        .mul(Decimal.fromInteger(BigInt(percent), 2))
        .round(0, 'down')
        .toString(),
    async stop() {
      alice.stream.stop();
      bob.stream.stop();
      await plain.stop();
    },
  };
}

async function trader(client: Client, passed: Passed, email: string): Promise<Trader> {
  await client.control('accounts/create', { email, password: 'a-practice-password' });
  for (const [ticker, available] of Object.entries(MONEY))
    await client.control('wallets/set', { email, wallet: 'trade', ticker, available });
  const made = await client.control('keys/create', {
    email,
    groups: ['trade-read', 'wallet-read', 'orders', 'transfer'],
  });
  const key = { apiKey: String(made.apiKey), secret: String(made.secret) };
  const token = await client.call(key, '/api/v4/profile/websocket_token');
  const stream = await new CheckedStreamClient(client.practice.port, passed).open();
  await stream.ask('authorize', record(token.body).websocket_token, 'public');
  const ask: Trader['ask'] = async (path, params = {}) => {
    const { status, body } = await client.call(key, `/api/v4/${path}`, params);
    return { status, body };
  };
  return {
    key,
    stream,
    ask,
    async order(path, params) {
      const { status, body } = await ask(path, params);
      if (status !== 200) throw new Error(`${path} ${JSON.stringify(params)}: ${status} ${JSON.stringify(body)}`);
      return record(body);
    },
    told: () => stream.all(),
  };
}
