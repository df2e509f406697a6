import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DepthFrame, DepthScanner, readDepth } from './depth-frame.ts';
import { asObject, parseJson, ShapeError } from './json.ts';

/** Captured from the exchange in August 2026 and, the second, from its documents. */
const PICTURE =
  '{"id":null,"method":"depth_update","params":[true,{"timestamp":1785730130.604051,"update_id":22216665449,"asks":[["62957.3","0.017"]],"bids":[["62957.2","0.017"]],"event_time":1785730135.194067},"BTC_PERP"]}';
const CHANGE =
  '{"id":null,"method":"depth_update","params":[false,{"timestamp":1689600180.516447,"update_id":214403,"past_update_id":214399,"asks":[["0.020861","0"]],"bids":[["0.020844","5.949"]],"event_time":1749026542.817343},"ETH_BTC"]}';

const bytes = (text: string) => new TextEncoder().encode(text);
const plain = ({ market, full, id, pastId, bids, asks }: DepthFrame) => ({
  market,
  full,
  id,
  pastId,
  sides: [bids, asks].map((side) =>
    Array.from({ length: side.count }, (_, at) => [
      side.priceDigits[at],
      side.pricePlaces[at],
      side.quantityDigits[at],
      side.quantityPlaces[at],
    ]),
  ),
});

/** Null where the careful reader does not understand it. */
function readByJson(text: string): ReturnType<typeof plain> | null {
  const json = parseJson(text);
  const frame = new DepthFrame();
  try {
    const message = asObject(json, 'frame');
    if (message.method !== 'depth_update') return null;
    readDepth(message.params, frame);
    return plain(frame);
  } catch (error) {
    if (error instanceof ShapeError) return null;
    throw error;
  }
}

describe('depth frames', () => {
  test.each([PICTURE, CHANGE])('a real one is scanned: %s', (text) => {
    const scanner = new DepthScanner();
    expect(scanner.scan(bytes(text))).toBe(true);
    expect(plain(scanner.frame)).toEqual(readByJson(text));
  });

  test('keys in another order say the same', () => {
    const scanner = new DepthScanner();
    const data =
      '{"bids":[["0.020844","5.949"]],"past_update_id":214399,"event_time":1749026542,"asks":[],"update_id":214403}';
    const text = `{"method":"depth_update","params":[false,${data},"ETH_BTC"],"id":null}`;
    expect(scanner.scan(bytes(text))).toBe(true);
    expect(plain(scanner.frame)).toEqual(readByJson(text));
    // What the parameters are is not known before the method is.
    expect(scanner.scan(bytes(`{"params":[false,${data},"ETH_BTC"],"method":"depth_update"}`))).toBe(false);
  });

  test('ids of more digits than thirty-one bits hold are whole', () => {
    const scanner = new DepthScanner();
    expect(scanner.scan(bytes(CHANGE.replace('214403', '123456789012345').replace('214399', '999999999000000')))).toBe(
      true,
    );
    expect([scanner.frame.id, scanner.frame.pastId]).toEqual([123456789012345, 999999999000000]);
    expect(scanner.scan(bytes(CHANGE.replace('214403', '1234567890123456789')))).toBe(false);
  });

  test('digits are kept without the zeros at their end', () => {
    const scanner = new DepthScanner();
    expect(scanner.scan(bytes(CHANGE.replace('5.949', '1000000.00500000')))).toBe(true);
    expect(plain(scanner.frame).sides[0]).toEqual([[20844, 6, 1000000005, 3]]);
  });

  test.each([
    ['another method', CHANGE.replace('depth_update', 'trades_update')],
    ['a change that names nothing before it', CHANGE.replace('"past_update_id":214399,', '')],
    ['no id', CHANGE.replace('"update_id":214403,', '')],
    ['an exponent', CHANGE.replace('5.949', '5e3')],
    ['a sign', CHANGE.replace('5.949', '-5.949')],
    ['a number without quotes', CHANGE.replace('"5.949"', '5.949')],
    ['an empty figure', CHANGE.replace('5.949', '')],
    ['a point at the end', CHANGE.replace('5.949', '5.')],
    ['three parts', CHANGE.replace('"5.949"', '"5.949","1"')],
    ['something behind it', `${CHANGE} `],
    ['nothing', ''],
  ])('%s is left to the careful reader', (_name, text) => {
    expect(new DepthScanner().scan(bytes(text))).toBe(false);
  });

  test('broken off anywhere, it is not taken', () => {
    const scanner = new DepthScanner();
    for (let length = 0; length < CHANGE.length; length += 1)
      expect(scanner.scan(bytes(CHANGE.slice(0, length)))).toBe(false);
  });

  const figure = fc.oneof(
    fc.tuple(fc.nat(999_999_999), fc.nat(999_999)).map(([whole, part]) => `${whole}.${String(part).padStart(6, '0')}`),
    fc.nat(10_000).map(String),
    fc.constantFrom('0', '0.000', '123456789012345678', '0.0000000000000001', '1e5', '', '-1', '00.5'),
  );
  const side = fc.array(fc.tuple(figure, figure), { maxLength: 5 });
  const body = fc.record(
    {
      asks: side,
      bids: side,
      update_id: fc.nat(),
      past_update_id: fc.nat(),
      timestamp: fc.double({ min: 1e9, max: 2e9 }),
    },
    { requiredKeys: ['update_id'] },
  );
  const frame = fc
    .tuple(fc.boolean(), body, fc.constantFrom('BTC_USDT', 'ETH_BTC', '1INCH_USDT', '_X', 'btc_x', ''))
    .map(([full, data, market]) => JSON.stringify({ id: null, method: 'depth_update', params: [full, data, market] }));

  test('what the scanner takes, the careful reader reads the same', () => {
    const scanner = new DepthScanner();
    let taken = 0;
    fc.assert(
      fc.property(frame, (text) => {
        if (!scanner.scan(bytes(text))) return;
        taken += 1;
        expect(plain(scanner.frame)).toEqual(readByJson(text));
      }),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(200);
  });

  test('nor is it fooled by frames with some bytes changed', () => {
    const scanner = new DepthScanner();
    const edit = fc.array(fc.tuple(fc.nat(250), fc.constantFrom(...'0123456789".,:[]{}\\ean-_ tT')), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.constantFrom(PICTURE, CHANGE), edit, (text, edits) => {
        const changed = [...text];
        for (const [at, character] of edits) changed[at % text.length] = character;
        const mutated = changed.join('');
        if (scanner.scan(bytes(mutated))) expect(plain(scanner.frame)).toEqual(readByJson(mutated));
      }),
      { numRuns: 20_000 },
    );
  });
});
