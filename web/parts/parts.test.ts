import { expect, test } from 'vitest';
import { conditionOf } from '../frame/condition-words.ts';
import { linePath } from './line-path.ts';
import { piecesOf } from './pieces.ts';

const text = (source: string): string =>
  piecesOf(source)
    .map((piece) => (piece.kind === 'plain' ? piece.text : `<${piece.kind} ${piece.text}>`))
    .join('');

test.each([
  ['open **API**.', 'open <strong API>.'],
  ['*Deposit* off, *Codes* off', '<em Deposit> off, <em Codes> off'],
  ['**Apply changes** then *Codes*', '<strong Apply changes> then <em Codes>'],
  ['2 * 3', '2 * 3'],
  ['plain', 'plain'],
  ['', ''],
  ['<b>no markup</b>', '<b>no markup</b>'],
])('%s', (source, shown) => {
  expect(text(source)).toBe(shown);
});

test('a line stays in its box, and a flat one stands in the middle', () => {
  expect(
    linePath(
      [
        { atMs: 0, value: '1' },
        { atMs: 10, value: '2' },
      ],
      120,
      28,
      2,
    ),
  ).toBe('M2.0 26.0L118.0 2.0');
  expect(
    linePath(
      [
        { atMs: 0, value: '5' },
        { atMs: 10, value: '5' },
      ],
      120,
      28,
      2,
    ),
  ).toBe('M2.0 14.0L118.0 14.0');
  expect(linePath([{ atMs: 0, value: '5' }], 120, 28, 2)).toBe('');
});

const one = (status: 'connected' | 'refused' | 'attention' | 'checking' | 'expiring') => ({
  id: status,
  status,
});
test.each([
  [[], 'live', 'No exchange yet', 'none'],
  [[one('connected')], 'live', '1 exchange live', 'plain'],
  [[one('connected'), one('connected')], 'connecting', '2 exchanges live', 'plain'],
  [[one('connected'), one('attention')], 'live', '1 of 2 exchanges live', 'amber'],
  [[one('connected'), one('refused')], 'live', '1 of 2 exchanges live', 'red'],
  [[one('connected'), one('expiring')], 'live', '1 of 2 exchanges live', 'amber'],
  [[one('checking'), one('connected')], 'live', 'Checking 1 of 2', 'none'],
  [[one('connected')], 'down', 'No live line', 'red'],
] as const)('%o on a line that is %s', (connections, line, words, tone) => {
  expect(conditionOf(connections, [], line)).toEqual({ words, tone });
});

test('an exchange that had been dead for half a minute was counted as live', () => {
  const account = (state: 'ready' | 'trouble' | 'watch-only', stream: 'live' | 'lost') =>
    ({ connection: 'connected', state, stream: { state: stream } }) as const;
  const told = (state: 'ready' | 'trouble' | 'watch-only', stream: 'live' | 'lost') =>
    conditionOf([one('connected')], [account(state, stream)], 'live');
  expect(told('trouble', 'live')).toEqual({ words: '0 of 1 exchange live', tone: 'amber' });
  expect(told('ready', 'lost')).toEqual({ words: '0 of 1 exchange live', tone: 'amber' });
  expect(told('ready', 'live').words).toBe('1 exchange live');
  // A key that is only watched has no stream to lose.
  expect(told('watch-only', 'lost').words).toBe('1 exchange live');
});
