/** Everything of the desk's process put together, over a database, a custody client and seams. */

import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { CustodyClient } from '../custody/client.ts';
import type { Currency } from '../portfolio/price.ts';
import { type Cancel, type Clock, monotonicMs, repeat, soon } from '../shell/clock.ts';
import type { CommandLine } from '../shell/command-line.ts';
import { Connections } from '../shell/connections.ts';
import { CustodyLink } from '../shell/custody-link.ts';
import { Prices } from '../shell/prices.ts';
import type { Random } from '../shell/random.ts';
import { createAccounts } from '../shell/trading/accounts.ts';
import { NO_CRASH_POINTS } from '../shell/trading/crash-points.ts';
import { createMarketFeed } from '../shell/trading/feed.ts';
import { holdMarkets } from '../shell/trading/market-hold.ts';
import { createTradingDesk } from '../shell/trading/trading-desk.ts';
import { ValueHistory } from '../shell/value-history.ts';
import { type DeskVenues, type OpenMarketStream, openMarketStream } from '../shell/venues.ts';
import type { Database } from '../store/database.ts';
import { openTradeStore } from '../store/trade-store-sql.ts';
import { createApp, type Health } from './app.ts';
import type { CliDoor, DoorActions } from './cli-door.ts';
import { COMMAND_LINE_SESSION } from './cli-words.ts';
import { custodyHandlers, custodyState } from './handlers/custody.ts';
import { exchangeHandlers } from './handlers/exchanges.ts';
import { securityHandlers } from './handlers/security.ts';
import { sessionHandlers } from './handlers/session.ts';
import { tokenHandlers } from './handlers/tokens.ts';
import { tradingHandlers } from './handlers/trading.ts';
import { marketHandlers } from './handlers/trading-markets.ts';
import { userHandlers } from './handlers/users.ts';
import { Live } from './live.ts';
import { createMetrics } from './metrics.ts';
import { HERE } from './people/events.ts';
import type { HashCost } from './people/passwords.ts';
import { createPeople } from './people/people.ts';
import { isClaimed } from './people/users.ts';
import type { Site } from './site.ts';

const TICK_MS = 1_000;
/** Prices move by the second; a page is told so at this pace while somebody watches. */
const WORTH_MS = 5_000;
const HISTORY_MS = 60_000;

export type DeskParts = {
  readonly database: Database;
  readonly custody: Pick<CustodyClient, 'request'>;
  readonly venues: DeskVenues;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Asked for each request: the port is known only once we listen. */
  readonly site: () => Site;
  /** Fixed before: passkeys are bound to it. */
  readonly rpId: string | null;
  readonly version: string;
  /** How a command that reaches this desk is typed on its machine. */
  readonly command: CommandLine;
  readonly hashCost: HashCost;
  readonly pageFolder: string;
  /** Where the command line comes in; null where there is none. */
  readonly door: CliDoor | null;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** How prices stream in; left out: over the network. */
  readonly openStream?: OpenMarketStream;
};

export type Desk = {
  readonly app: FastifyInstance;
  readonly setupCode: string | null;
  readonly connections: Connections;
  readonly stop: () => Promise<void>;
};

