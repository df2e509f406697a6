import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../core/decimal.ts';
import { BATCH_LEVELS_MAX, type BookMessage, LevelBatch, OrderBook } from './book.ts';

type Told = { readonly full: boolean; readonly id: number; readonly pastId: number; readonly levels: readonly Level[] };
type Level = readonly [side: 'bid' | 'ask', price: string, quantity: string];

function messageOf({ full, id, pastId, levels }: Told): BookMessage {
  const [bids, asks] = [new LevelBatch(), new LevelBatch()];
  for (const [side, price, quantity] of levels) {
    const [p, q] = [Decimal.parse(price).trim(), Decimal.parse(quantity).trim()];
    (side === 'bid' ? bids : asks).push(Number(p.coefficient), p.scale, Number(q.coefficient), q.scale);
  }
  return { full, id, pastId, bids, asks };
}

const picture = (id: number, ...levels: Level[]): BookMessage =>
  messageOf({ full: true, id, pastId: Number.NaN, levels });
const change = (pastId: number, id: number, ...levels: Level[]): BookMessage =>
  messageOf({ full: false, id, pastId, levels });
const shown = (book: OrderBook) =>
  (['bid', 'ask'] as const).map((side) =>
    book.levels(side, 1_000).map(({ price, quantity }) => `${price} ${quantity}`),
  );

describe('an order book', () => {
  test('is not to be believed before the first picture', () => {
    const book = new OrderBook(10);
    expect(book.trouble).toBe('no-picture');
    expect(book.apply(change(1, 2, ['bid', '1', '1']))).toBe('ignored');
    expect(book.best('bid')).toBeNull();
  });

  test('takes pictures and changes, exactly and in order', () => {
    const book = new OrderBook(10);
    expect(book.apply(picture(5, ['bid', '99.5', '1'], ['bid', '98', '2'], ['ask', '100.01', '3']))).toBe('changed');
    expect(book.apply(change(5, 9, ['bid', '99.125', '0.000001'], ['bid', '98', '0'], ['ask', '100', '7.5']))).toBe(
      'changed',
    );
    expect(shown(book)).toEqual([
      ['99.5 1', '99.125 0.000001'],
      ['100 7.5', '100.01 3'],
    ]);
    expect(book.best('ask')?.price.toString()).toBe('100');
    expect(book.lastId).toBe(9);
  });

  test('a gap is seen on the next message and ends only with a picture', () => {
    const book = new OrderBook(10);
    book.apply(picture(5, ['bid', '1', '1'], ['ask', '2', '1']));
    expect(book.apply(change(6, 7, ['bid', '1', '2']))).toBe('invalid');
    expect(book.trouble).toBe('gap');
    expect(book.apply(change(7, 8, ['bid', '1', '3']))).toBe('ignored');
    expect(book.best('bid')).toBeNull();
    expect(book.apply(picture(9, ['bid', '1', '4'], ['ask', '2', '1']))).toBe('changed');
    expect(book.best('bid')?.quantity.toString()).toBe('4');
  });

  test('what was counted in already is ignored when it comes again or late', () => {
    const book = new OrderBook(10);
    book.apply(picture(5, ['bid', '1', '1'], ['ask', '2', '1']));
    const next = change(5, 6, ['bid', '1', '2']);
    expect([book.apply(next), book.apply(next)]).toEqual(['changed', 'ignored']);
    expect(book.apply(change(3, 4, ['bid', '1', '9']))).toBe('ignored');
    expect(book.best('bid')?.quantity.toString()).toBe('2');
  });

  test('a picture that keeps a quiet book alive is a reset, not a gap, though its id jumped either way', () => {
    const book = new OrderBook(10);
    for (const id of [5, 900, 20]) {
      expect(book.apply(picture(id, ['bid', '1', '1'], ['ask', '2', '1']))).toBe('changed');
      expect(book.apply(change(id, id + 1, ['ask', '2', '5']))).toBe('changed');
    }
  });

  test('a crossed book and an empty side are invalid', () => {
    const book = new OrderBook(10);
    expect(book.apply(picture(1, ['bid', '2', '1'], ['ask', '2', '1']))).toBe('invalid');
    expect(book.trouble).toBe('crossed');
    expect(book.apply(picture(2, ['bid', '2', '1']))).toBe('invalid');
    expect(book.trouble).toBe('empty');
    expect(book.apply(change(2, 3, ['ask', '3', '1']))).toBe('changed');
    expect(book.apply(change(3, 4, ['ask', '1.5', '1']))).toBe('invalid');
    expect(book.apply(change(4, 5, ['ask', '1.5', '0']))).toBe('ignored');
  });

  test('what a double cannot hold makes it invalid instead of wrong', () => {
    const book = new OrderBook(10);
    expect(book.apply(picture(1, ['bid', '9007199254740991', '1'], ['ask', '9007199254740992', '1']))).toBe('invalid');
    expect(book.trouble).toBe('digits');
    expect(book.apply(picture(2, ['bid', '90071992547409', '1'], ['ask', '90071992547410', '1']))).toBe('changed');
    expect(book.apply(change(2, 3, ['bid', '1.001', '1']))).toBe('invalid');
    expect(book.trouble).toBe('digits');
    expect(book.apply(picture(4, ['bid', '0', '1'], ['ask', '2', '1']))).toBe('invalid');
  });

  test('keeps no more levels than its limit, the best ones', () => {
    const book = new OrderBook(3);
    const bids = Array.from({ length: 200 }, (_, index): Level => ['bid', String(300 - index), '1']);
    book.apply(picture(1, ...bids, ['ask', '301', '1']));
    expect(shown(book)[0]).toEqual(['300 1', '299 1', '298 1']);
    for (let id = 1; id < 3_000; id += 1) {
      const price = `300.${String(id).padStart(4, '0')}`;
      expect(book.apply(change(id, id + 1, ['bid', price, '1']))).toBe('changed');
    }
    expect(shown(book)[0]).toEqual(['300.2999 1', '300.2998 1', '300.2997 1']);
  });

  test('a batch that is full says so', () => {
    const batch = new LevelBatch();
    for (let index = 0; index < BATCH_LEVELS_MAX; index += 1) expect(batch.push(1, 0, 1, 0)).toBe(true);
    expect(batch.push(1, 0, 1, 0)).toBe(false);
  });
});

