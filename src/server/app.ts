/** The HTTP side of the desk, put together: limits, guards, headers, routes, errors. Thin on purpose. */

import swagger from '@fastify/swagger';
import websocket from '@fastify/websocket';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { LIVE_PATH, ROUTES } from '../contract/routes.ts';
import type { Clock } from '../shell/clock.ts';
import { newId, type Random } from '../shell/random.ts';
import { Refusal } from '../shell/refusal.ts';
import { AccessControl } from './access.ts';
import type { CliDoor } from './cli-door.ts';
import { COMMAND_LINE_SESSION } from './cli-words.ts';
import { guard } from './guard.ts';
import type { Handlers } from './handler.ts';
import { putHeaders } from './headers.ts';
import { readJson } from './json-body.ts';
import type { Live } from './live.ts';
import { WATCH_BYTES_MAX } from './live-watch.ts';
import type { Metrics } from './metrics.ts';
import { API_DESCRIPTION, SECURITY_SCHEMES } from './openapi.ts';
import { registerPage } from './page.ts';
import type { People } from './people/people.ts';
import { RouteFault, registerRoutes } from './routes.ts';
import type { Site } from './site.ts';

/** The largest honest body is a passkey's answer of a few kilobytes. */
const BODY_BYTES_MAX = 64 * 1024;
const HEADERS_MS = 10_000;
const REQUEST_MS = 20_000;
const KEEP_ALIVE_MS = 72_000;
/** Of the description, not of the program: which version runs is nobody's business before they are in. */
const API_VERSION = '1';
const PAGE_ROUTES: ReadonlySet<string> = new Set(['/', '/*']);
/** Beside the contract: the page, whether we are well, numbers, the description, the live socket. */
const OTHER_ROUTES: ReadonlySet<string> = new Set([
  ...PAGE_ROUTES,
  '/health',
  '/metrics',
  '/api/openapi.json',
  LIVE_PATH,
]);

export type Health = { readonly ok: boolean; readonly parts: Readonly<Record<string, 'ok' | 'locked' | 'failing'>> };

export type AppParts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly site: () => Site;
  readonly people: People;
  readonly handlers: Partial<Handlers>;
  readonly live: Live;
  readonly metrics: Metrics;
  readonly health: () => Promise<Health>;
  readonly pageFolder: string;
  /** Where the command line comes in; null where there is none. */
  readonly door: CliDoor | null;
  readonly tls: { readonly cert: string; readonly key: string } | null;
};

/** Throws `RouteFault` when a route lacks its permission or handler, or exists without being in the contract. */
export async function createApp(parts: AppParts): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: parts.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    connectionTimeout: 0,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: HEADERS_MS },
    genReqId: () => newId(parts.random),
    // Our own guard reads forwarded headers, from the configured proxy alone.
    trustProxy: false,
    routerOptions: { maxParamLength: 64 },
    exposeHeadRoutes: false,
    return503OnClosing: true,
    // A tab's idle line, or one that never asked anything, must not hold up the stop.
    forceCloseConnections: true,
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      putHeaders(reply.raw, parts.site().isSecure);
      sendProblem(error, request, reply);
    },
    ...(parts.tls !== null && { https: { ...parts.tls, minVersion: 'TLSv1.2' } }),
  } as object) as FastifyInstance;
  const access = new AccessControl({
    people: parts.people,
    site: parts.site,
    door: parts.door,
  });
  const declared = watchRoutes(app);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler(() => {
    throw new Refusal(
      'not_found',
      'There is nothing at this address.',
      'The addresses that exist stand in /api/openapi.json.',
    );
  });
  readBodies(app);
  app.decorateRequest('visit', null);
  app.addHook('onRequest', async (request, reply) => {
    putHeaders(reply.raw, parts.site().isSecure);
    reply.header('x-request-id', request.id);
    refuseTwoHosts(request.raw.rawHeaders);
    const { method, headers } = request;
    const isUpgrade = headers.upgrade !== undefined;
    const isPage = PAGE_ROUTES.has(request.routeOptions.url ?? '') && !request.url.startsWith('/api/');
    const [byCommandLine, byProgram] = [access.isCommandLine(request), access.isProgram(request)];
    guard({ method, headers, isUpgrade, isPage, byCommandLine, byProgram }, parts.site());
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = (request.routeOptions.config as { name?: string }).name ?? request.routeOptions.url ?? 'none';
    parts.metrics.answered(route, reply.statusCode, reply.elapsedTime);
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Gapless', description: API_DESCRIPTION, version: API_VERSION },
      components: { securitySchemes: SECURITY_SCHEMES },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(websocket, { options: { maxPayload: WATCH_BYTES_MAX, perMessageDeflate: false } });
  registerRoutes(app, {
    handlers: parts.handlers,
    site: parts.site,
    admit: (request, name, route) => access.admit(request, name, route),
  });
  registerOthers(app, parts, access);
  registerPage(app, { folder: parts.pageFolder, site: parts.site });
  await app.ready();
  declared();
  return app;
}

/** Remembers every route that anything registers, and later holds the list against the contract. */
function watchRoutes(app: FastifyInstance): () => void {
  const known = new Set(Object.values(ROUTES).map((route) => `${route.method} ${route.path}`));
  const strangers: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      if (!known.has(`${one} ${url}`) && !(one === 'GET' && OTHER_ROUTES.has(url))) strangers.push(`${one} ${url}`);
    }
  });
  return () => {
    if (strangers.length > 0)
      throw new RouteFault(`Routes that no permission is declared for: ${strangers.join(', ')}`);
  };
}

