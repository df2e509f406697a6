/**
 * Reads `depth_update` frames straight from their bytes: they are most of what a market sends, and parsing them as JSON
 * costs more than everything that follows. The scanner takes only what it fully understands and leaves any other frame
 * to `readDepth`, which says what is wrong with it. A test holds the two to each other.
 *
 *     {"method":"depth_update","params":[full, {"update_id", "past_update_id"?, "asks"?, "bids"?, …}, "BTC_USDT"]}
 */

import { type BookMessage, LevelBatch, PLACES_MAX } from '../book.ts';
import { asArray, asInteger, asName, asObject, asText, type Json, type JsonObject, ShapeError } from './json.ts';

export class DepthFrame implements BookMessage {
  market = '';
  full = false;
  id = Number.NaN;
  pastId = Number.NaN;
  readonly bids = new LevelBatch();
  readonly asks = new LevelBatch();

  clear(): void {
    this.market = '';
    this.full = false;
    this.id = Number.NaN;
    this.pastId = Number.NaN;
    this.bids.clear();
    this.asks.clear();
  }

  /** A change without the id before it could never be checked. */
  get complete(): boolean {
    return this.market !== '' && !Number.isNaN(this.id) && (this.full || !Number.isNaN(this.pastId));
  }
}

/** The same frame read by way of JSON. Throws `ShapeError`. */
export function readDepth(params: Json | undefined, frame: DepthFrame): void {
  frame.clear();
  const [full, data, market] = asArray(params, 'depth');
  if (typeof full !== 'boolean') throw new ShapeError('depth[0] is no boolean');
  const body = asObject(data, 'depth[1]');
  frame.full = full;
  frame.market = asName(asText(market, 'depth[2]'), 'depth[2]');
  frame.id = asInteger(body.update_id, 'depth.update_id');
  // A picture has none; where one is printed all the same it means nothing.
  if (!full) frame.pastId = asInteger(body.past_update_id, 'depth.past_update_id');
  readSide(body, 'asks', frame.asks);
  readSide(body, 'bids', frame.bids);
}

/** A side may be missing: then nothing on it changed [inferred]. */
function readSide(body: JsonObject, name: 'asks' | 'bids', batch: LevelBatch): void {
  const side = body[name];
  if (side === undefined) return;
  for (const level of asArray(side, name)) {
    const [price, amount, more] = asArray(level, `${name} level`);
    if (more !== undefined) throw new ShapeError(`${name} level has more than two parts`);
    const priceText = asFigure(price, name);
    const amountText = asFigure(amount, name);
    const [priceDigits, pricePlaces] = digitsOf(priceText);
    const [amountDigits, amountPlaces] = digitsOf(amountText);
    if (!batch.push(priceDigits, pricePlaces, amountDigits, amountPlaces))
      throw new ShapeError(`${name} has too many levels`);
  }
}

function asFigure(value: Json | undefined, where: string): string {
  const text = asText(value, where);
  if (!/^\d{1,40}(?:\.\d{1,40})?$/.test(text)) throw new ShapeError(`${where} has a figure that is none`);
  return text;
}

