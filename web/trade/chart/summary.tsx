/** The picture in words, for whoever does not see it. */

import { useEffect, useState } from 'react';
import { priceText } from './paint-axes.ts';
import { extremes } from './paint-candles.ts';
import type { ChartScene } from './scene.ts';
import { momentText } from './time-axis.ts';

/** Read out when it is asked for; often enough to be true then. */
const EVERY_MS = 2_000;

type Props = { readonly scene: ChartScene; readonly words: string; readonly quote: string };

export function Summary({ scene, words, quote }: Props) {
  const [text, setText] = useState('');
  useEffect(() => {
    const tell = (): void => setText(summaryOf(scene, quote));
    tell();
    const timer = setInterval(tell, EVERY_MS);
    return () => clearInterval(timer);
  }, [scene, quote]);
  return (
    <p className="sr" id="chart-summary">
      {words}. {text}
    </p>
  );
}

function summaryOf(scene: ChartScene, quote: string): string {
  const { bars, market, seams } = scene;
  const { first, last } = scene.inSight();
  const close = bars.close[bars.length - 1];
  const [from, to] = [bars.time[first], bars.time[last]];
  if (bars.length === 0 || close === undefined || from === undefined || to === undefined) return 'No candles yet.';
  const { low, high } = extremes(bars, first, last);
  const price = (value: number): string => priceText(value, market.places);
  const moment = (atSec: number): string => momentText(atSec, market.intervalSec, seams.zone);
  return `Last price ${price(close)} ${quote}. In sight: ${moment(from)} to ${moment(to)}, from ${price(low)} to ${price(high)}.`;
}