function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, readJson(body.toString()));
    } catch (error) {
      done(error as Error);
    }
  });
}

function registerOthers(app: FastifyInstance, parts: AppParts, access: AccessControl): void {
  const hidden = { hide: true };
  app.get('/health', { schema: hidden }, async (_request, reply) => {
    const health = await parts.health();
    // A locked keystore is a state a person chose, no failure that a watchdog should restart us for.
    return reply.code(health.ok ? 200 : 503).send(health);
  });
  app.get('/metrics', { schema: hidden }, async (request, reply) => {
    if (!access.isNear(request) && (await access.signedIn(request)) === null) {
      throw new Refusal('not_signed_in', 'Nobody is signed in.', 'Read the metrics on this machine itself, or log in.');
    }
    return reply.type(parts.metrics.contentType).send(await parts.metrics.text());
  });
  app.get('/api/openapi.json', { schema: hidden }, async (_request, reply) => reply.send(app.swagger()));
  app.get(
    LIVE_PATH,
    {
      schema: hidden,
      websocket: true,
      preValidation: async (request) => {
        if (request.headers.upgrade === undefined) {
          throw new Refusal(
            'bad_request',
            'This address speaks WebSocket only.',
            'Open it as a WebSocket from the page.',
          );
        }
        const signedIn = await access.listener(request);
        request.visit = { signedIn, pending: null, peer: access.peer(request) };
      },
    },
    (socket, request) => {
      const { user, session, token } = request.visit?.signedIn ?? {};
      const sessionId = session?.id ?? token?.id ?? (access.isCommandLine(request) ? COMMAND_LINE_SESSION : undefined);
      if (user === undefined || sessionId === undefined) socket.close(1008, 'Nobody is signed in');
      else parts.live.add(socket, { userId: user.id, sessionId, token: token ?? null }, request.raw.socket);
    },
  );
}

/** Node keeps the first of two; a proxy in front may have looked at the second. */
function refuseTwoHosts(rawHeaders: readonly string[]): void {
  const hosts = rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host');
  if (hosts.length > 1) throw new Refusal('wrong_host', 'The request names two hosts.', 'Send one Host header.');
}

function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = asRefusal(error);
  if (refusal.code === 'internal') {
    // The whole error for the log, its request id for the person: nothing of it in the answer.
    request.log.error(
      { err: error, requestId: request.id, route: request.routeOptions.url },
      'A request failed by our fault',
    );
  }
  if (request.headers.upgrade !== undefined) {
    // A socket that asked to be upgraded is on no list of the HTTP server any more: nobody else would close it.
    reply.header('connection', 'close');
    reply.raw.once('finish', () => request.raw.socket.destroySoon());
  }
  if (refusal.retryAfterMs !== null) reply.header('retry-after', String(Math.ceil(refusal.retryAfterMs / 1_000)));
  reply
    .code(refusal.status)
    .header('content-type', 'application/json; charset=utf-8')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(refusal.reply(request.id));
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const fault = error as Partial<FastifyError>;
  const issue = fault.validation?.[0];
  if (issue !== undefined) {
    const at = issue.instancePath.replace(/^\//, '').replaceAll('/', '.');
    const unknown = (issue.params as { keys?: unknown } | undefined)?.keys;
    const field = at !== '' ? at : Array.isArray(unknown) ? String(unknown[0]).slice(0, 60) : null;
    const where = fault.validationContext === 'querystring' ? 'query' : (fault.validationContext ?? 'body');
    return new Refusal(
      'bad_request',
      field === null
        ? `The ${where} is not as it should be: ${issue.message ?? 'wrong'}.`
        : `${field}: ${issue.message ?? 'wrong'}.`,
      'Correct it and send it again.',
      { field },
    );
  }
  if (fault.statusCode === 413) {
    return new Refusal('too_large', 'The body is over 64 KiB.', 'Send less at once.');
  }
  if (fault.statusCode === 415) {
    return new Refusal('not_json', 'The body must be JSON.', 'Send it with the header content-type: application/json.');
  }
  if (fault.statusCode !== undefined && fault.statusCode >= 400 && fault.statusCode < 500) {
    return new Refusal('bad_request', 'The request is malformed.', 'Send it as the API description says.');
  }
  return new Refusal(
    'internal',
    'Something went wrong on our side.',
    'Try again. If it stays, look into the log for this request id.',
  );
}
