import type { Client, Key, Reply } from '../practice.testing.ts';
import { type Message, Client as StreamClient } from '../stream/test-client.ts';
import { faultsOf } from './faults.ts';
import { createSequenceCheck } from './sequence.testing.ts';
import { GATEWAY_STATUSES, type Params, shapeOfAnswer, shapeOfReply, shapeOfUpdate } from './shapes.ts';

/** Test clients that look at everything that passes: a reply or frame without its shape ends the test. */

export class ShapeError extends Error {
  override name = 'ShapeError';
}

/** What has passed, so that a test can tell that nothing was left out. */
export type Passed = { readonly replies: Set<string>; readonly answers: Set<string>; readonly updates: Set<string> };
export const nothingPassed = (): Passed => ({ replies: new Set(), answers: new Set(), updates: new Set() });

/** Throws `ShapeError`, with every fault, when the reply is none of those that `path` gives. */
export function checkReply(path: string, params: Params, reply: Reply): void {
  const where = `${path} ${JSON.stringify(params)} -> ${reply.status} ${reply.text.slice(0, 2000)}`;
  if (!reply.type.includes('json')) {
    if (!GATEWAY_STATUSES.includes(reply.status)) throw new ShapeError(`${where}: not JSON`);
    return;
  }
  const shape = shapeOfReply(path, reply.status, params);
  if (shape === null) throw new ShapeError(`${where}: no shape for this path and status`);
  throwFaults(faultsOf(shape, reply.body), where);
}

export function checkedClient(client: Client, passed: Passed): Client {
  const note = (path: string, params: Params, reply: Reply): Reply => {
    checkReply(path, params, reply);
    passed.replies.add(`${path.split('?', 1)[0]} ${reply.status}`);
    return reply;
  };
  return {
    ...client,
    get: async (path) => note(path, {}, await client.get(path)),
    call: async (key: Key, path: string, params: Record<string, unknown> = {}) =>
      note(path, params, await client.call(key, path, params)),
  };
}

/** As the stream's test client. Answers are checked by the method that was asked, updates by their own. */
export class CheckedStreamClient extends StreamClient {
  readonly #passed: Passed;
  readonly #asked = new Map<unknown, string>();
  readonly #sequence = createSequenceCheck();

  constructor(port: number, passed: Passed) {
    super(port);
    this.#passed = passed;
  }

  override send(text: string | Buffer): void {
    const { id, method } = fields(parse(String(text)));
    if (typeof method === 'string') this.#asked.set(id, method);
    super.send(text);
  }

  /** Updates that came before a subscription belong to the one before: hand them over first. */
  override async ask(method: string, ...params: readonly unknown[]): Promise<Message> {
    if (method.endsWith('_subscribe')) this.#sequence.subscribed(method.slice(0, -'_subscribe'.length));
    const message = await super.ask(method, ...params);
    this.#check(message);
    return message;
  }

  override async next(): Promise<Message> {
    const message = await super.next();
    this.#check(message);
    return message;
  }

  override async all(): Promise<readonly Message[]> {
    const messages = await super.all();
    for (const message of messages) this.#check(message);
    return messages;
  }

  #check(message: Message): void {
    const { id, method, params } = message;
    const where = JSON.stringify(message).slice(0, 4000);
    if (method === undefined) {
      const asked = this.#asked.get(id) ?? '(nothing)';
      throwFaults(faultsOf(shapeOfAnswer(asked), message), `answer to ${asked}: ${where}`);
      this.#passed.answers.add(`${asked} ${message.error?.code ?? 'ok'}`);
      return;
    }
    const shape = shapeOfUpdate(method);
    if (shape === null) throw new ShapeError(`${where}: no shape for this update`);
    throwFaults(faultsOf(shape, message), where);
    throwFaults(this.#sequence.faults(method, params), where);
    this.#passed.updates.add(method);
  }
}

function throwFaults(faults: readonly string[], where: string): void {
  if (faults.length > 0) throw new ShapeError(`${faults.join('\n')}\nin ${where}`);
}

function fields(value: unknown): { id?: unknown; method?: unknown } {
  return typeof value === 'object' && value !== null ? value : {};
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
