/**
 * One market's order book, mirrored from pictures (all levels) and changes (some levels, absolute amounts). Whether it
 * may be believed is part of it: after a gap, a crossed or an empty side it is invalid at once, and stays so until the
 * next picture.
 *
 * Levels are whole units in typed arrays, so that a change costs no object: price and quantity each in units of ten to
 * the minus `places`, exact below 2^53. The number of places grows with what is told; a figure that would not fit makes
 * the book invalid, never wrong.
 */

import { Decimal } from '../core/decimal.ts';

/** Most levels of one side that one message may carry; WhiteBIT's largest picture has 100. */
export const BATCH_LEVELS_MAX = 500;
/** Most decimal places of a figure; ten to this power is still exact in a double. */
export const PLACES_MAX = 15;
const UNITS_MAX = Number.MAX_SAFE_INTEGER;

const POW10 = Float64Array.from({ length: PLACES_MAX + 1 }, (_, exponent) => 10 ** exponent);

/** Levels of one side as they were told, each figure as digits without the point and how many stand after it. */
export class LevelBatch {
  count = 0;
  readonly priceDigits = new Float64Array(BATCH_LEVELS_MAX);
  readonly pricePlaces = new Uint8Array(BATCH_LEVELS_MAX);
  readonly quantityDigits = new Float64Array(BATCH_LEVELS_MAX);
  readonly quantityPlaces = new Uint8Array(BATCH_LEVELS_MAX);
  /** The most places of any level in it. */
  pricePlacesMost = 0;
  quantityPlacesMost = 0;

  clear(): void {
    this.count = 0;
    this.pricePlacesMost = 0;
    this.quantityPlacesMost = 0;
  }

  /** False where there is no room. Digits are whole numbers; NaN stands for more digits than fit. */
  push(priceDigits: number, pricePlaces: number, quantityDigits: number, quantityPlaces: number): boolean {
    const index = this.count;
    if (index >= BATCH_LEVELS_MAX) return false;
    this.priceDigits[index] = priceDigits;
    this.pricePlaces[index] = pricePlaces;
    this.quantityDigits[index] = quantityDigits;
    this.quantityPlaces[index] = quantityPlaces;
    if (pricePlaces > this.pricePlacesMost) this.pricePlacesMost = pricePlaces;
    if (quantityPlaces > this.quantityPlacesMost) this.quantityPlacesMost = quantityPlaces;
    this.count = index + 1;
    return true;
  }
}

export type BookMessage = {
  /** A picture replaces everything; otherwise levels with quantity 0 are removed and the others set. */
  readonly full: boolean;
  readonly id: number;
  /** The message before this one; of no meaning in a picture. */
  readonly pastId: number;
  readonly bids: LevelBatch;
  readonly asks: LevelBatch;
};

/** Why a book may not be used. `digits`: a figure that cannot be held exactly. */
export type BookTrouble = 'no-picture' | 'gap' | 'crossed' | 'empty' | 'digits' | 'not-understood' | 'disconnected';
/** `ignored`: a message that is older than the book, or one that came before any picture. */
export type BookStep = 'changed' | 'ignored' | 'invalid';
export type BookSide = 'bid' | 'ask';
export type BookLevel = { readonly price: Decimal; readonly quantity: Decimal };

export class OrderBook {
  readonly #limit: number;
  readonly #bids: Side;
  readonly #asks: Side;
  #pricePlaces = 0;
  #quantityPlaces = 0;
  #trouble: BookTrouble | null = 'no-picture';
  #lastId = Number.NaN;

  /** `limit`: levels kept on each side; deeper ones may leave the exchange's window without being told. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#bids = new Side(limit, 1);
    this.#asks = new Side(limit, -1);
  }

  /** Null: it may be used. */
  get trouble(): BookTrouble | null {
    return this.#trouble;
  }

  /** Id of the last message in it; NaN before the first. */
  get lastId(): number {
    return this.#lastId;
  }