/** The exchange's side: a full book, of which clients see the best `limit` levels of each side. */
class ServerBook {
  readonly #levels = { bid: new Map<string, Decimal>(), ask: new Map<string, Decimal>() };
  readonly limit: number;
  constructor(limit: number) {
    this.limit = limit;
  }
  set([side, price, quantity]: Level): void {
    const size = Decimal.parse(quantity);
    if (size.isZero()) this.#levels[side].delete(price);
    else this.#levels[side].set(price, size);
  }
  view(side: 'bid' | 'ask'): readonly (readonly [string, string])[] {
    return [...this.#levels[side]]
      .map(([price, quantity]) => [Decimal.parse(price), quantity] as const)
      .toSorted(([a], [b]) => (side === 'bid' ? b.compare(a) : a.compare(b)))
      .slice(0, this.limit)
      .map(([price, quantity]) => [price.toString(), quantity.toString()] as const);
  }
  get shown() {
    return (['bid', 'ask'] as const).map((side) => this.view(side).map(([p, q]) => `${p} ${q}`));
  }
  full(id: number): Told {
    const levels = (['bid', 'ask'] as const).flatMap((side) => this.view(side).map(([p, q]) => [side, p, q] as const));
    return { full: true, id, pastId: Number.NaN, levels };
  }
}

const scaled = (digits: number, places: number) => Decimal.fromInteger(BigInt(digits), places).toString();
const step = fc.record({
  kind: fc.constantFrom('change', 'change', 'change', 'change', 'change', 'change', 'picture', 'drop', 'twice', 'swap'),
  levels: fc.array(
    fc.tuple(
      fc.constantFrom('bid' as const, 'ask' as const),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 0, max: 6 }),
    ),
    { minLength: 1, maxLength: 6 },
  ),
});

describe('whatever the network does to the messages', () => {
  test('the book equals the exchange’s or says that it does not', () => {
    let checked = 0;
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.array(step, { maxLength: 80 }), (limit, steps) => {
        const [server, book] = [new ServerBook(limit), new OrderBook(limit)];
        // Far apart, so that neither side is ever empty or crossed by the levels that come and go.
        server.set(['bid', '1', '1']);
        server.set(['ask', '1000', '1']);
        const wire: (readonly [Told, ServerBook['shown']])[] = [];
        let id = 1;
        const push = (told: Told) => wire.push([told, server.shown]);
        push(server.full(id));
        for (const { kind, levels } of steps) {
          const before = server.shown;
          for (const [side, at, tenths, size, places] of levels) {
            const price = side === 'bid' ? scaled(100 + at, 0) : scaled((900 - at) * 10 ** tenths, tenths);
            server.set([side, price, scaled(size, places)]);
          }
          const told = kind === 'picture' ? server.full(id + 7) : difference(before, server.shown, id);
          id = told.id;
          if (kind === 'drop') continue;
          push(told);
          const last = wire.length - 1;
          if (kind === 'twice') wire.push(wire[last] ?? wire[0] ?? [told, server.shown]);
          const [a, b] = [wire[last], wire[last - 1]];
          if (kind === 'swap' && a !== undefined && b !== undefined && last > 1) {
            wire[last] = b;
            wire[last - 1] = a;
          }
        }
        const views = new Map(wire.map(([told, view]) => [told.id, view]));
        for (const [told] of wire) {
          book.apply(messageOf(told));
          if (book.trouble !== null) continue;
          expect(shown(book)).toEqual(views.get(book.lastId));
          checked += 1;
        }
      }),
      { numRuns: 900 },
    );
    expect(checked).toBeGreaterThan(2_000);
  });
});

function difference(before: ServerBook['shown'], after: ServerBook['shown'], pastId: number): Told {
  const levels: Level[] = [];
  for (const [index, side] of (['bid', 'ask'] as const).entries()) {
    const [old, now] = [new Map(parts(before[index])), new Map(parts(after[index]))];
    for (const [price, quantity] of now) if (old.get(price) !== quantity) levels.push([side, price, quantity]);
    for (const price of old.keys()) if (!now.has(price)) levels.push([side, price, '0']);
  }
  return { full: false, id: pastId + 1, pastId, levels };
}

function parts(lines: readonly string[] | undefined): (readonly [string, string])[] {
  return (lines ?? []).map((line) => {
    const [price = '', quantity = ''] = line.split(' ');
    return [price, quantity] as const;
  });
}
