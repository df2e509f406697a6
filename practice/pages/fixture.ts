import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAccounts, type PracticeAccounts } from '../accounts/accounts.ts';
import { openDatabase } from '../accounts/database.ts';
import { KEY_USE_MIGRATIONS, MIGRATIONS } from '../accounts/migrations.ts';
import { machineRandom } from '../accounts/random.ts';
import { ENDPOINT_GROUPS } from '../api/permission-groups.ts';
import { createFaults, createPretendedAddresses } from '../control/faults.ts';
import { type DurableExchange, openExchange } from '../exchange/durable-exchange.ts';
import { openingOf } from '../exchange/opening.ts';
import { type Armory, createArmory } from '../faults/armory.ts';
import { fairOfModel } from '../life/fair.ts';
import { createLiveMarket } from '../market/live-market.ts';
import { createMarket } from '../market/market.ts';
import type { AccountId, ApiKey, Clock } from '../ports.ts';
import { createPages } from './pages.ts';

/** For tests: the site over real accounts and a real market, with a clock in hand, on a port of loopback. */
export type SiteFixture = {
  readonly origin: string;
  readonly accounts: PracticeAccounts;
  readonly exchange: DurableExchange;
  readonly armory: Armory;
  readonly clock: Clock & { advanceMs(deltaMs: number): void };
  readonly errors: readonly unknown[];
  stop(): Promise<void>;
};

const START_MS = Date.UTC(2026, 10, 20, 9, 30);

export async function startSite(): Promise<SiteFixture> {
  let nowMs = START_MS;
  const clock = {
    nowMs: () => nowMs,
    advanceMs: (deltaMs: number) => {
      nowMs += deltaMs;
    },
  };
  const model = createMarket({ seed: 'pages' });
  const database = openDatabase(':memory:', MIGRATIONS, 'normal');
  const useDatabase = openDatabase(':memory:', KEY_USE_MIGRATIONS, 'normal');
  const errors: unknown[] = [];
  const exchange = openExchange({
    file: ':memory:',
    clock,
    opening: openingOf(model, fairOfModel(model), clock),
    onFault: (fault) => errors.push(fault),
  });
  const market = createLiveMarket({ model, exchange, clock });
  const accounts = createAccounts({
    database,
    useDatabase,
    exchange,
    clock,
    random: machineRandom,
    asset: (ticker) => market.asset(ticker),
    endpoints: new Set(ENDPOINT_GROUPS.flatMap((group) => group.endpoints)),
  });
  const plain = createFaults();
  const pretended = createPretendedAddresses();
  const armory = createArmory({ accounts, exchange, market, clock, faults: plain, pretended, sockets: () => [] });
  const pages = createPages({
    faultRoom: { armory, plain },
    accounts,
    market,
    exchange,
    clock,
    endpointGroups: ENDPOINT_GROUPS,
    onError: (error) => errors.push(error),
  });
  const server = createServer((req, res) => {
    void pages(req, res, new URL(req.url ?? '/', 'http://127.0.0.1'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    accounts,
    exchange,
    armory,
    clock,
    errors,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      exchange.close();
      database.close();
      useDatabase.close();
    },
  };
}

/** A browser without a window: keeps cookies, follows redirects, fills the hidden fields of the form it sends. */
export class Person {
  readonly #origin: string;
  readonly #cookies = new Map<string, string>();
  #html = '';
  path = '';
  status = 0;

  constructor(origin: string) {
    this.#origin = origin;
  }

  get html(): string {
    return this.#html;
  }

  /** The page's text without markup, blanks collapsed. */
  get text(): string {
    return this.#html
      .replaceAll(/<(head|datalist)[\s\S]*?<\/\1>/g, ' ')
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll('&#39;', "'")
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
      .replaceAll(/\s+/g, ' ');
  }

  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  async open(path: string): Promise<this> {
    return this.request('GET', path, null);
  }

  /** Sends the form of the page just read whose action this is; its hidden fields and kept values come along. */
  async send(action: string, values: Readonly<Record<string, string | readonly string[]>>): Promise<this> {
    const form = [...this.#html.matchAll(/<form[^>]*method="post" action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/g)].find(
      (match) => match[1] === action,
    );
    if (form === undefined) throw new Error(`No form for ${action} on ${this.path}: ${this.text.slice(0, 400)}`);
    const body = new URLSearchParams();
    for (const [, attributes = ''] of (form[2] ?? '').matchAll(/<input([^>]*)>/g)) {
      const name = /name="([^"]*)"/.exec(attributes)?.[1];
      const isBox = attributes.includes('type="checkbox"');
      if (name === undefined || name in values || (isBox && !/\schecked/.test(attributes))) continue;
      body.append(name, (/value="([^"]*)"/.exec(attributes)?.[1] ?? '').replaceAll('&amp;', '&'));
    }
    for (const [name, value] of Object.entries(values)) {
      for (const one of typeof value === 'string' ? [value] : value) body.append(name, one);
    }
    return this.request('POST', action, body);
  }

  async request(
    method: 'GET' | 'POST',
    path: string,
    body: URLSearchParams | null,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<this> {
    const response = await fetch(this.#origin + path, {
      method,
      redirect: 'manual',
      headers: {
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(method === 'POST' ? { origin: this.#origin } : {}),
        ...headers,
      },
      ...(body === null ? {} : { body }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=', 2);
      if (/max-age=0/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    this.#html = await response.text();
    this.path = path;
    this.status = response.status;
    const location = response.headers.get('location');
    return location === null ? this : this.open(location);
  }
}

export const EMAIL = 'ada@practice.example';
export const PASSWORD = 'correct horse battery';
/** One step of the authenticator: after it a fresh code is due. */
const STEP_MS = 30_000;

export type Steps = ReturnType<typeof createSteps>;

/** The ways people get as far as a test wants them. */
export function createSteps(site: SiteFixture) {
  function idOf(email = EMAIL): AccountId {
    const account = site.accounts.accountByEmail(email);
    if (account === null) throw new Error(`No account ${email}`);
    return account.id;
  }

  /** A code that was not used yet: the clock moves on to the next one. */
  function freshCode(email = EMAIL): string {
    site.clock.advanceMs(STEP_MS);
    const current = site.accounts.currentTotp(idOf(email));
    if (current === null) throw new Error(`No authenticator for ${email}`);
    return current.code;
  }

  async function signedUp(email = EMAIL): Promise<Person> {
    const person = new Person(site.origin);
    await person.open('/signup');
    return person.send('/signup', { email, password: PASSWORD });
  }

  async function withTwoFactor(): Promise<Person> {
    const person = await signedUp();
    await person.open('/settings/security');
    await person.send('/settings/security/two-factor/start', {});
    return person.send('/settings/security/two-factor/on', { code: freshCode() });
  }

  async function withKey(): Promise<Person> {
    const person = await withTwoFactor();
    await person.open('/settings/api/new');
    return person.send('/settings/api/new', { code: freshCode() });
  }

  function onlyKey(): ApiKey {
    const [key, ...others] = site.accounts.keys(idOf());
    if (key === undefined || others.length > 0) throw new Error('Not exactly one key');
    return key;
  }

  return { idOf, freshCode, signedUp, withTwoFactor, withKey, onlyKey };
}
