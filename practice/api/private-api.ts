import type { KeyUse } from '../accounts/key-use.ts';
import { ExchangeStoppedError } from '../exchange/durable-exchange.ts';
import type { Clock } from '../ports.ts';
import type { Answer, AroundHandler, Params } from './answer.ts';
import { json } from './answer.ts';
import { authError } from './auth-errors.ts';
import type { Authenticate, SignedRequest, Verdict } from './authenticate.ts';
import type { Endpoint, Endpoints } from './endpoints.ts';
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

  /** What is refused before anybody is asked who it is; else who calls, or why not. */
  function received(request: PrivateRequest): Answer | Received {
    const endpoint = endpoints.find(request.path);
    const rateGroups = endpoint?.rateGroups ?? privateRateGroups(request.path);
    if (!limiter.take(request.address, rateGroups)) return GATEWAY_TOO_MANY;
    return endpoint === null ? GATEWAY_NOT_FOUND : { endpoint, verdict: authenticate(request, endpoint.guard) };
  }

  function carryOut(request: PrivateRequest, { endpoint, verdict }: Received): Answer | Promise<Answer> {
    if (!verdict.ok) return authError(verdict.fault, request.path);
    const { account, key, params } = verdict;
    const call = { account, key, params, path: request.path, nowMs: clock.nowMs() };
    return request.around?.(call, async (one) => endpoint.handler(one)) ?? endpoint.handler(call);
  }

  // All in one async function: each more around an order costs as much as a part of its work.
  return async (request) => {
    let given: Answer;
    let params: Params | null = null;
    try {
      const one = received(request);
      if ('status' in one) given = one;
      else {
        if (one.verdict.ok) params = one.verdict.params;
        const written = keyUse.written();
        if (written !== null) await written;
        given = await carryOut(request, one);
      }
    } catch (error) {
      given = faultAnswer(error);
    }
    log.record(request, given.status, clock.nowMs(), params);
    return given;
  };
}

type Received = { readonly endpoint: Endpoint; readonly verdict: Verdict };

/** A fault of ours becomes the exchange's own words for one; the process lives on. */
function faultAnswer(error: unknown): Answer {
  // It said so itself, once, when it stopped.
  if (error instanceof ExchangeStoppedError) return SERVICE_UNAVAILABLE;
  console.error('Fault in the private API:', error);
  return json(500, { error: ['Internal server error.'] });
}
