import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createAccounts, type PracticeAccounts } from './accounts/accounts.ts';
import { clockOffsetStore, DatabaseError, openDatabase } from './accounts/database.ts';
import { DEMO_EMAIL, DEMO_PASSWORD, seedDemo } from './accounts/demo.ts';
import { KEY_USE_MIGRATIONS, MIGRATIONS } from './accounts/migrations.ts';
import { machineRandom, type Random } from './accounts/random.ts';
import type { Answer } from './api/answer.ts';
import { createAuthenticate } from './api/authenticate.ts';
import { createEndpoints } from './api/endpoints.ts';
import { closedDesk } from './api/order-desk.ts';
import { ENDPOINT_GROUPS, SWITCHABLE_ENDPOINTS } from './api/permission-groups.ts';
import { createPrivateApi, GATEWAY_NOT_FOUND, GATEWAY_TOO_MANY, type PrivateApi } from './api/private-api.ts';
import { createRateLimiter, type RateLimiter } from './api/rate-limits.ts';
import { createRequestLog, type RequestLog } from './api/request-log.ts';
import { createWebsocketTokens } from './api/tokens.ts';
import { createMovableClock, machineClock } from './clock.ts';
import { CONTROL_PREFIX, type Control, createControl } from './control/control.ts';
import { createFaults, createPretendedAddresses, type Fault, type Faults, skewedClock } from './control/faults.ts';
import { createMarket } from './market/market.ts';
import { createPublicApi } from './market/public-api.ts';
import type { PublicAnswer } from './market/public-call.ts';
import { publicRateGroups } from './market/rate-groups.ts';
import { createPages } from './pages/pages.ts';
import type { Clock, Market, MovableClock } from './ports.ts';
import { attachStream } from './stream/stream.ts';

/** Largest body any endpoint needs is a bulk of 100 orders, some 20 kB. */
const BODY_BYTES_MAX = 1024 * 1024;
const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', '::1', 'localhost'];
/** After this long, connections that still talk are cut when stopping. */
const STOP_GRACE_MS = 500;

export type PracticeOptions = {
  /** 0: any free port. */
  readonly port: number;
  readonly host?: string;
  /** Null keeps everything in memory. */
  readonly dataDir: string | null;
  readonly seed?: string;
  readonly baseClock?: Clock;
  readonly random?: Random;
};

export interface Practice {
  readonly port: number;
  readonly url: string;
  readonly clock: MovableClock;
  readonly accounts: PracticeAccounts;
  readonly market: Market;
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
  } = options;
  if (!LOOPBACK_HOSTS.includes(host))
    throw new StartError(
      `The practice exchange listens on this machine only, not on ${host}: its keys and codes are kept in clear. Use --host 127.0.0.1.`,
    );
  const files = openFiles(dataDir);
  try {
    const clock = createMovableClock(baseClock, clockOffsetStore(files.database));
    const market = createMarket({ seed });
    const accounts = createAccounts({
      ...files,
      clock,
      random,
      asset: (ticker) => market.asset(ticker),
      endpoints: SWITCHABLE_ENDPOINTS,
    });
    await seedDemo(accounts, files.database);
    return await serve({ port, host, clock, market, accounts, random, close: files.close });
  } catch (error) {
    files.close();
    throw error;
  }
}

function openFiles(dataDir: string | null) {
  const place = (name: string): string => (dataDir === null ? ':memory:' : join(dataDir, name));
  if (dataDir !== null) {
    try {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new DatabaseError(
        'database-unusable',
        `The folder ${dataDir} cannot be made (${error instanceof Error ? error.message : String(error)}). Choose another with --data.`,
      );
    }
  }
  const database = openDatabase(place('practice.sqlite'), MIGRATIONS, 'full');
  const useDatabase = openDatabase(place('practice-nonces.sqlite'), KEY_USE_MIGRATIONS, 'normal');
  const close = (): void => {
    if (database.isOpen) database.close();
    if (useDatabase.isOpen) useDatabase.close();
  };
  return { database, useDatabase, close };
}

type Parts = {
  readonly port: number;
  readonly host: string;
  readonly clock: MovableClock;
  readonly market: Market;
  readonly accounts: PracticeAccounts;
  readonly random: Random;
  readonly close: () => void;
};

