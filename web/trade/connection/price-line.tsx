/** Whether the prices on this page are of now. */

import { duration } from '../../format/time.ts';
import { useNowText } from '../../parts/now.ts';
import { usePriceLine } from '../data/market.ts';

export function PriceLineState() {
  const line = usePriceLine();
  const waiting = line?.state === 'waiting' ? line : null;
  const text = useNowText((nowMs) => (waiting === null ? '' : duration(nowMs - waiting.sinceMs)));
  const next = useNowText((nowMs) => {
    if (waiting === null || waiting.nextAttemptAtMs === null || waiting.nextAttemptAtMs <= nowMs) return '';
    return ` Next attempt in ${duration(waiting.nextAttemptAtMs - nowMs)}.`;
  });
  if (line === undefined || line.state === 'connecting')
    return (
      <span className="pill" data-tone="none" role="status">
        <span className="dot" data-tone="none" aria-hidden="true" />
        Connecting prices
      </span>
    );
  if (line.state === 'live')
    return (
      <span className="pill" role="status" title="Prices, book and trades come as the exchange tells them.">
        <span className="dot" data-tone="plain" aria-hidden="true" />
        Prices live
      </span>
    );
  return (
    <span className="pill" data-tone="amber" role="status" title={`${line.why}${next}`}>
      <span className="dot" data-tone="amber" aria-hidden="true" />
      No prices for {text}
      <span className="sr">
        {line.why}
        {next}
      </span>
    </span>
  );
}
