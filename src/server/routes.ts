/** Registers the contract's routes: access, schemas and handler of each, or no start at all. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CONTRACT, type Operation } from '../contract/contract.ts';
import { ROUTES, type Route, type RouteName } from '../contract/routes.ts';
import { problemReply } from '../contract/words.ts';
import type { Visit } from './access.ts';
import { endedCookie, sessionCookie } from './cookie.ts';
import type { Call, Handlers } from './handler.ts';
import { securityOf } from './openapi.ts';
import type { Site } from './site.ts';

const ACCESS: ReadonlySet<string> = new Set(['open', 'unclaimed', 'door', 'user', 'owner']);
const none = z.strictObject({});

export class RouteFault extends Error {
  override name = 'RouteFault';
}

export function registerRoutes(
  app: FastifyInstance,
  parts: {
    readonly handlers: Partial<Handlers>;
    readonly routes?: Readonly<Record<string, Partial<Route>>>;
    readonly site: () => Site;
    readonly admit: (request: FastifyRequest, name: string, route: Route) => Promise<Visit>;
  },
): void {
  const routes = parts.routes ?? ROUTES;
  for (const [name, route] of Object.entries(routes)) {
    const { method, path, access } = route;
    if (access === undefined || !ACCESS.has(access)) throw new RouteFault(`The route ${name} declares no permission.`);
    const handler = (parts.handlers as Record<string, unknown>)[name];
    if (typeof handler !== 'function') throw new RouteFault(`The route ${name} has no handler.`);
    const operation: Operation | undefined = (CONTRACT as Record<string, Operation>)[name];
    if (method === undefined || path === undefined || operation === undefined) {
      throw new RouteFault(`The route ${name} is not whole.`);
    }
    if (route.stepUp === true && route.scope !== undefined) {
      throw new RouteFault(`The route ${name} asks a person for a proof and lets tokens in.`);
    }
    const { scope } = route;
    const declared: Route = {
      ...{ method, path, access },
      ...(route.stepUp === true && { stepUp: true }),
      ...(scope !== undefined && { scope }),
    };
    app.route({
      method,
      url: path,
      schema: {
        ...documentation(name, declared),
        params: operation.params ?? none,
        querystring: operation.query ?? none,
        // A GET has no body to speak of, and Fastify looks at none.
        ...(method !== 'GET' && { body: operation.body ?? none.optional().nullable() }),
        response: { 200: operation.reply, default: problemReply },
      },
      config: { name, access },
      // Who is asking is settled before what they say is even read for its fields.
      preValidation: async (request) => {
        request.visit = await parts.admit(request, name, declared);
      },
      handler: async (request, reply) => (handler as (call: unknown) => unknown)(callOf(request, reply, parts.site())),
    });
  }
}

function callOf(request: FastifyRequest, reply: FastifyReply, site: Site): Call<RouteName> {
  const { visit } = request;
  if (visit === null) throw new RouteFault('A handler was reached without an access check.');
  const call = {
    params: request.params,
    query: request.query,
    body: request.body,
    who: visit.signedIn ?? {},
    pending: visit.pending,
    peer: visit.peer,
    setToken: (token: string | null) => {
      reply.header('set-cookie', token === null ? endedCookie(site) : sessionCookie(token, site));
    },
  };
  return call as Call<RouteName>;
}

function documentation(name: string, route: Route): Record<string, unknown> {
  const who: Readonly<Record<Route['access'], string>> = {
    open: 'Anybody.',
    unclaimed: 'Anybody, while the desk has no owner.',
    door: 'Anybody, once the desk has an owner.',
    user: 'A signed-in person, for their own rows.',
    owner: 'The owner of the desk.',
  };
  return {
    operationId: name,
    summary: name,
    description: [
      who[route.access],
      route.stepUp === true ? 'Needs a step-up of the last five minutes.' : '',
      route.scope === undefined ? 'Closed to tokens.' : `A token needs the scope “${route.scope}”.`,
    ]
      .filter((text) => text !== '')
      .join(' '),
    security: securityOf(route),
    tags: [name.split('.')[0] ?? name],
  };
}

declare module 'fastify' {
  interface FastifyRequest {
    visit: Visit | null;
  }
}
