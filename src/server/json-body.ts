/** Reads a JSON body within bounds, before any schema sees it. */

import { Refusal } from '../shell/refusal.ts';

/** The deepest body there is (a passkey's answer) has four levels. */
const DEPTH_MAX = 8;
/** The longest list is a passkey's list of transports. */
const ITEMS_MAX = 100;

/** No body is an empty object: a POST that needs nothing said need not say it. */
export function readJson(text: string): unknown {
  if (text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(
      'bad_request',
      'The body is not valid JSON.',
      'Send one JSON object, as the API description says.',
    );
  }
  bounded(value, 1);
  return value;
}

function bounded(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > DEPTH_MAX) {
    throw new Refusal(
      'bad_request',
      `The body is nested deeper than ${DEPTH_MAX} levels.`,
      'Send what the API description says.',
    );
  }
  const keys = Object.keys(value);
  if (keys.length > ITEMS_MAX) {
    throw new Refusal('bad_request', `The body has a list or object of over ${ITEMS_MAX} entries.`, 'Send fewer.');
  }
  for (const key of keys) {
    // As own keys these would become the prototype of whatever is copied from them.
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
      throw new Refusal('bad_request', `The body has a field named ${key}.`, 'Leave it out.', { field: key });
    }
    bounded((value as Record<string, unknown>)[key], depth + 1);
  }
}
