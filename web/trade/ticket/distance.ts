import { group, roundText } from '../../format/number.ts';
import type { Side } from './form.ts';

/** How far a price is from the best on the other side, in words; empty where that says nothing. */
export function distanceWords(percent: string | null, side: Side): string {
  if (percent === null) return '';
  const beyond = !percent.startsWith('-');
  const best = `the best ${side === 'buy' ? 'ask' : 'bid'}`;
  const plain = percent.replace('-', '');
  if (!/[1-9]/.test(plain)) return `At ${best}`;
  const rounded = roundText(plain, 2);
  const size = /[1-9]/.test(rounded) ? `${group(rounded)} %` : 'Less than 0.01 %';
  const above = beyond === (side === 'buy');
  return `${size} ${above ? 'above' : 'below'} ${best}`;
}
