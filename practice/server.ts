import { createServer, type Server } from 'node:http';
import type { PracticeAccounts } from './accounts/accounts.ts';
import { DEMO_EMAIL, DEMO_PASSWORD } from './accounts/demo.ts';
import { machineRandom, type Random } from './accounts/random.ts';
import { createAuthenticate } from './api/authenticate.ts';
import { createEndpoints } from './api/endpoints.ts';
import { ENDPOINT_GROUPS } from './api/permission-groups.ts';
import { createPrivateApi } from './api/private-api.ts';
import { createRateLimiter, noRateLimits } from './api/rate-limits.ts';
import { createRequestLog, type RequestLog } from './api/request-log.ts';
import { createWebsocketTokens } from './api/tokens.ts';
import { machineClock } from './clock.ts';
import { createControl } from './control/control.ts';
import { createFaults, createPretendedAddresses, type Faults, skewedClock } from './control/faults.ts';
import type { DurableExchange, ExchangeFault } from './exchange/durable-exchange.ts';
import { createArmory } from './faults/armory.ts';
import { createRequestFaults } from './faults/request-faults.ts';
import { createFaultyDelivery } from './faults/stream-faults.ts';
import { struckUpgrade } from './faults/upgrade-faults.ts';
import { createFront, pathOf, reply } from './http-front.ts';
import { createPublicApi } from './market/public-api.ts';
import { createPages } from './pages/pages.ts';
import type { Clock, Market, MovableClock } from './ports.ts';
import { attachStream } from './stream/stream.ts';
import { openWorld, type World } from './world.ts';

const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', '::1', 'localhost'];
/** After this long, connections that still talk are cut when stopping. */
const STOP_GRACE_MS = 500;
/** Kill switches are counted in seconds, and takers come several a second at most: a quarter of one late is not felt. */
const BEAT_MS = 250;

export type PracticeOptions = {
  /** 0: any free port. */
  readonly port: number;
  readonly host?: string;
  /** Null keeps everything in memory. */
  readonly dataDir: string | null;
  readonly seed?: string;
  readonly baseClock?: Clock;
  readonly random?: Random;
  /** Told of what can only be answered by stopping, such as a disk that cannot be written. */
  readonly onFault?: (fault: ExchangeFault) => void;
  /** False: nobody trades but those who have an account. */
  readonly life?: boolean;
  /** How many times as fast as the machine's the clock runs. */
  readonly speed?: number;
  /** A file of candles that prices follow. */
  readonly replay?: string | null;
  /** False: nobody is refused for asking too often. */
  readonly rateLimits?: boolean;
};

export interface Practice {
  readonly port: number;
  readonly url: string;
  readonly clock: MovableClock;
  readonly accounts: PracticeAccounts;
  readonly market: Market;
  readonly exchange: DurableExchange;
  readonly faults: Faults;
  readonly log: RequestLog;
  stop(): Promise<void>;
}

/** Refuses to start. `message` holds cause and cure. */
export class StartError extends Error {
  override name = 'StartError';
}

/** Starts everything and resolves when requests are answered. Throws `StartError` or `DatabaseError`. */
export async function startPractice(options: PracticeOptions): Promise<Practice> {
  const {
    port,
    host = '127.0.0.1',
    dataDir,
    seed = 'practice',
    baseClock = machineClock,
    random = machineRandom,
    onFault = (fault) => console.error('Fault in the exchange:', fault.kind, fault.error),
    life = true,
    speed = 1,
    replay = null,
    rateLimits = true,
  } = options;
  if (!LOOPBACK_HOSTS.includes(host))
    throw new StartError(
      `The practice exchange listens on this machine only, not on ${host}: its keys and codes are kept in clear. Use --host 127.0.0.1.`,
    );
  const world = await openWorld({ dataDir, seed, baseClock, random, onFault, life, speed, replay });
  try {
    return await serve({ port, host, baseClock, random, world, rateLimits });
  } catch (error) {
    await world.close();
    throw error;
  }
}

type Parts = {
  readonly port: number;
  readonly host: string;
  readonly baseClock: Clock;
  readonly random: Random;
  readonly world: World;
  readonly rateLimits: boolean;
};

async function serve(parts: Parts): Promise<Practice> {
  const { baseClock, random, world } = parts;
  const { clock, market, exchange, accounts } = world;
  const faults = createFaults();
  const pretended = createPretendedAddresses();
  const toldClock = skewedClock(clock, faults);
  const sockets = () => stream.sockets();
  const armory = createArmory({ accounts, exchange, market, clock, faults, pretended, sockets });
  const tokens = createWebsocketTokens(clock.unhurried(), random);
  const limiter = parts.rateLimits ? createRateLimiter(clock.unhurried()) : noRateLimits;
  const endpoints = createEndpoints({ accounts, market, exchange, tokens, random });
  const log = createRequestLog((path) => endpoints.find(path) !== null);
  const authenticate = createAuthenticate({
    accounts,
    clock: toldClock,
    pretendedAddress: (publicKey) => pretended.take(publicKey),
  });
  const demo = { email: DEMO_EMAIL, password: DEMO_PASSWORD };
  const route = createFront({
    accounts,
    faults,
    requestFaults: createRequestFaults(armory),
    limiter,
    privateApi: createPrivateApi({ endpoints, authenticate, keyUse: accounts.keyUse, limiter, log, clock: toldClock }),
    publicApi: createPublicApi({ market, clock: toldClock }),
    control: createControl({ accounts, exchange, clock, faults, pretended, log, armory, sockets }),
    pages: createPages({
      accounts,
      market,
      exchange,
      clock,
      endpointGroups: ENDPOINT_GROUPS,
      demo,
      faultRoom: { armory, plain: faults },
    }),
  });
  const server = createServer((req, res) => {
    route(req, res).catch((error: unknown) => {
      // The client went away in the middle of its request: nobody is left to answer.
      if (req.destroyed && !req.complete) return;
      console.error('Fault while answering:', error);
      if (res.headersSent) res.destroy();
      else reply(res, { kind: 'json', status: 500, body: { error: ['Internal server error.'] } });
    });
  });
  const stream = attachStream({
    server,
    path: '/ws',
    market,
    accounts,
    exchange,
    clock: toldClock,
    wireClock: baseClock,
    tokens,
    deliver: createFaultyDelivery(armory),
  });
  // Before the stream's own listener: a fault that stops requests stops new sockets as well.
  server.prependListener('upgrade', (req, socket) => {
    const struck = faults.strike(pathOf(req));
    if (struck.some(({ kind }) => kind !== 'slow')) socket.destroy();
    else struckUpgrade(armory, socket);
  });
  const port = await listen(server, parts.port, parts.host);
  const ticking = setInterval(() => {
    world.beat();
    armory.beat();
  }, BEAT_MS);
  const name = parts.host === '::1' ? '[::1]' : parts.host;
  return {
    port,
    url: `http://${name}:${port}`,
    clock,
    accounts,
    market,
    exchange,
    faults,
    log,
    async stop() {
      clearInterval(ticking);
      armory.close();
      stream.close();
      await closed(server);
      await world.close();
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const message =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is in use. Stop what listens there, or choose another with --port.`
          : `Cannot listen on ${host}, port ${port} (${error.message}). Choose another with --port.`;
      reject(new StartError(message));
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
