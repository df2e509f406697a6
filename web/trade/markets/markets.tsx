/** Search and list of markets. The field keeps the focus; arrows move in the list, Enter goes there, * is the star. */

import { type KeyboardEvent, type RefObject, useDeferredValue, useMemo, useState } from 'react';
import type { Market } from '../../../src/contract/trading.ts';
import { Icon } from '../../parts/icons.tsx';
import { Late } from '../../parts/late.tsx';
import { useNowText } from '../../parts/now.ts';
import { ProblemNote } from '../../parts/problem.tsx';
import { useAccount, useTradingAccounts } from '../data/account.ts';
import { useMarkets, usePriceLine } from '../data/market.ts';
import { outageMs } from '../data/outage.ts';
import { goTo, usePlace } from '../data/place.ts';
import { type Group, inGroup, ofConnected, quotesOf, type Sorting, searchMarkets, sortMarkets } from './find.ts';
import { Groups, keepGroup, recallGroup } from './groups.tsx';
import { Heads } from './heads.tsx';
import { useHeldOrder } from './held-order.ts';
import { noneWords } from './none-words.ts';
import { MarketRow } from './row.tsx';
import { useMarketList } from './use-market-list.ts';
import { useWatchlist } from './use-watchlist.ts';

const ROW_PX = 26;
/** What is found may be of several exchanges, so a second line says which. */
const FOUND_ROW_PX = 40;
/** A finger's height. */
const ROW_TOUCH_PX = 44;
/** More quote assets than this do not fit side by side; the rest are under All. */
const QUOTES_SHOWN = 4;

type Props = {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly touch: boolean;
  readonly onChosen?: () => void;
  readonly onClose?: () => void;
};

export function Markets(props: Props) {
  const { markets: told, loading, error, again } = useMarkets();
  const accounts = useTradingAccounts();
  const markets = useMemo(() => ofConnected(told, accounts), [told, accounts]);
  const line = usePriceLine();
  const stale = useNowText((nowMs) => outageMs(line, nowMs) !== null);
  const place = usePlace();
  const { watched, isWatched, toggle } = useWatchlist();
  const [typed, setTyped] = useState('');
  const [group, setGroup] = useState<Group>(recallGroup);
  const [sorting, setSorting] = useState<Sorting>({ by: 'volume', desc: true });
  const wanted = useDeferredValue(typed);
  const searching = wanted.trim() !== '';
  const here = useMemo(() => markets.filter(({ venue }) => venue === place.venue), [markets, place.venue]);
  const quotes = useMemo(() => quotesOf(here).slice(0, QUOTES_SHOWN), [here]);
  const sorted = useMemo(() => {
    if (searching) return searchMarkets(markets, wanted);
    return sortMarkets(inGroup(group.kind === 'watched' ? markets : here, group, watched), sorting);
  }, [markets, here, wanted, searching, group, watched, sorting]);
  const { shown, ...held } = useHeldOrder(sorted, JSON.stringify([wanted, group, sorting, place.venue]));
  const choose = (market: Market | undefined): void => {
    if (market === undefined) return;
    setTyped('');
    props.onChosen?.();
    goTo({ venue: market.venue, market: market.symbol });
  };
  const setAndKeep = (next: Group): void => {
    setGroup(next);
    keepGroup(next);
  };
  const list = useMarketList({ shown, choose, rowPx: rowHeight(props.touch, searching), typed: wanted });
  const star = (market: Market): void => toggle({ venue: market.venue, market: market.symbol });
  const pressed = (event: KeyboardEvent<HTMLInputElement>): void => {
    const active = shown[list.active];
    if (event.key === 'Escape') {
      if (typed === '') {
        event.currentTarget.blur();
        props.onClose?.();
      } else setTyped('');
    } else if (event.key === '*' && active !== undefined) star(active);
    else if (!list.pressed(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const account = useAccount();
  const tradable = useMemo(
    () =>
      account === null || account.state === 'watch-only' || account.state === 'no-markets'
        ? null
        : new Set(account.markets),
    [account],
  );
  const row = ({ index, start, size }: { readonly index: number; readonly start: number; readonly size: number }) => {
    const market = shown[index];
    if (market === undefined) return null;
    const isHere = market.venue === place.venue && market.symbol === place.market;
    return (
      <MarketRow
        key={`${market.venue} ${market.symbol}`}
        market={market}
        id={`${list.id}-${index}`}
        topPx={start}
        heightPx={size}
        isActive={index === list.active}
        isHere={isHere}
        isWatched={isWatched({ venue: market.venue, market: market.symbol })}
        mayTrade={tradable === null || market.venue !== place.venue ? null : tradable.has(market.symbol)}
        showVenue={searching || (group.kind === 'watched' && market.venue !== place.venue)}
        onChoose={list.choose}
        onStar={list.star(star)}
      />
    );
  };
  return (
    <div className="markets">
      <div className="search-field markets-field">
        <Icon name="search" size={15} />
        <input
          ref={props.field}
          role="combobox"
          aria-expanded="true"
          aria-controls={list.id}
          aria-activedescendant={shown[list.active] === undefined ? undefined : `${list.id}-${list.active}`}
          aria-label="Search markets"
          placeholder="Search markets"
          autoComplete="off"
          data-autofocus={props.onClose === undefined ? undefined : ''}
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={pressed}
          {...held.field}
        />
        <kbd className="kbd">/</kbd>
      </div>
      <Groups group={group} quotes={quotes} searching={searching} found={shown.length} onGroup={setAndKeep} />
      <Heads sorting={sorting} searching={searching} onSort={setSorting} />
      {error === null ? null : <ProblemNote error={error} again={again} />}
      <div
        className="market-list"
        ref={list.scroll}
        id={list.id}
        role="listbox"
        aria-label="Markets"
        tabIndex={-1}
        {...held.list}
      >
        {loading ? (
          <Late>
            <Loading />
          </Late>
        ) : shown.length === 0 ? (
          // A problem is told above, with its cause.
          error === null && (
            <p className="markets-none dim">
              {noneWords({ group, searching, told: markets.length, here: here.length })}
            </p>
          )
        ) : (
          <div className={stale ? 'market-rows stale' : 'market-rows'} style={{ height: list.virtual.getTotalSize() }}>
            {list.virtual.getVirtualItems().map(row)}
          </div>
        )}
      </div>
    </div>
  );
}

function Loading() {
  return (
    <div role="status" aria-label="Loading markets">
      {Array.from({ length: 12 }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: grey rows have no identity
        <div key={row} className="market-row is-skeleton" style={{ height: ROW_PX }} aria-hidden="true">
          <span className="skeleton">BTC/USDT</span>
          <span className="skeleton">43 210.00</span>
          <span className="skeleton">+0.00 %</span>
        </div>
      ))}
    </div>
  );
}

function rowHeight(touch: boolean, searching: boolean): number {
  if (touch) return ROW_TOUCH_PX;
  return searching ? FOUND_ROW_PX : ROW_PX;
}
