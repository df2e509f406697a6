/** Orders whose lines lie above or below what the scale shows: nobody may take them for gone. Pure. */

import type { PriceTag } from './scene.ts';

export type Beyond = {
  readonly where: 'above' | 'below';
  /** `Sell 104 732.33`, or `3 orders above`. */
  readonly words: string;
  /** With this one in sight, all of them are. */
  readonly farthest: number;
};

const SIDE_WORDS = { buy: 'Buy', sell: 'Sell' } as const;

export function beyond(
  tags: readonly Pick<PriceTag, 'price' | 'side' | 'text' | 'order'>[],
  scale: { readonly low: number; readonly high: number },
  where: Beyond['where'],
): Beyond | null {
  const out = tags.filter(({ price }) => (where === 'above' ? price > scale.high : price < scale.low));
  const [one] = out;
  if (one === undefined) return null;
  const prices = out.map(({ price }) => price);
  const orders = new Set(out.map(({ order }) => order)).size;
  return {
    where,
    words: orders === 1 ? `${SIDE_WORDS[one.side]} ${one.text}` : `${orders} orders ${where}`,
    farthest: where === 'above' ? Math.max(...prices) : Math.min(...prices),
  };
}
