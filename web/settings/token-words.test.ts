import { expect, test } from 'vitest';
import { doubtWords, exampleOf, marketsIn, reachWords } from './token-words.ts';

test('reach is said in names, and in numbers where there are many', () => {
  const labelOf = (id: string): string => id.toUpperCase();
  expect(reachWords({ markets: null, connections: null }, labelOf)).toBe('every market on every connection');
  expect(reachWords({ markets: ['A_B', 'C_D', 'E_F', 'G_H', 'I_J'], connections: ['main'] }, labelOf)).toBe(
    'A/B, C/D, E/F and 2 more on MAIN',
  );
});

test('markets are read as people write them; anything else is told apart from none', () => {
  expect(marketsIn('btc/usdt, ETH_USDT  btc_usdt')).toEqual(['BTC_USDT', 'ETH_USDT']);
  expect(marketsIn(' ')).toEqual([]);
  expect(marketsIn('btc-usdt')).toBeNull();
});

test('the first command does no harm, whatever the token may do', () => {
  expect(exampleOf('t', 'http://x', ['read', 'trade'])).toBe('curl -H "Authorization: Bearer t" http://x/api/orders');
  expect(exampleOf('t', 'http://x', ['trade'])).toMatch(/-d '\{\}' http:\/\/x\/api\/orders$/);
  expect(exampleOf('t', 'http://x', ['halt'])).toBeNull();
});

test('a token was made for a market that does not exist, without a word', () => {
  const known = [{ symbol: 'BTC_USDT' }, { symbol: 'ETH_USDT' }];
  expect(doubtWords(['BTC_USDT', 'XYZ_ABC'], known)).toContain('lists XYZ/ABC now');
  expect(doubtWords(['BTC_USDT'], known)).toBeUndefined();
  // Where no exchange answers nobody knows.
  expect(doubtWords(['XYZ_ABC'], [])).toBeUndefined();
});
