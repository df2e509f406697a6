/** From the bytes of an answer to what was asked for, or to the fault that it is. */

import type { Answer } from '../venue.ts';
import type { RawReply } from './call.ts';
import { classify, notUnderstood } from './faults.ts';
import { type Json, parseJson, ShapeError } from './json.ts';

/** Reads a 2xx body; everything else, and a body of another shape, becomes a fault. */
export function readReply<T>(reply: RawReply, context: 'auth' | 'data', read: (json: Json) => T): Answer<T> {
  if (reply.kind !== 'reply' || reply.status < 200 || reply.status > 299)
    return { ok: false, fault: classify(reply, context) };
  const json = parseJson(reply.body);
  if (json === undefined) return { ok: false, fault: notUnderstood(reply, 'no JSON') };
  try {
    return { ok: true, value: read(json) };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    // A legacy error envelope comes with status 200; where its words mean something, they win over "another shape".
    const fault = classify(reply, context);
    return { ok: false, fault: fault.code === 'not-understood' ? notUnderstood(reply, error.message) : fault };
  }
}
