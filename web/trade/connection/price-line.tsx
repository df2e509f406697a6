/** Whether the prices on this page are of now. */

import { duration } from '../../format/time.ts';
import { useNowText } from '../../parts/now.ts';
import { usePriceLine } from '../data/market.ts';
import { outageMs } from '../data/outage.ts';

export function PriceLineState() {
  const line = usePriceLine();
  const missing = useNowText((nowMs) => {
    const lastsMs = outageMs(line, nowMs);
    return lastsMs === null ? '' : duration(lastsMs);
  });
  const next = useNowText((nowMs) => {
    const atMs = line?.nextAttemptAtMs ?? null;
    return atMs === null || atMs <= nowMs ? '' : ` Next attempt in ${duration(atMs - nowMs)}.`;
  });
  if (line?.state === 'live')
    return (
      <span className="pill" role="status" title="Prices, book and trades come as the exchange tells them.">
        <span className="dot" data-tone="plain" aria-hidden="true" />
        Prices live
      </span>
    );
  if (missing === '')
    return (
      <span className="pill" data-tone="none" role="status">
        <span className="dot" data-tone="none" aria-hidden="true" />
        Connecting prices
      </span>
    );
  return (
    <span className="pill" data-tone="amber" role="status" title={`${line?.why ?? ''}${next}`}>
      <span className="dot" data-tone="amber" aria-hidden="true" />
      No prices for <span className="pill-age">{missing}</span>
      <span className="sr">
        {line?.why}
        {next}
      </span>
    </span>
  );
}
