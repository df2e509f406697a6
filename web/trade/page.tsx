import '../style/parts.css';
import '../style/trade.css';
import { useEffect } from 'react';
import { Book } from './book/book.tsx';
import { TradesList } from './book/trades.tsx';
import { Chart } from './chart/chart.tsx';
import { useWatchPlace } from './data/market.ts';
import { keepPlace, usePlace } from './data/place.ts';
import { Tables } from './tables/tables.tsx';
import { Ticket } from './ticket/ticket.tsx';

export function TradePage() {
  const place = usePlace();
  useEffect(() => keepPlace(place), [place]);
  useWatchPlace();
  return (
    <div className="trade">
      <Chart />
      <Book />
      <TradesList />
      <Ticket />
      <Tables />
    </div>
  );
}
