/**
 * Bounds of the matching engine that no document of WhiteBIT states in numbers. Every one is a choice of the practice
 * exchange, kept here alone, so that a fact learned later changes one line.
 */

/** Inferred: that a limit exists follows from the error "Max. limit … have been reached"; its size is published nowhere. */
export const OPEN_ORDERS_MAX = 1_000;

/** Documented: `order/bulk` takes up to 20 orders and `order/cancel/bulk` up to 100. */
export const BULK_MAX = 20;
export const CANCEL_BULK_MAX = 100;

/**
 * Inferred: how far from the last price a limit price may be on its dear side (percent). A buy far below and a sell far
 * above are ordinary resting orders and always allowed; a buy at twice the price is a slip of the hand (code 250).
 */
export const PRICE_BAND_PERCENT = 50;

/** Inferred: how far a market order may sweep from the best price it found (percent); the rest is cancelled. */
export const TAKER_BAND_PERCENT = 10;

/**
 * Decimal places of a fee ratio: 0.001 is 1,000 of 10^-6. Every asset is counted in units so small that a fee at this
 * many places is exact, so fees are never rounded. Inferred: no source names a rounding, and fee strings observed have
 * twelve places and more, which is what exact products look like.
 */
export const RATE_PLACES = 6;

/** Documented: letters, digits, dash, dot and underscore, at most 64. */
export const CLIENT_ORDER_ID = /^[A-Za-z0-9._-]{1,64}$/;

export const US_PER_SECOND = 1_000_000;

/** A price is a count of ticks in a double; up to here its product with any percentage above is an exact integer. */
export const TICKS_MAX = 10 ** 13;
