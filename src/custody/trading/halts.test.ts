import { expect, test } from 'vitest';
import type { ConnectionId } from '../../core/ids.ts';
import { Halts } from './halts.ts';

const ONE = 'one' as ConnectionId;
const said = (connection: ConnectionId | null, why: string, atMs = 1) => ({ connection, atMs, why });
const passes = (halts: Halts, connection: string) => ({
  sale: halts.because(connection, true),
  purchase: halts.because(connection, false),
});

test('the strictest of what is in force counts', () => {
  const halts = new Halts();
  expect(passes(halts, ONE)).toEqual({ sale: '', purchase: '' });
  halts.reduce(said(ONE, 'slowly'));
  expect(passes(halts, ONE)).toEqual({ sale: '', purchase: 'Only sales until it is resumed: slowly' });
  expect(passes(halts, 'other')).toEqual({ sale: '', purchase: '' });
  halts.halt(said(null, 'fire'));
  expect(passes(halts, ONE)).toEqual({ sale: 'Halted: fire', purchase: 'Halted: fire' });
  halts.lift(null);
  expect(passes(halts, ONE).purchase).toMatch(/slowly/);
  halts.reduce(said(null, 'everywhere'));
  expect(passes(halts, ONE).purchase).toMatch(/everywhere/);
  expect(passes(halts, 'other').purchase).toMatch(/everywhere/);
  halts.lift(null);
  halts.halt(said(ONE, 'stop'));
  expect(passes(halts, ONE).sale).toBe('Halted: stop');
  expect(passes(halts, 'other').sale).toBe('');
  halts.lift(ONE);
  expect(passes(halts, ONE)).toEqual({ sale: '', purchase: '' });
});

test('the first reason of a halt stays, and each takes the place of the other', () => {
  const halts = new Halts();
  expect(halts.halt(said(ONE, 'first'))).toBe(true);
  expect(halts.halt(said(ONE, 'second', 2))).toBe(false);
  expect(halts.list('halts')).toEqual([said(ONE, 'first')]);
  halts.reduce(said(ONE, 'sell', 3));
  expect([halts.list('halts'), halts.list('reducing')]).toEqual([[], [said(ONE, 'sell', 3)]]);
  expect(halts.halt(said(ONE, 'third', 4))).toBe(true);
  expect([halts.list('halts'), halts.list('reducing')]).toEqual([[said(ONE, 'third', 4)], []]);
});

test('what was written down is what is read, and nothing of before is left', () => {
  const halts = new Halts();
  halts.halt(said(ONE, 'stop'));
  halts.reduce(said(null, 'all'));
  const text = halts.text();
  const read = new Halts();
  read.halt(said(null, 'of before'));
  read.reduce(said('two' as ConnectionId, 'of before'));
  read.load(text);
  expect([read.list('halts'), read.list('reducing')]).toEqual([[said(ONE, 'stop')], [said(null, 'all')]]);
  expect(read.text()).toBe(text);
  read.clear();
  expect([read.list('halts'), read.list('reducing')]).toEqual([[], []]);
});
