/** Signed calls to a practice exchange that may be killed under them. */

import { sign } from '../../practice/api/signed-call.testing.ts';
import type { PracticeKey } from '../practice-api.ts';

export type Reply = { readonly status: number; readonly body: unknown };
export type Params = Readonly<Record<string, unknown>>;

/** Says nothing about what became of the request: the line was cut before the whole answer was there. */
const CUT = null;
/** Nobody can say what became of it, or nothing was done: both are looked up later. */
const GATEWAY = 500;

/** One request at a time: the nonce of a key has to grow. */
export class Caller {
  readonly #key: PracticeKey;
  #nonce = 0;
  url = '';

  constructor(key: PracticeKey) {
    this.#key = key;
  }

  /** Null where the outcome is unknown. */
  async call(path: string, params: Params = {}): Promise<Reply | null> {
    this.#nonce = Math.max(this.#nonce + 1, Date.now());
    const body = JSON.stringify({ request: path, nonce: this.#nonce, ...params });
    const { payload, signature } = sign(this.#key.secret, body);
    const headers = {
      'Content-Type': 'application/json',
      'X-TXC-APIKEY': this.#key.apiKey,
      'X-TXC-PAYLOAD': payload,
      'X-TXC-SIGNATURE': signature,
    };
    try {
      const answer = await fetch(this.url + path, { method: 'POST', body, headers });
      const text = await answer.text();
      return answer.status >= GATEWAY ? CUT : { status: answer.status, body: JSON.parse(text) };
    } catch {
      return CUT;
    }
  }

  /** For questions: an exchange that runs has to answer them. Throws when it does not, or refuses. */
  async ask(path: string, params: Params = {}): Promise<unknown> {
    const reply = await this.call(path, params);
    if (reply === null || reply.status >= 400) throw new Error(`${path} was answered with ${JSON.stringify(reply)}`);
    return reply.body;
  }
}

/** What is asked of anybody, without a key. */
export async function publicly<T>(url: string, path: string): Promise<T> {
  const answer = await fetch(`${url}/api/v4/public/${path}`);
  return (await answer.json()) as T;
}
