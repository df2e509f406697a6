import type { KeyUse } from '../accounts/key-use.ts';
import { ExchangeStoppedError } from '../exchange/durable-exchange.ts';
import type { Clock } from '../ports.ts';
import type { Answer, AroundHandler, Params } from './answer.ts';
import { json } from './answer.ts';
import { authError } from './auth-errors.ts';
import type { Authenticate, SignedRequest } from './authenticate.ts';
import type { Endpoints } from './endpoints.ts';
import { SERVICE_UNAVAILABLE } from './outcome-answer.ts';
import type { RateLimiter } from './rate-limits.ts';
import { privateRateGroups } from './rate-limits.ts';
import type { RequestLog } from './request-log.ts';

/** What stands before the exchange answers these: no JSON. */
export const GATEWAY_TOO_MANY: Answer = {
  kind: 'text',
  status: 429,
  body: '<html><head><title>429 Too Many Requests</title></head><body>Too Many Requests</body></html>\n',
};
export const GATEWAY_NOT_FOUND: Answer = { kind: 'text', status: 404, body: '' };

export type PrivateRequest = SignedRequest & { readonly around?: AroundHandler | undefined };
export type PrivateApi = (request: PrivateRequest) => Promise<Answer>;

export type PrivateApiOptions = {
  readonly endpoints: Endpoints;
  readonly authenticate: Authenticate;
  readonly keyUse: Pick<KeyUse, 'written'>;
  readonly limiter: RateLimiter;
  readonly log: RequestLog;
  readonly clock: Clock;
};

/**
 * One request: all its checks in one turn, so that no other comes in between. Then its nonce is written, with those of all
 * others of that turn, and only then it is carried out: whatever happens, no request can be repeated.
 */
export function createPrivateApi(options: PrivateApiOptions): PrivateApi {
  const { endpoints, authenticate, keyUse, limiter, log, clock } = options;

  async function answer(request: PrivateRequest, seen: Seen): Promise<Answer> {
    if (!limiter.take(request.address, privateRateGroups(request.path))) return GATEWAY_TOO_MANY;
    const endpoint = endpoints.find(request.path);
    if (endpoint === null) return GATEWAY_NOT_FOUND;
    const verdict = authenticate(request, endpoint.guard);
    if (verdict.ok) seen.params = verdict.params;
    const written = keyUse.written();
    if (written !== null) await written;
    if (!verdict.ok) return authError(verdict.fault, request.path);
    const { account, key, params } = verdict;
    const call = { account, key, params, path: request.path, nowMs: clock.nowMs() };
    // Awaited here: a promise that an async function gives back takes three more turns than one it waits for.
    return await (request.around?.(call, async (one) => endpoint.handler(one)) ?? endpoint.handler(call));
  }

  return async (request) => {
    const seen: Seen = { params: null };
    let given: Answer;
    try {
      given = await answer(request, seen);
    } catch (error) {
      given = faultAnswer(error);
    }
    log.record(request, given.status, clock.nowMs(), seen.params);
    return given;
  };
}

/** What is learnt of a request on the way, for the log. */
type Seen = { params: Params | null };

/** A fault of ours becomes the exchange's own words for one; the process lives on. */
function faultAnswer(error: unknown): Answer {
  // It said so itself, once, when it stopped.
  if (error instanceof ExchangeStoppedError) return SERVICE_UNAVAILABLE;
  console.error('Fault in the private API:', error);
  return json(500, { error: ['Internal server error.'] });
}
