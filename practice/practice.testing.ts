import { sign } from './api/signed-call.testing.ts';
import type { Clock, PermissionGroup } from './ports.ts';
import { type Practice, startPractice } from './server.ts';

/** A running practice exchange and a client for it, for tests. */

export type Reply = { readonly status: number; readonly text: string; readonly body: unknown; readonly type: string };
export type Key = { readonly apiKey: string; readonly secret: string };

export type Client = {
  readonly practice: Practice;
  control(command: string, input?: unknown): Promise<Record<string, unknown>>;
  /** Signs `params` with `request` and a growing nonce added, unless `params` brings its own. */
  call(key: Key, path: string, params?: Record<string, unknown>): Promise<Reply>;
  post(path: string, body: string, headers: Record<string, string>): Promise<Reply>;
  get(path: string): Promise<Reply>;
  key(options?: { groups?: PermissionGroup[]; endpoints?: string[]; ips?: string[]; active?: boolean }): Promise<Key>;
  stop(): Promise<void>;
};

export const DEMO = 'demo@practice.example';

/** Everything a shell would need to have been told by the exchange; a fresh nonce is one more than the last. */
export async function startClient(
  options: { nowMs?: number; baseClock?: Clock; dataDir?: string | null; life?: boolean; speed?: number } = {},
): Promise<Client> {
  const { nowMs } = options;
  const baseClock = options.baseClock ?? (nowMs === undefined ? undefined : { nowMs: () => nowMs });
  const practice = await startPractice({
    port: 0,
    dataDir: options.dataDir ?? null,
    ...(options.life === undefined ? {} : { life: options.life }),
    ...(options.speed === undefined ? {} : { speed: options.speed }),
    ...(baseClock === undefined ? {} : { baseClock }),
  });
  let nonce = practice.clock.nowMs();

  async function reply(response: Response): Promise<Reply> {
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, text, type, body: type.includes('json') ? parse(text) : null };
  }
  const post: Client['post'] = async (path, body, headers) =>
    reply(
      await fetch(practice.url + path, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      }),
    );
  const control: Client['control'] = async (command, input = {}) => {
    const answer = await post(`/practice/api/${command}`, JSON.stringify(input), { 'x-practice-control': '1' });
    const { ok, value } = record(answer.body);
    if (ok !== true) throw new Error(`${command}: ${answer.text}`);
    return record(value ?? {});
  };
  return {
    practice,
    control,
    post,
    get: async (path) => reply(await fetch(practice.url + path)),
    call(key, path, params = {}) {
      nonce += 1;
      const body = JSON.stringify({ request: path, nonce, ...params });
      const { payload, signature } = sign(key.secret, body);
      return post(path, body, { 'x-txc-apikey': key.apiKey, 'x-txc-payload': payload, 'x-txc-signature': signature });
    },
    async key(rights = {}) {
      const made = await control('keys/create', { email: DEMO, ...rights });
      return { apiKey: String(made.apiKey), secret: String(made.secret) };
    },
    stop: () => practice.stop(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
