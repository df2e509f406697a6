import '../style/parts.css';
import '../style/trade.css';
import '../style/trade-markets.css';
import '../style/trade-narrow.css';
import { useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import {
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { takeSlash } from '../frame/slash.ts';
import { Icon } from '../parts/icons.tsx';
import { Book } from './book/book.tsx';
import { TradesList } from './book/trades.tsx';
import { Chart } from './chart/chart.tsx';
import { ConditionBar } from './connection/condition-bar.tsx';
import { useOpenOrders, useTradingAccounts } from './data/account.ts';
import { useMarkets, usePriceLine, useWatchPlace } from './data/market.ts';
import { goTo, keepPlace, type Place, TRADE_PATH, usePlace } from './data/place.ts';
import { tradingQuery } from './data/queries.ts';
import { correction } from './data/settle.ts';
import { Head } from './head.tsx';
import { useLasting } from './layout/lasting.tsx';
import { Narrow } from './layout/narrow.tsx';
import { type Layout, useLayout } from './layout/use-layout.ts';
import { useNarrow } from './layout/use-narrow.ts';
import { Wide } from './layout/wide.tsx';
import { LimitsHere } from './limits/limits-here.tsx';
import { Markets } from './markets/markets.tsx';
import { Tables } from './tables/tables.tsx';
import { Ticket } from './ticket/ticket.tsx';

const MarketDialog = lazy(() => import('./markets/market-dialog.tsx').then((m) => ({ default: m.MarketDialog })));

const addressOf = ({ pathname, searchStr }: { readonly pathname: string; readonly searchStr: string }) => ({
  pathname,
  searchStr,
});

/**
 * Keeps the address true: to a connection and a market that exist. False while a better connection is about to be put
 * in: an exchange that nobody chose is not asked for a moment's view.
 */
function useSettledPlace(place: Place): boolean {
  const accounts = useTradingAccounts();
  const { isSuccess: told, isPending } = useQuery(tradingQuery);
  const { markets, loading, error } = useMarkets();
  const address = useLocation({ select: addressOf, structuralSharing: true });
  useEffect(() => {
    if (address.pathname === TRADE_PATH) keepPlace(place);
    const change = correction(address, place, told ? accounts : null, loading || error !== null ? null : markets);
    if (change !== null) goTo(change, { replace: true });
  }, [address, place, accounts, told, markets, loading, error]);
  if (isPending) return place.connection !== null;
  return !told || !('connection' in (correction(address, place, accounts, null) ?? {}));
}

export function TradePage() {
  const place = usePlace();
  const settled = useSettledPlace(place);
  return settled ? <Screen /> : null;
}

/** Parts are made once: a panel that is dragged wider does not render what stands in it again. */
function useParts(tight: boolean) {
  const connects = useQuery(tradingQuery).data !== undefined;
  const none = useTradingAccounts().length === 0 && connects;
  return useMemo(
    () => ({
      chart: <Chart />,
      book: <Book withTrades={tight} />,
      trades: <TradesList />,
      ticket: none ? <NoConnection /> : <Ticket />,
      tables: (
        <div className="trade-below">
          <ConditionBar />
          {none ? (
            <p className="trade-none dim">Orders, trades and balances of your connections stand here.</p>
          ) : (
            <Tables />
          )}
        </div>
      ),
    }),
    [none, tight],
  );
}

function Screen() {
  useWatchPlace();
  const narrow = useNarrow();
  const layout = useLayout();
  const { places, standing } = useLasting(useParts(layout.tight && !narrow));
  const [searching, setSearching] = useState(false);
  const search = useCallback(() => setSearching(true), []);
  return (
    <>
      {narrow ? (
        <OnPhone places={places} onSearch={search} />
      ) : (
        <OnDesk layout={layout} places={places} onSearch={search} />
      )}
      {standing}
      <LimitsHere />
      {searching ? (
        <Suspense fallback={null}>
          <MarketDialog touch={narrow} onClose={() => setSearching(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

type ScreenProps = {
  readonly places: Readonly<Record<keyof ReturnType<typeof useParts>, ReactNode>>;
  readonly onSearch: () => void;
};

function OnDesk({ layout, places, onSearch }: ScreenProps & { readonly layout: Layout }) {
  const field = useRef<HTMLInputElement>(null);
  const { marketsShown, showMarkets } = layout;
  useEffect(
    () =>
      takeSlash(() => {
        if (marketsShown) field.current?.focus();
        else onSearch();
      }),
    [marketsShown, onSearch],
  );
  const markets = useMemo(() => <Markets field={field} touch={false} />, []);
  const toggle = useCallback(() => showMarkets(!marketsShown), [showMarkets, marketsShown]);
  const head = useMemo(() => <Head onMarkets={toggle} marketsShown={marketsShown} />, [toggle, marketsShown]);
  return <Wide layout={layout} head={head} markets={markets} {...places} />;
}

function OnPhone({ places, onSearch }: ScreenProps) {
  const { connection } = usePlace();
  const openOrders = useOpenOrders(connection === null ? {} : { connection }).length;
  useEffect(() => takeSlash(onSearch), [onSearch]);
  // The page's own height is the screen's: what scrolls are the parts.
  useLayoutEffect(() => {
    scrollTo(0, 0);
  }, []);
  return (
    <Narrow
      head={<Head onMarkets={onSearch} marketsShown={false} />}
      openOrders={openOrders}
      {...places}
      ticket={
        <>
          <ConditionBar aboveTicket />
          {places.ticket}
        </>
      }
    />
  );
}

function NoConnection() {
  const navigate = useNavigate();
  const isLive = usePriceLine()?.state === 'live';
  return (
    <div className="trade-connect">
      <h3>Nothing to trade with yet</h3>
      <p className="dim">
        {isLive ? 'Prices are live. ' : ''}To place orders, connect an exchange with a key that can trade but never
        withdraw.
      </p>
      <button type="button" className="button primary" onClick={() => void navigate({ to: '/exchanges/add' })}>
        <Icon name="plus" size={16} />
        Connect an exchange
      </button>
    </div>
  );
}
