/** Choosing many markets: search, the quote assets, a suggestion, and a list of boxes to tick. */

import '../../style/trade-policy.css';
import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import type { Venue } from '../../api/queries.ts';
import { formatShort } from '../../format/market-number.ts';
import { Icon } from '../../parts/icons.tsx';
import { Late } from '../../parts/late.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { marketsQuery } from '../data/queries.ts';
import { quotesOf } from '../markets/find.ts';
import { found, isThin, suggested } from './choice.ts';

const ROW_PX = 34;
const ROW_TOUCH_PX = 42;
const QUOTES_SHOWN = 5;

type Props = {
  readonly venue: Venue;
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
  readonly touch: boolean;
};

export function MarketPicker({ venue, chosen, onChange, touch }: Props) {
  const query = useQuery(marketsQuery(venue));
  const [typed, setTyped] = useState('');
  const [quote, setQuote] = useState<string | null>(null);
  const [onlyChosen, setOnlyChosen] = useState(false);
  const wanted = useDeferredValue(typed);
  const markets = query.data ?? [];
  const quotes = useMemo(() => quotesOf(query.data ?? []).slice(0, QUOTES_SHOWN), [query.data]);
  const listed = useMemo(() => found(query.data ?? [], wanted, quote), [query.data, wanted, quote]);
  const rows = onlyChosen ? listed.filter(({ symbol }) => chosen.has(symbol)) : listed;
  const most = useMemo(() => suggested(query.data ?? [], quote), [query.data, quote]);
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => (touch ? ROW_TOUCH_PX : ROW_PX),
    overscan: 6,
  });
  const toggle = (symbol: string, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(symbol);
    else next.delete(symbol);
    onChange(next);
  };
  if (query.error !== null && markets.length === 0)
    return <ProblemNote error={query.error} again={() => void query.refetch()} />;
  return (
    <div className="picker">
      <div className="search-field picker-field">
        <Icon name="search" size={15} />
        <input
          type="search"
          aria-label="Search markets"
          placeholder="Search markets"
          autoComplete="off"
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </div>
      <div className="picker-quotes">
        {[null, ...quotes].map((one) => (
          <button
            key={one ?? ''}
            type="button"
            className="pick"
            aria-pressed={quote === one}
            onClick={() => setQuote(one)}
          >
            {one ?? 'All'}
          </button>
        ))}
        <button
          type="button"
          className="pick picker-chosen"
          aria-pressed={onlyChosen}
          onClick={() => setOnlyChosen(!onlyChosen)}
        >
          Chosen <span className="num">{chosen.size}</span>
        </button>
      </div>
      <div className="picker-list" ref={box}>
        {query.isPending ? (
          <Late>
            <p className="picker-none dim" role="status">
              Loading markets
            </p>
          </Late>
        ) : rows.length === 0 ? (
          <p className="picker-none dim">{onlyChosen ? 'None of these is chosen.' : 'No market is called that.'}</p>
        ) : (
          <div className="picker-rows" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, start, size }) => {
              const market = rows[index];
              if (market === undefined) return null;
              const thin = isThin(market);
              return (
                <label key={market.symbol} style={{ transform: `translateY(${start}px)`, height: size }}>
                  <input
                    type="checkbox"
                    checked={chosen.has(market.symbol)}
                    onChange={(event) => toggle(market.symbol, event.currentTarget.checked)}
                  />
                  <span>
                    <strong>{market.base}</strong>
                    <span className="dim">/{market.quote}</span>
                  </span>
                  <span
                    className="dim small"
                    title={thin ? 'Where little is traded, a stolen key could be drained by bad prices' : undefined}
                  >
                    {market.status === 'halted' ? 'halted' : thin ? 'little traded, will be refused' : ''}
                  </span>
                  <span className="num small dim">
                    {market.volumeQuote === null ? '—' : `${formatShort(market.volumeQuote)} ${market.quote}`}
                  </span>
                </label>
              );
            })}
          </div>
        )}
      </div>
      <div className="picker-foot">
        <button
          type="button"
          className="quiet"
          disabled={most.length === 0 || most.every((symbol) => chosen.has(symbol))}
          onClick={() => onChange(new Set([...chosen, ...most]))}
        >
          Add the {most.length} most traded{quote === null ? '' : ` in ${quote}`}
        </button>
        <button type="button" className="quiet plain" disabled={chosen.size === 0} onClick={() => onChange(new Set())}>
          Choose none
        </button>
      </div>
    </div>
  );
}
