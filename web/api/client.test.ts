import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { address, call, listen, Problem } from './client.ts';

type Answer = { readonly status: number; readonly body: string } | 'silence' | 'hangs';
const sent: { url: string; init: RequestInit }[] = [];
let answers: Answer[] = [];
const told = { stepUp: 0, signedOut: 0, proves: true };

const refusal = (code: string) =>
  JSON.stringify({
    error: { code, message: 'Cause.', cure: 'Cure.', field: null, confirm: null, requestId: 'r1', retryAfterMs: null },
  });

beforeEach(() => {
  sent.length = 0;
  answers = [];
  Object.assign(told, { stepUp: 0, signedOut: 0, proves: true });
  listen({
    stepUp: () => {
      told.stepUp += 1;
      return Promise.resolve(told.proves);
    },
    signedOut: () => {
      told.signedOut += 1;
    },
  });
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    sent.push({ url, init });
    const answer = answers.shift() ?? 'silence';
    if (answer === 'hangs')
      return new Promise((_, reject) =>
        init.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
      );
    if (answer === 'silence') return Promise.reject(new TypeError('Failed to fetch'));
    return Promise.resolve(new Response(answer.body, { status: answer.status }));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  listen({ stepUp: () => Promise.resolve(false), signedOut: () => {} });
});

const problemOf = (work: Promise<unknown>): Promise<Problem> =>
  work.then(
    () => Promise.reject(new Error('It should have been refused')),
    (error: unknown) => (error instanceof Problem ? error : Promise.reject(error)),
  );

describe('an address', () => {
  test('holds its parameters, and none of them can leave its place', () => {
    expect(address('connections.rename', { id: 'abc' }, undefined)).toBe('/api/connections/abc');
    expect(address('connections.rename', { id: '../session?x=1' }, undefined)).toBe(
      '/api/connections/..%2Fsession%3Fx%3D1',
    );
  });

  test('leaves out what was not asked', () => {
    expect(address('audit.list', {}, { before: 5, limit: undefined })).toBe('/api/audit?before=5');
    expect(address('audit.list', {}, {})).toBe('/api/audit');
  });
});

describe('a request', () => {
  test('a desk that hung left an order on its way for ever', async () => {
    vi.useFakeTimers();
    try {
      answers = ['hangs'];
      const placed = problemOf(call('orders.cancelAll', { body: { connection: null, market: null } }));
      await vi.advanceTimersByTimeAsync(20_000);
      expect(await placed).toMatchObject({ status: 0, code: 'desk_unreachable' });
    } finally {
      vi.useRealTimers();
    }
  });

  test('changes things only as JSON, and reads without a body', async () => {
    answers = [
      { status: 200, body: '{}' },
      { status: 200, body: '[]' },
    ];
    await call('logout');
    await call('connections.list');
    expect(sent[0]?.init).toMatchObject({
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(sent[1]?.init.body).toBeUndefined();
  });

  test('goes on by itself after the second look', async () => {
    answers = [
      { status: 403, body: refusal('step_up_required') },
      { status: 200, body: '{}' },
    ];
    await call('connections.remove', { params: { id: 'a' } });
    expect(told.stepUp).toBe(1);
    expect(sent).toHaveLength(2);
  });

  test('is not sent again when the second look is refused', async () => {
    told.proves = false;
    answers = [{ status: 403, body: refusal('step_up_required') }];
    const problem = await problemOf(call('connections.remove', { params: { id: 'a' } }));
    expect(problem.code).toBe('step_up_required');
    expect(sent).toHaveLength(1);
  });

  test('shows the door when the session ended, but not for a wrong password', async () => {
    answers = [
      { status: 401, body: refusal('not_signed_in') },
      { status: 401, body: refusal('login_failed') },
    ];
    await problemOf(call('connections.list'));
    expect(told.signedOut).toBe(1);
    await problemOf(call('login.password', { body: { name: 'a', password: 'b' } }));
    expect(told.signedOut).toBe(1);
  });
});

describe('what went wrong', () => {
  test('is told with cause and cure when the desk is silent', async () => {
    const problem = await problemOf(call('connections.list'));
    expect([problem.code, problem.status]).toEqual(['desk_unreachable', 0]);
    expect(problem.cure).not.toBe('');
  });

  test.each([
    [502, '<html>Bad gateway</html>'],
    [500, '{"oops":true}'],
    [200, 'not json'],
  ])('is told when the answer makes no sense (%d)', async (status, body) => {
    answers = [{ status, body }];
    expect((await problemOf(call('connections.list'))).code).toBe('answer_not_understood');
  });
});
