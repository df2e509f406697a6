import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { PracticeAccounts } from './accounts/accounts.ts';
import type { Answer, AroundHandler } from './api/answer.ts';
import { GATEWAY_NOT_FOUND, GATEWAY_TOO_MANY, type PrivateApi } from './api/private-api.ts';
import type { RateLimiter } from './api/rate-limits.ts';
import { CONTROL_PREFIX, type Control } from './control/control.ts';
import type { Fault, Faults } from './control/faults.ts';
import type { Reply, RequestCall } from './faults/fault-switch.ts';
import type { RequestFaults } from './faults/request-faults.ts';
import { marketOfBody, marketOfTarget } from './faults/request-market.ts';
import type { PublicAnswer } from './market/public-call.ts';
import { publicRateGroups } from './market/rate-groups.ts';

/** Every request comes in here: which part answers it, and what faults do to it on the way. */

/** Largest body any endpoint needs is a bulk of 100 orders, some 20 kB. */
const BODY_BYTES_MAX = 1024 * 1024;

export type FrontParts = {
  readonly accounts: PracticeAccounts;
  readonly faults: Faults;
  readonly requestFaults: RequestFaults;
  readonly limiter: RateLimiter;
  readonly privateApi: PrivateApi;
  readonly publicApi: (url: URL) => PublicAnswer | null;
  readonly control: Control;
  readonly pages: (req: IncomingMessage, res: ServerResponse, url: URL) => Promise<boolean>;
};

const PUBLIC = /^\/api\/v[124]\/public(\/|$)/;

/** Rejects where the fault is ours and nothing has been answered. */
export function createFront(parts: FrontParts): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  // Not async itself: every promise around an order costs as much as a part of its work.
  return (req, res) => {
    const asked = { target: req.url ?? '/', path: pathOf(req) };
    if (asked.path.startsWith(CONTROL_PREFIX)) return answerControl(parts, req, res, asked);
    const struck = parts.faults.strike(asked.path);
    return struck.length === 0 ? answer(parts, req, res, asked) : answerStruck(parts, req, res, { ...asked, struck });
  };
}

type Asked = { readonly target: string; readonly path: string };

async function answerControl(
  parts: FrontParts,
  req: IncomingMessage,
  res: ServerResponse,
  asked: Asked,
): Promise<void> {
  const body = await bodyOf(req);
  reply(res, body === null ? TOO_LARGE : await parts.control(req, asked.path, body));
}

async function answerStruck(
  parts: FrontParts,
  req: IncomingMessage,
  res: ServerResponse,
  asked: Asked & { readonly struck: readonly Fault[] },
): Promise<void> {
  if (!(await suffer(asked.struck, req, res))) await answer(parts, req, res, asked);
}

function answer(parts: FrontParts, req: IncomingMessage, res: ServerResponse, asked: Asked): Promise<void> {
  return asked.path.startsWith('/api/') ? answerApi(parts, req, res, asked) : answerPage(parts, req, res, asked);
}

async function answerPage(parts: FrontParts, req: IncomingMessage, res: ServerResponse, asked: Asked): Promise<void> {
  const handled = await parts.pages(req, res, urlOf(asked.target));
  if (!handled) reply(res, GATEWAY_NOT_FOUND);
}

/** Public and private endpoints, with whatever is armed against them around. */
async function answerApi(parts: FrontParts, req: IncomingMessage, res: ServerResponse, asked: Asked): Promise<void> {
  const { target, path } = asked;
  const isPublic = PUBLIC.test(path);
  if (!isPublic && req.method !== 'POST') return reply(res, GATEWAY_NOT_FOUND);
  const body = isPublic ? EMPTY : await bodyOf(req);
  if (body === null) return reply(res, TOO_LARGE);
  if (parts.requestFaults.isQuiet())
    return reply(
      res,
      isPublic ? publicAnswer(parts, req, target, path) : await privateAnswer(parts, req, path, body, undefined),
    );
  const execute = async (around: AroundHandler): Promise<Answer> =>
    isPublic ? publicAnswer(parts, req, target, path) : await privateAnswer(parts, req, path, body, around);
  const apiKey = isPublic ? '' : headerOf(req, 'x-txc-apikey');
  const call: RequestCall = {
    path,
    target,
    apiKey,
    account: parts.accounts.keyring.signingKey(apiKey)?.account ?? null,
    market: isPublic ? marketOfTarget(target) : marketOfBody(body),
  };
  carryOut(req, res, await parts.requestFaults.carry(call, execute));
}

const EMPTY = Buffer.alloc(0);

function carryOut(req: IncomingMessage, res: ServerResponse, told: Reply): void {
  switch (told.kind) {
    case 'answer':
      reply(res, told.answer, told.headers);
      return;
    case 'cut':
      req.socket.destroy();
      return;
    case 'torn': {
      const text = told.answer.kind === 'json' ? JSON.stringify(told.answer.body) : told.answer.body;
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      res.writeHead(told.answer.status, headers);
      // Once the half is out, so that the client has seen the beginning.
      res.write(text.slice(0, Math.floor(text.length / 2)), () => req.socket.destroy());
      return;
    }
  }
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

function publicAnswer(parts: FrontParts, req: IncomingMessage, target: string, path: string): Answer {
  if (!parts.limiter.take(addressOf(req), publicRateGroups(path))) return GATEWAY_TOO_MANY;
  const answer = req.method === 'GET' || req.method === 'HEAD' ? parts.publicApi(urlOf(target)) : null;
  return answer === null ? GATEWAY_NOT_FOUND : { kind: 'json', ...answer };
}

function privateAnswer(
  parts: FrontParts,
  req: IncomingMessage,
  path: string,
  body: Buffer,
  around: AroundHandler | undefined,
): Promise<Answer> {
  return parts.privateApi({
    around,
    path,
    apiKey: headerOf(req, 'x-txc-apikey'),
    payload: headerOf(req, 'x-txc-payload'),
    signature: headerOf(req, 'x-txc-signature'),
    body,
    address: addressOf(req),
  });
}

export function pathOf(req: IncomingMessage): string {
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

/** Null where it is too long: the rest is read past, so that the refusal still arrives. Rejects where the client left. */
function bodyOf(req: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    req.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= BODY_BYTES_MAX) chunks.push(chunk);
    });
    req.on('end', () => {
      const [first = EMPTY] = chunks;
      if (length > BODY_BYTES_MAX) resolve(null);
      else resolve(chunks.length > 1 ? Buffer.concat(chunks) : first);
    });
    req.on('error', reject);
  });
}

const NO_MORE: Readonly<Record<string, string>> = {};

export function reply(res: ServerResponse, answer: Answer, more: Readonly<Record<string, string>> = NO_MORE): void {
  const text = answer.kind === 'json' ? JSON.stringify(answer.body) : answer.body;
  const type = answer.kind === 'json' ? 'application/json' : 'text/html; charset=utf-8';
  const length = Buffer.byteLength(text);
  const headers = { 'content-type': type, 'content-length': length, 'cache-control': 'no-store' };
  // Where no character needs more than a byte, nothing has to be encoded.
  const encoding = length === text.length ? 'latin1' : 'utf8';
  res.writeHead(answer.status, more === NO_MORE ? headers : { ...headers, ...more }).end(text, encoding);
}