/** Digits without the point and trailing zeros, and the places after it; NaN where a double cannot hold them. */
function digitsOf(text: string): readonly [number, number] {
  const [whole = '', fraction = ''] = text.split('.');
  const places = fraction.replace(/0+$/, '');
  const digits = Number(whole + places);
  const held = digits <= Number.MAX_SAFE_INTEGER && places.length <= PLACES_MAX;
  return held ? [digits, places.length] : [Number.NaN, 0];
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const UNDERSCORE = 0x5f;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const LOWER_A = 0x61;
const LOWER_B = 0x62;
const LOWER_F = 0x66;
const LOWER_P = 0x70;
const LOWER_T = 0x74;
const LOWER_U = 0x75;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const USUAL = bytesOf('{"id":null,"method":"depth_update","params":');
const METHOD = bytesOf('method');
const PARAMS = bytesOf('params');
const ID = bytesOf('id');
const DEPTH_UPDATE = bytesOf('depth_update');
const ASKS = bytesOf('asks');
const BIDS = bytesOf('bids');
const UPDATE_ID = bytesOf('update_id');
const PAST_UPDATE_ID = bytesOf('past_update_id');
const TRUE = bytesOf('true');
const FALSE = bytesOf('false');
const NULL = bytesOf('null');
/** A name longer than this is none of ours. */
const MARKET_LENGTH_MAX = 40;
/** Names seen so far; an exchange has some hundreds of markets. */
const NAMES_MAX = 4_096;
/** Digits that are sure to fit into 31 bits, whatever they are. */
const HALF_DIGITS = 9;
/** Digits that are sure to fit into a double, whatever they are. */
const DIGITS_MAX = 15;

const POW10 = Float64Array.from({ length: DIGITS_MAX + 1 }, (_, exponent) => 10 ** exponent);

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE;

export class DepthScanner {
  readonly frame = new DepthFrame();
  readonly #names = new Map<number, { readonly bytes: Uint8Array; readonly name: string }>();
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #digits = 0;

  /** True: `frame` holds what it says, until the next call. False: it is another frame, or one to be read as JSON. */
  scan(bytes: Uint8Array): boolean {
    this.#bytes = bytes;
    this.#at = 0;
    this.frame.clear();
    const whole = this.#begins() ? this.#params() && this.#take(CLOSE_OBJECT) : this.#envelope();
    return whole && this.#at === bytes.length && this.frame.complete;
  }

  /** As nearly every frame does; the cursor then stands at the parameters. Other orders of the keys are read too. */
  #begins(): boolean {
    const bytes = this.#bytes;
    for (let at = 0; at < USUAL.length; at += 1) if (bytes[at] !== USUAL[at]) return false;
    this.#at = USUAL.length;
    return true;
  }

  #envelope(): boolean {
    if (!this.#take(OPEN_OBJECT)) return false;
    let named = false;
    let filled = false;
    do {
      const from = this.#key();
      if (from < 0) return false;
      if (this.#is(from, METHOD)) {
        if (named || !this.#word(DEPTH_UPDATE, true)) return false;
        named = true;
      } else if (this.#is(from, PARAMS)) {
        // Without the method before them nobody knows what the parameters are.
        if (!named || filled || !this.#params()) return false;
        filled = true;
      } else if (!this.#is(from, ID) || !this.#word(NULL, false)) return false;
    } while (this.#take(COMMA));
    return filled && this.#take(CLOSE_OBJECT);
  }

  #params(): boolean {
    if (!this.#take(OPEN_LIST)) return false;
    const first = this.#bytes[this.#at];
    if (first === LOWER_T && this.#word(TRUE, false)) this.frame.full = true;
    else if (!(first === LOWER_F && this.#word(FALSE, false))) return false;
    return this.#take(COMMA) && this.#data() && this.#take(COMMA) && this.#market() && this.#take(CLOSE_LIST);
  }

  #data(): boolean {
    const { frame } = this;
    if (!this.#take(OPEN_OBJECT)) return false;
    let seen = 0;
    do {
      let mark = 0;
      const first = this.#bytes[this.#at + 1];
      if (first === LOWER_A && this.#isKey(ASKS)) {
        mark = 1;
        if (!this.#side(frame.asks)) return false;
      } else if (first === LOWER_B && this.#isKey(BIDS)) {
        mark = 2;
        if (!this.#side(frame.bids)) return false;
      } else if (first === LOWER_U && this.#isKey(UPDATE_ID)) {
        mark = 4;
        if (!this.#integer()) return false;
        frame.id = this.#digits;
      } else if (first === LOWER_P && this.#isKey(PAST_UPDATE_ID)) {
        mark = 8;
        if (!this.#integer()) return false;
        if (!frame.full) frame.pastId = this.#digits;
      } else if (this.#key() < 0 || !this.#number()) return false;
      // A key that comes twice is read by JSON, where the last one counts.
      if (mark !== 0 && (seen & mark) !== 0) return false;
      seen |= mark;
    } while (this.#take(COMMA));
    return this.#take(CLOSE_OBJECT);
  }

  /**
   * Levels of two quoted decimal numbers without sign or exponent. Zeros at the end of a figure do not count as places.
   * Nearly all of a frame's bytes are read here, so everything stands in local variables.
   */
  #side(batch: LevelBatch): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    if (bytes[at] !== OPEN_LIST) return false;
    at += 1;
    if (bytes[at] === CLOSE_LIST) {
      this.#at = at + 1;
      return true;
    }
    let priceDigits = 0;
    let pricePlaces = 0;
    for (;;) {
      if (bytes[at] !== OPEN_LIST) return false;
      for (let part = 0; part < 2; part += 1) {
        // Behind the bracket or the comma.
        if (bytes[at + 1] !== QUOTE) return false;
        at += 2;
        const from = at;
        let digits = 0;
        let byte = bytes[at] ?? 0;
        for (; byte >= ZERO && byte <= NINE; at += 1, byte = bytes[at] ?? 0) digits = digits * 10 + (byte - ZERO);
        let length = at - from;
        let places = 0;
        if (length === 0) return false;
        if (byte === POINT) {
          const fraction = at + 1;
          at = fraction;
          byte = bytes[at] ?? 0;
          for (; byte >= ZERO && byte <= NINE; at += 1, byte = bytes[at] ?? 0) digits = digits * 10 + (byte - ZERO);
          if (at === fraction) return false;
          places = at - fraction;
          length += places;
          // Dividing is exact: what is taken away are zeros, and what fits was checked before it counts.
          for (let end = at - 1; end >= fraction && bytes[end] === ZERO; end -= 1) {
            digits /= 10;
            places -= 1;
          }
        }
        // More digits than are sure to fit are left to the careful reader.
        if (byte !== QUOTE || length > DIGITS_MAX) return false;
        at += 1;
        if (part === 0) {
          if (bytes[at] !== COMMA) return false;
          priceDigits = digits;
          pricePlaces = places;
        } else if (!batch.push(priceDigits, pricePlaces, digits, places)) return false;
      }
      if (bytes[at] !== CLOSE_LIST) return false;
      at += 1;
      if (bytes[at] !== COMMA) break;
      at += 1;
    }
    if (bytes[at] !== CLOSE_LIST) return false;
    this.#at = at + 1;
    return true;
  }

  #integer(): boolean {
    const bytes = this.#bytes;
    const from = this.#at;
    let at = from;
    // Nine digits at a time are whole numbers of the machine; more would be floating point from the first on.
    let high = 0;
    let byte = bytes[at] ?? 0;
    for (; byte >= ZERO && byte <= NINE && at < from + HALF_DIGITS; at += 1, byte = bytes[at] ?? 0)
      high = (Math.imul(high, 10) + (byte - ZERO)) | 0;
    const middle = at;
    let low = 0;
    for (; byte >= ZERO && byte <= NINE && at < middle + HALF_DIGITS; at += 1, byte = bytes[at] ?? 0)
      low = (Math.imul(low, 10) + (byte - ZERO)) | 0;
    if (byte >= ZERO && byte <= NINE) return false;
    const value = high * (POW10[at - middle] ?? Number.NaN) + low;
    const length = at - from;
    // JSON has no number with a leading zero.
    if (length === 0 || length > DIGITS_MAX || (length > 1 && bytes[from] === ZERO)) return false;
    this.#at = at;
    this.#digits = value;
    return true;
  }

  /** Passes over a plain number: times, which nothing is ordered by. */
  #number(): boolean {
    const bytes = this.#bytes;
    const from = this.#at;
    let at = from;
    while (isDigit(bytes[at])) at += 1;
    if (at === from || (at > from + 1 && bytes[from] === ZERO)) return false;
    if (bytes[at] === POINT) {
      const fraction = at + 1;
      for (at = fraction; isDigit(bytes[at]); ) at += 1;
      if (at === fraction) return false;
    }
    this.#at = at;
    return true;
  }

  /** Where the key begins, or -1; the cursor then stands behind its colon. */
  #key(): number {
    const bytes = this.#bytes;
    if (bytes[this.#at] !== QUOTE) return -1;
    const from = this.#at + 1;
    let at = from;
    for (let byte = bytes[at]; byte !== QUOTE; at += 1, byte = bytes[at])
      if (byte === undefined || byte === BACKSLASH) return -1;
    if (bytes[at + 1] !== COLON) return -1;
    this.#at = at + 2;
    return from;
  }

  /** Takes this key with its quotes and colon, or nothing. */
  #isKey(wanted: Uint8Array): boolean {
    const bytes = this.#bytes;
    const from = this.#at + 1;
    const end = from + wanted.length;
    // The first byte was looked at to choose the key.
    if (bytes[from - 1] !== QUOTE || bytes[end] !== QUOTE || bytes[end + 1] !== COLON) return false;
    for (let index = 1; index < wanted.length; index += 1) if (bytes[from + index] !== wanted[index]) return false;
    this.#at = end + 2;
    return true;
  }

  /** Whether the key that begins at `from` is this one, to its closing quote. */
  #is(from: number, wanted: Uint8Array): boolean {
    const bytes = this.#bytes;
    const length = wanted.length;
    if (bytes[from + length] !== QUOTE) return false;
    for (let index = 0; index < length; index += 1) if (bytes[from + index] !== wanted[index]) return false;
    return true;
  }

  #word(wanted: Uint8Array, quoted: boolean): boolean {
    const bytes = this.#bytes;
    const from = quoted ? this.#at + 1 : this.#at;
    const length = wanted.length;
    if (quoted && (bytes[from - 1] !== QUOTE || bytes[from + length] !== QUOTE)) return false;
    for (let index = 0; index < length; index += 1) if (bytes[from + index] !== wanted[index]) return false;
    this.#at = quoted ? from + length + 1 : from + length;
    return true;
  }

  #market(): boolean {
    const bytes = this.#bytes;
    if (bytes[this.#at] !== QUOTE) return false;
    const from = this.#at + 1;
    let at = from;
    let hash = 0;
    for (let byte = bytes[at] ?? 0; byte !== QUOTE; at += 1, byte = bytes[at] ?? 0) {
      // Letters, digits and the underscore between them; anything else is for the careful reader.
      if (!isDigit(byte) && !(byte >= 0x41 && byte <= 0x5a) && byte !== UNDERSCORE) return false;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    const length = at - from;
    if (length === 0 || length > MARKET_LENGTH_MAX || bytes[from] === UNDERSCORE) return false;
    this.#at = at + 1;
    this.frame.market = this.#name(hash, from, length);
    return true;
  }

  /** The same text object for the same name: no string is made for a market that was seen before. */
  #name(hash: number, from: number, length: number): string {
    const known = this.#names.get(hash);
    if (known !== undefined && known.bytes.length === length && this.#is(from, known.bytes)) return known.name;
    const bytes = this.#bytes.slice(from, from + length);
    const name = String.fromCharCode(...bytes);
    if (this.#names.size >= NAMES_MAX) this.#names.clear();
    this.#names.set(hash, { bytes, name });
    return name;
  }

  #take(wanted: number): boolean {
    if (this.#bytes[this.#at] !== wanted) return false;
    this.#at += 1;
    return true;
  }
}
