import type { IncomingMessage } from 'node:http';
import type { Answer } from '../api/answer.ts';
import { json } from '../api/answer.ts';
import type { ControlParts } from './command.ts';
import { createCommands } from './commands.ts';

export const CONTROL_PREFIX = '/practice/api/';

/** A name of this machine in the Host header: a foreign name that resolves here is a page playing tricks. */
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

export type Control = (request: IncomingMessage, path: string, body: Buffer) => Promise<Answer>;

const refusal = (status: number, code: string, message: string): Answer =>
  json(status, { ok: false, error: { code, message } });

/**
 * `POST /practice/api/<command>` with a JSON object. The Host must be this machine, the content type JSON and the header
 * `X-Practice-Control: 1` present: a web page of another origin can send none of these without asking first, and nobody
 * here answers such a question.
 */
export function createControl(parts: ControlParts): Control {
  const commands = createCommands(parts);
  return async (request, path, body) => {
    const fault = guard(request);
    if (fault !== null) return fault;
    const command = commands.get(path.slice(CONTROL_PREFIX.length));
    if (command === undefined)
      return refusal(404, 'command-unknown', `No such command. There are: ${[...commands.keys()].sort().join(', ')}.`);
    const input = parse(body);
    if (input === undefined)
      return refusal(400, 'json-invalid', 'The body must be a JSON object, {} where nothing is needed.');
    const outcome = await command(input);
    return outcome.ok ? json(200, { ok: true, value: outcome.value }) : refusal(422, outcome.code, outcome.message);
  };
}

function guard(request: IncomingMessage): Answer | null {
  if (!LOOPBACK_HOST.test(request.headers.host ?? ''))
    return refusal(
      403,
      'host-foreign',
      'The control interface answers to this machine only: use 127.0.0.1 in the address.',
    );
  if (request.method !== 'POST') return refusal(405, 'method', 'Use POST.');
  if (request.headers['x-practice-control'] !== '1')
    return refusal(403, 'header-missing', 'Send the header X-Practice-Control: 1.');
  if ((request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() !== 'application/json')
    return refusal(415, 'content-type', 'Send Content-Type: application/json.');
  return null;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