async function serve(parts: Parts): Promise<Practice> {
  const { clock, market, accounts, random } = parts;
  const faults = createFaults();
  const pretended = createPretendedAddresses();
  const toldClock = skewedClock(clock, faults);
  const tokens = createWebsocketTokens(clock, random);
  const limiter = createRateLimiter(clock);
  const endpoints = createEndpoints({ accounts, market, desk: closedDesk, tokens, random });
  const log = createRequestLog((path) => endpoints.find(path) !== null);
  const authenticate = createAuthenticate({
    accounts,
    clock: toldClock,
    pretendedAddress: (publicKey) => pretended.take(publicKey),
  });
  const demo = { email: DEMO_EMAIL, password: DEMO_PASSWORD };
  const route = createRouter({
    faults,
    limiter,
    privateApi: createPrivateApi({ endpoints, authenticate, limiter, log, clock: toldClock }),
    publicApi: createPublicApi({ market, clock: toldClock }),
    control: createControl({ accounts, clock, faults, pretended, log }),
    pages: createPages({ accounts, market, clock, endpointGroups: ENDPOINT_GROUPS, demo }),
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
  const stream = attachStream({ server, path: '/ws', market, accounts, clock: toldClock, tokens });
  // Before the stream's own listener: a fault that stops requests stops new sockets as well.
  server.prependListener('upgrade', (req, socket) => {
    const struck = faults.strike(pathOf(req));
    if (struck.some(({ kind }) => kind !== 'slow')) socket.destroy();
  });
  const port = await listen(server, parts.port, parts.host);
  const name = parts.host === '::1' ? '[::1]' : parts.host;
  return {
    port,
    url: `http://${name}:${port}`,
    clock,
    accounts,
    market,
    faults,
    log,
    async stop() {
      stream.close();
      await closed(server);
      parts.close();
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

type Routing = {
  readonly faults: Faults;
  readonly limiter: RateLimiter;
  readonly privateApi: PrivateApi;
  readonly publicApi: (url: URL) => PublicAnswer | null;
  readonly control: Control;
  readonly pages: (req: IncomingMessage, res: ServerResponse, url: URL) => Promise<boolean>;
};

const PUBLIC = /^\/api\/v[124]\/public(\/|$)/;

function createRouter(parts: Routing): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  return async (req, res) => {
    const target = req.url ?? '/';
    const path = pathOf(req);
    if (path.startsWith(CONTROL_PREFIX)) {
      const body = await bodyOf(req);
      return reply(res, body === null ? TOO_LARGE : await parts.control(req, path, body));
    }
    const struck = parts.faults.strike(path);
    if (struck.length > 0 && (await suffer(struck, req, res))) return;
    if (PUBLIC.test(path)) return reply(res, publicAnswer(parts, req, target, path));
    if (path.startsWith('/api/')) {
      if (req.method !== 'POST') return reply(res, GATEWAY_NOT_FOUND);
      const body = await bodyOf(req);
      return reply(res, body === null ? TOO_LARGE : privateAnswer(parts, req, path, body));
    }
    const handled = await parts.pages(req, res, urlOf(target));
    if (!handled) reply(res, GATEWAY_NOT_FOUND);
  };
}

const TOO_LARGE: Answer = { kind: 'text', status: 413, body: '' };
const MAINTENANCE: Answer = {
  kind: 'text',
  status: 503,
  body: '<html><head><title>503 Service Temporarily Unavailable</title></head><body>Maintenance</body></html>\n',
};

/** True where the fault has answered, or never will. */
async function suffer(struck: readonly Fault[], req: IncomingMessage, res: ServerResponse): Promise<boolean> {
  for (const fault of struck) if (fault.kind === 'slow') await delay(fault.delayMs);
  const fault = struck.find(({ kind }) => kind !== 'slow');
  if (fault === undefined) return false;
  switch (fault.kind) {
    case 'unreachable':
      req.socket.destroy();
      return true;
    case 'maintenance':
      reply(res, MAINTENANCE);
      return true;
    case 'rateLimit':
      reply(res, GATEWAY_TOO_MANY);
      return true;
    case 'malformed':
      res.writeHead(200, { 'content-type': 'application/json' }).end('{"result": [1, 2,');
      return true;
    case 'slow':
      return false;
  }
}

function publicAnswer(parts: Routing, req: IncomingMessage, target: string, path: string): Answer {
  if (!parts.limiter.take(addressOf(req), publicRateGroups(path))) return GATEWAY_TOO_MANY;
  const answer = req.method === 'GET' || req.method === 'HEAD' ? parts.publicApi(urlOf(target)) : null;
  return answer === null ? GATEWAY_NOT_FOUND : { kind: 'json', ...answer };
}

function privateAnswer(parts: Routing, req: IncomingMessage, path: string, body: Buffer): Answer {
  return parts.privateApi({
    path,
    apiKey: headerOf(req, 'x-txc-apikey'),
    payload: headerOf(req, 'x-txc-payload'),
    signature: headerOf(req, 'x-txc-signature'),
    body,
    address: addressOf(req),
  });
}

function pathOf(req: IncomingMessage): string {
  return (req.url ?? '/').split('?', 1)[0] ?? '/';
}

function urlOf(target: string): URL {
  return URL.parse(target, 'http://practice.invalid') ?? new URL('http://practice.invalid/');
}

function addressOf(req: IncomingMessage): string {
  return req.socket.remoteAddress ?? '';
}

function headerOf(req: IncomingMessage, name: string): string {
  const value = req.headers[name];
  return typeof value === 'string' ? value : '';
}

/** Null where it is too long: the rest is read past, so that the refusal still arrives. */
async function bodyOf(req: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length <= BODY_BYTES_MAX) chunks.push(bytes);
  }
  return length > BODY_BYTES_MAX ? null : Buffer.concat(chunks);
}

function reply(res: ServerResponse, answer: Answer): void {
  const text = answer.kind === 'json' ? JSON.stringify(answer.body) : answer.body;
  const type = answer.kind === 'json' ? 'application/json' : 'text/html; charset=utf-8';
  const headers = { 'content-type': type, 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store' };
  res.writeHead(answer.status, headers).end(text);
}
