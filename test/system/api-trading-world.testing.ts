/** A whole desk with one account that trades on the practice exchange, and programs that come in with tokens. */

import type { Body } from '../../src/contract/contract.ts';
import { ROUTES, type Route, type RouteName } from '../../src/contract/routes.ts';
import type { Order, OrderDraft } from '../../src/contract/trading.ts';
import { DeskPerson } from '../campaigns/desk-person.ts';
import { practiceAccount, practiceKey } from '../practice-api.ts';
import { type RunningDesk, startDesk } from '../running-desk.ts';

export const MARKET = 'BTC_USDT';
const EMAIL = 'api-trading@practice.example';
const WITHIN_MS = 30_000;

export type Answer = { readonly status: number; readonly json: unknown };
type Asked = { readonly params?: Record<string, string>; readonly query?: string; readonly body?: unknown };
export type Program = (name: RouteName, asked?: Asked) => Promise<Answer>;

export type ApiWorld = {
  readonly desk: RunningDesk;
  readonly owner: DeskPerson;
  readonly connection: string;
  /** The last price of the market when the world began. */
  readonly price: number;
  program(token: Omit<Body<'tokens.create'>, 'label' | 'days'>): Promise<Program & { readonly token: string }>;
  end(): Promise<void>;
};

export async function openApiWorld(): Promise<ApiWorld> {
  const desk = await startDesk();
  const owner = new DeskPerson(desk.address);
  await owner.claim(desk.setupCode ?? '');
  await practiceAccount(desk.practice, EMAIL);
  const attempt = await owner.ended(await owner.connect(await practiceKey(desk.practice, EMAIL), 'practice'));
  if (attempt.state !== 'stored') throw new Error(JSON.stringify(attempt));
  const { connection } = attempt;
  await owner.call('trading.policy.first', { params: { id: connection }, body: { markets: [MARKET] } });
  await until('the account is ready', async () => {
    const [account] = await owner.call('trading.list');
    return account?.state === 'ready' ? account : JSON.stringify(account);
  });
  const market = (await owner.call('markets.list')).find(
    ({ symbol, venue }) => symbol === MARKET && venue === 'practice',
  );
  return {
    ...{ desk, owner, connection },
    price: Number(market?.last),
    async program(token) {
      const made = await owner.call('tokens.create', { body: { label: 'Program', days: 1, ...token } });
      return Object.assign(programOf(desk.address, made.token), { token: made.token });
    },
    end: () => desk.end(),
  };
}

/** As a program asks: a token, no cookie, no origin. */
export function programOf(address: string, token: string): Program {
  return async (name, { params = {}, query = '', body } = {}) => {
    const route: Route = ROUTES[name];
    const path = route.path.replace(/:(\w+)/g, (_all, field: string) => encodeURIComponent(params[field] ?? ''));
    const sends = route.method !== 'GET';
    const reply = await fetch(address + path + query, {
      method: route.method,
      headers: { Authorization: `Bearer ${token}`, ...(sends && { 'Content-Type': 'application/json' }) },
      ...(sends && { body: JSON.stringify(body ?? {}) }),
    });
    return { status: reply.status, json: JSON.parse(await reply.text()) as unknown };
  };
}

export function limitDraft(side: 'buy' | 'sell', price: number, amount: string): OrderDraft {
  const terms = { kind: 'limit', price: price.toFixed(2), postOnly: false, ioc: false } as const;
  return { side, terms, quantity: { unit: 'base', amount } };
}

export function codeOf({ json }: Answer): string | undefined {
  return (json as { error?: { code: string } }).error?.code;
}

export function orderOf(answer: Answer): Order {
  if (answer.status !== 200) throw new Error(JSON.stringify(answer));
  return answer.json as Order;
}

/** Asks again until it gives something that is no text; a text is what is still the matter. */
export async function until<T>(what: string, ask: () => Promise<T | string>): Promise<T> {
  const deadlineMs = performance.now() + WITHIN_MS;
  for (;;) {
    const got = await ask();
    if (typeof got !== 'string') return got;
    if (performance.now() > deadlineMs) throw new Error(`Not within ${WITHIN_MS} ms: ${what} (${got})`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