  apply(message: BookMessage): BookStep {
    if (message.full) this.#begin();
    else if (this.#trouble !== null && this.#trouble !== 'empty') return 'ignored';
    else if (message.pastId !== this.#lastId) {
      // What was already counted in may come again, or late; only a step forward that skips one is a gap.
      if (message.id <= this.#lastId) return 'ignored';
      return this.invalidate('gap');
    }
    this.#lastId = message.id;
    if (!this.#widen(message.bids, message.asks)) return this.invalidate('digits');
    const held =
      this.#bids.take(message.bids, this.#pricePlaces, this.#quantityPlaces) &&
      this.#asks.take(message.asks, this.#pricePlaces, this.#quantityPlaces);
    if (!held) return this.invalidate('digits');
    this.#bids.trim(this.#limit);
    this.#asks.trim(this.#limit);
    return this.#judge();
  }

  /** What it holds stays, for a page that shows it greyed out; nothing may be decided from it. */
  invalidate(trouble: BookTrouble): 'invalid' {
    this.#trouble = trouble;
    return 'invalid';
  }

  /** The best level, or null where the book may not be used. */
  best(side: BookSide): BookLevel | null {
    if (this.#trouble !== null) return null;
    return this.#level(this.#side(side), 0);
  }

  /** Best first, also of a book that may not be used: ask `trouble`. */
  levels(side: BookSide, count: number): readonly BookLevel[] {
    const own = this.#side(side);
    const levels: BookLevel[] = [];
    for (let rank = 0; rank < Math.min(count, own.count); rank += 1) {
      const level = this.#level(own, rank);
      if (level !== null) levels.push(level);
    }
    return levels;
  }

  #begin(): void {
    this.#bids.clear();
    this.#asks.clear();
    this.#pricePlaces = 0;
    this.#quantityPlaces = 0;
    this.#trouble = null;
  }

  #judge(): BookStep {
    if (this.#bids.count === 0 || this.#asks.count === 0) {
      this.#trouble = 'empty';
      return 'invalid';
    }
    this.#trouble = null;
    if (this.#bids.best() >= -this.#asks.best()) return this.invalidate('crossed');
    return 'changed';
  }

  /** Makes room for more places; false where what is held would not fit any more. */
  #widen(bids: LevelBatch, asks: LevelBatch): boolean {
    const price = Math.max(bids.pricePlacesMost, asks.pricePlacesMost);
    const quantity = Math.max(bids.quantityPlacesMost, asks.quantityPlacesMost);
    if (price <= this.#pricePlaces && quantity <= this.#quantityPlaces) return true;
    const priceFactor = POW10[Math.max(0, price - this.#pricePlaces)] ?? Number.NaN;
    const quantityFactor = POW10[Math.max(0, quantity - this.#quantityPlaces)] ?? Number.NaN;
    this.#pricePlaces = Math.max(this.#pricePlaces, price);
    this.#quantityPlaces = Math.max(this.#quantityPlaces, quantity);
    return this.#bids.rescale(priceFactor, quantityFactor) && this.#asks.rescale(priceFactor, quantityFactor);
  }

  #side(side: BookSide): Side {
    return side === 'bid' ? this.#bids : this.#asks;
  }

  #level(side: Side, rank: number): BookLevel | null {
    if (rank >= side.count) return null;
    return {
      price: Decimal.fromInteger(BigInt(side.priceUnits(rank)), this.#pricePlaces),
      quantity: Decimal.fromInteger(BigInt(side.quantityUnits(rank)), this.#quantityPlaces),
    };
  }
}

/**
 * Levels in rising order of `sign` × price, so that the best stands last on both sides: nearly all changes are near it,
 * and the cells behind it are few to move. Two cells a level: signed price units, quantity units.
 */
class Side {
  readonly #sign: 1 | -1;
  readonly #cells: Float64Array;
  readonly #levelsMax: number;
  /** Levels from `#head` up to, not including, `#tail` are in use. */
  #head = 0;
  #tail = 0;

  constructor(limit: number, sign: 1 | -1) {
    this.#sign = sign;
    // One message's levels fit on top of a full side before it is trimmed.
    this.#levelsMax = limit + BATCH_LEVELS_MAX;
    this.#cells = new Float64Array(2 * this.#levelsMax);
  }

  get count(): number {
    return this.#tail - this.#head;
  }

  /** Signed units. */
  best(): number {
    return this.#cells[2 * (this.#tail - 1)] ?? Number.NaN;
  }

  priceUnits(rank: number): number {
    return this.#sign * (this.#cells[2 * (this.#tail - 1 - rank)] ?? Number.NaN);
  }

  quantityUnits(rank: number): number {
    return this.#cells[2 * (this.#tail - 1 - rank) + 1] ?? Number.NaN;
  }

  clear(): void {
    this.#head = 0;
    this.#tail = 0;
  }

  /** Drops the worst levels past `limit`. */
  trim(limit: number): void {
    if (this.#tail - this.#head > limit) this.#head = this.#tail - limit;
  }

  /** False where a figure cannot be held exactly. The last level of the batch first: a picture lists the best first. */
  take(batch: LevelBatch, pricePlaces: number, quantityPlaces: number): boolean {
    for (let index = batch.count - 1; index >= 0; index -= 1) {
      const price = unitsOf(batch.priceDigits[index] ?? Number.NaN, batch.pricePlaces[index] ?? 0, pricePlaces);
      const quantity = unitsOf(
        batch.quantityDigits[index] ?? Number.NaN,
        batch.quantityPlaces[index] ?? 0,
        quantityPlaces,
      );
      // NaN compares false to everything, so this also refuses what is no number.
      if (!(price > 0 && price <= UNITS_MAX && quantity >= 0 && quantity <= UNITS_MAX)) return false;
      this.#set(this.#sign * price, quantity);
    }
    return true;
  }

  rescale(priceFactor: number, quantityFactor: number): boolean {
    for (let at = 2 * this.#head; at < 2 * this.#tail; at += 2) {
      const price = (this.#cells[at] ?? Number.NaN) * priceFactor;
      const quantity = (this.#cells[at + 1] ?? Number.NaN) * quantityFactor;
      if (!(Math.abs(price) <= UNITS_MAX && quantity <= UNITS_MAX)) return false;
      this.#cells[at] = price;
      this.#cells[at + 1] = quantity;
    }
    return true;
  }

  #set(key: number, size: number): void {
    const at = this.#find(key);
    const cells = this.#cells;
    if (at < this.#tail && cells[2 * at] === key) {
      if (size !== 0) cells[2 * at + 1] = size;
      else {
        for (let cell = 2 * at; cell < 2 * this.#tail - 2; cell += 1) cells[cell] = cells[cell + 2] ?? 0;
        this.#tail -= 1;
      }
    } else if (size !== 0) this.#insert(at, key, size);
  }

  #insert(at: number, key: number, size: number): void {
    const cells = this.#cells;
    let place = at;
    if (this.#tail === this.#levelsMax) {
      cells.copyWithin(0, 2 * this.#head, 2 * this.#tail);
      this.#tail -= this.#head;
      place -= this.#head;
      this.#head = 0;
    }
    for (let cell = 2 * this.#tail - 1; cell >= 2 * place; cell -= 1) cells[cell + 2] = cells[cell] ?? 0;
    cells[2 * place] = key;
    cells[2 * place + 1] = size;
    this.#tail += 1;
  }

  /** First index whose key is not below `key`: in steps that double from the best downwards, then by halves. */
  #find(key: number): number {
    const cells = this.#cells;
    let high = this.#tail;
    let step = 1;
    let low = high - 1;
    while (low >= this.#head && (cells[2 * low] ?? 0) >= key) {
      high = low;
      step *= 2;
      low -= step;
    }
    if (low < this.#head) low = this.#head - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((cells[2 * middle] ?? 0) >= key) high = middle;
      else low = middle;
    }
    return high;
  }
}

function unitsOf(digits: number, places: number, wanted: number): number {
  return places === wanted ? digits : digits * (POW10[wanted - places] ?? Number.NaN);
}
