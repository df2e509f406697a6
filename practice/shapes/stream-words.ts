import { z } from 'zod';

/** What every answer on the stream is made of. */

const ERROR_TEXTS: Readonly<Record<number, RegExp>> = {
  1: /^invalid argument$/,
  2: /^internal error$/,
  3: /^service unavailable$/,
  4: /^method not found$/,
  5: /^service timeout$/,
  6: /^require authentication$/,
  7: /^too many requests$/,
  9: /^market .+ does not exist$/,
};

export const streamError = z
  .strictObject({ code: z.int(), message: z.string() })
  .refine(({ code, message }) => ERROR_TEXTS[code]?.test(message) === true, 'not an error of the stream');

/** Ids are the client's: whole numbers, zero as well. */
const answerId = z.int();

export const refusedAnswer = z.strictObject({ id: answerId.nullable(), result: z.null(), error: streamError });

export function answer<Result extends z.ZodType>(result: Result) {
  return z.strictObject({ id: answerId, result, error: z.null() });
}

export function update<Method extends string, Params extends z.ZodType>(method: Method, params: Params) {
  return z.strictObject({ id: z.null(), method: z.literal(method), params });
}

export const success = z.strictObject({ status: z.literal('success') });
