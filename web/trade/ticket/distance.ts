import { group, roundText } from '../../format/number.ts';
import type { Side } from './form.ts';

/** How far a price is from the best on the other side, in words; empty where that says nothing. */
export function distanceWords(percent: string | null, side: Side): string {
  if (percent === null) return '';
  const beyond = !percent.startsWith('-');
  const size = `${group(roundText(percent.replace('-', ''), 2))} %`;
  const above = beyond === (side === 'buy');
  return `${size} ${above ? 'above' : 'below'} the best ${side === 'buy' ? 'ask' : 'bid'}`;
}