export async function createDesk(parts: DeskParts): Promise<Desk> {
  const { database, clock, random, log, venues, version } = parts;
  const onError = (error: unknown): void => log.error({ err: error }, 'Work in the background failed');
  const link = new CustodyLink(parts.custody, clock);
  const prices = new Prices(venues, clock);
  const history = new ValueHistory({ database, clock, prices });
  const currencies = await readCurrencies(database);
  let live: Live | null = null;
  const isWatched = (userId: string): boolean => live?.isWatched(userId) ?? false;

  const people = await createPeople({
    database,
    clock,
    random,
    log,
    version,
    hashCost: parts.hashCost,
    party: { rpId: parts.rpId, origins: () => [...parts.site().origins] },
    onSessionsEnded: (ids) => live?.endSessions(ids),
    onChanged: async (userId) => {
      for (const [id, currency] of await readCurrencies(database)) currencies.set(id, currency);
      live?.publish(userId, { type: 'session-changed' });
      connections.publishWorth(userId);
    },
    beforeRemoval: async (userId) => {
      await connections.removeAll(userId);
      currencies.delete(userId);
    },
  });
  const connections = new Connections({
    database,
    custody: link,
    venues,
    prices,
    history,
    clock,
    random,
    log,
    currencyOf: (userId) => currencies.get(userId) ?? null,
    isWatched,
    publish: (userId, message) => live?.publish(userId, message),
    record: (userId, kind, text, by) => people.events.record(userId, kind, text, by ?? HERE),
  });
  const store = openTradeStore(database);
  const openStream = parts.openStream ?? openMarketStream;
  const feed = createMarketFeed({ venues, clock, random, log, openStream });
  const accounts = createAccounts({
    ...{ store, custody: link, feed, connections, clock, random, log },
    ...{ monotonicMs, soon, crash: NO_CRASH_POINTS },
  });
  const trading = createTradingDesk({
    ...{ accounts, feed, store, custody: link, connections, venues, clock, isWatched },
    command: parts.command,
    publish: (userId, message) => live?.publish(userId, message),
  });
  const letGo = holdMarkets({ accounts, feed, clock, onError });
  await connections.load();
  await history.load(connections.all());
  live = new Live({
    clock,
    version,
    alive: async (ids) =>
      new Set([...(await people.sessions.alive(ids)), ...(await people.tokens.alive(ids)), COMMAND_LINE_SESSION]),
    everything: (userId) => [
      ...connections.everything(userId),
      { type: 'custody', custody: custodyState(link.now, parts.command) },
      ...trading.everything(userId),
    ],
    watch: (viewer, wanted) => feed.watch(viewer, wanted),
    onError,
  });
  link.onChange((now) => live?.publishToAll({ type: 'custody', custody: custodyState(now, parts.command) }));

  const app = await createApp({
    clock,
    random,
    log,
    site: parts.site,
    people,
    handlers: {
      ...sessionHandlers(people),
      ...securityHandlers(people),
      ...userHandlers(people),
      ...exchangeHandlers({ connections, custody: link, venues, prices, history, clock, isWatched }),
      ...custodyHandlers({ people, link, command: parts.command }),
      ...tradingHandlers(trading, people.events),
      ...marketHandlers({ desk: trading, feed, venues, database }),
      ...tokenHandlers(people, (userId) => new Set(connections.stored(userId).map(({ id }) => id))),
    },
    live,
    metrics: createMetrics({
      connectionsByStatus: () => connections.countByStatus(),
      liveSockets: () => live?.size ?? 0,
    }),
    health: () => healthOf(database, link),
    pageFolder: parts.pageFolder,
    door: parts.door,
    tls: parts.tls,
  });
  const timers: Cancel[] = [
    repeat(
      clock,
      TICK_MS,
      async () => {
        await link.poll();
        connections.tick();
      },
      onError,
    ),
    repeat(clock, WORTH_MS, () => publishWorth(connections, prices, isWatched), onError),
    repeat(clock, HISTORY_MS, () => history.tick(connections.all()), onError),
  ];
  void link.ask().catch(onError);
  const actions: DoorActions = {
    renewSetupCode: async () => ((await isClaimed(database)) ? null : (people.setup?.renew() ?? null)),
    async custodyChanged() {
      await link.ask();
      await accounts.refresh();
      for (const { connection } of accounts.all()) accounts.policyChanged(connection);
      await connections.reconcile();
    },
    people: async () => (await database.selectFrom('users').select('id').execute()).map(({ id }) => id),
  };
  await parts.door?.open(
    (request, response) => app.routing(request, response),
    actions,
    (request, socket, head) => app.server.emit('upgrade', request, socket, head),
  );
  return {
    app,
    setupCode: people.setup?.text ?? null,
    connections,
    async stop() {
      for (const cancel of timers) cancel();
      await parts.door?.close();
      live?.close();
      await app.close();
      await accounts.stop();
      letGo();
      feed.close();
      for (const venue of venues.values()) venue.close();
    },
  };
}

async function publishWorth(connections: Connections, prices: Prices, isWatched: (userId: string) => boolean) {
  for (const userId of connections.owners()) {
    if (!isWatched(userId)) continue;
    await Promise.all([...connections.countByVenue(userId).keys()].map((venue) => prices.refresh(venue)));
    connections.publishWorth(userId);
  }
}

async function readCurrencies(database: Database): Promise<Map<string, Currency>> {
  const rows = await database.selectFrom('users').select(['id', 'currency']).execute();
  return new Map(rows.map((row) => [row.id, row.currency]));
}

async function healthOf(database: Database, link: CustodyLink): Promise<Health> {
  const isDatabaseWell = await database
    .selectFrom('users')
    .select('id')
    .limit(1)
    .execute()
    .then(
      () => true,
      () => false,
    );
  const { condition } = link.now;
  const custody = condition === 'open' ? 'ok' : condition === 'locked' ? 'locked' : 'failing';
  return {
    ok: isDatabaseWell && custody !== 'failing',
    parts: { database: isDatabaseWell ? 'ok' : 'failing', custody },
  };
}
