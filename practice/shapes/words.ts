import { z } from 'zod';

/** The smallest pieces of the protocol: how a number, a time or a name is written. Every other shape is made of these. */

/** A plain decimal: no exponent, no sign, no zeros that say nothing. */
const PLAIN = /^(0|[1-9]\d*)(\.\d*[1-9])?$/;
const SIGNED = /^(0|-?(0\.\d*[1-9]|[1-9]\d*(\.\d*[1-9])?))$/;

/** Money, prices and amounts travel as text. */
export const amountText = z.string().regex(PLAIN, 'not a plain decimal text');
export const positiveText = amountText.refine((text) => text !== '0', 'zero where more is due');
/** May be below zero: a change in percent. */
export const signedText = z.string().regex(SIGNED, 'not a plain signed decimal text');
/** Precisions are texts, too; a negative one asks for multiples of a power of ten. */
export const precisionText = z.string().regex(/^(0|-?[1-9]\d?)$/, 'not a precision');

export const id = z.int().positive();
export const count = z.int().nonnegative();

/** Between 2001 and 2128 as seconds: the same moment in milliseconds or microseconds falls out. */
const SECONDS_MIN = 1e9;
const SECONDS_MAX = 5e9;
export const seconds = z.int().min(SECONDS_MIN).max(SECONDS_MAX);
/** Seconds with a fraction of microseconds, a number and not a text. */
export const preciseSeconds = z.number().min(SECONDS_MIN).max(SECONDS_MAX);

export const marketName = z.string().regex(/^[A-Z0-9]+_[A-Z0-9]+$/, 'not a market');
export const ticker = z.string().regex(/^[A-Z0-9]+$/, 'not a ticker');
/** Empty where the order was made without one. */
export const clientOrderId = z.string().regex(/^[A-Za-z0-9._-]{0,64}$/, 'not a client order id');

export const side = z.enum(['buy', 'sell']);
/** On the stream: 1 sells, 2 buys. */
export const sideNumber = z.union([z.literal(1), z.literal(2)]);
/** 1 rested in the book, 2 took from it. */
export const role = z.union([z.literal(1), z.literal(2)]);

export const emptyList = z.tuple([]);

/** A map that is printed as `[]` while nothing is in it, as PHP does. */
export function mapOrEmpty<Key extends z.core.$ZodRecordKey, Value extends z.core.SomeType>(key: Key, value: Value) {
  const filled = z.record(key, value).refine((map) => Object.keys(map).length > 0, 'an empty map is printed as []');
  return z.union([emptyList, filled]);
}
