/** Search and list of markets. The field keeps the focus; arrows move in the list, Enter goes there, * is the star. */

import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type RefObject,
  useDeferredValue,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Market } from '../../../src/contract/trading.ts';
import { Icon } from '../../parts/icons.tsx';
import { Late } from '../../parts/late.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { useAccount } from '../data/account.ts';
import { useMarkets } from '../data/market.ts';
import { goTo, usePlace } from '../data/place.ts';
import { type Group, inGroup, quotesOf, type SortBy, type Sorting, searchMarkets, sortMarkets } from './find.ts';
import { MarketRow } from './row.tsx';
import { useWatchlist } from './use-watchlist.ts';

const ROW_PX = 26;
/** A finger's height. */
const ROW_TOUCH_PX = 44;
const GROUP_KEPT_AS = 'gapless-trade-group';
const QUOTES_SHOWN = 4;

const groupId = (group: Group): string => (group.kind === 'quote' ? group.quote : group.kind);

function recallGroup(): Group {
  try {
    const kept = localStorage.getItem(GROUP_KEPT_AS);
    if (kept === 'watched' || kept === 'all') return { kind: kept };
    return kept === null ? { kind: 'all' } : { kind: 'quote', quote: kept };
  } catch {
    return { kind: 'all' };
  }
}

type Props = {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly touch: boolean;
  readonly onChosen?: () => void;
  readonly onClose?: () => void;
};

export function Markets(props: Props) {
  const { markets, loading, error, again } = useMarkets();
  const place = usePlace();
  const { watched, isWatched, toggle } = useWatchlist();
  const [typed, setTyped] = useState('');
  const [group, setGroup] = useState<Group>(recallGroup);
  const [sorting, setSorting] = useState<Sorting>({ by: 'volume', desc: true });
  const wanted = useDeferredValue(typed);
  const searching = wanted.trim() !== '';
  const here = useMemo(() => markets.filter(({ venue }) => venue === place.venue), [markets, place.venue]);
  const quotes = useMemo(() => quotesOf(here).slice(0, QUOTES_SHOWN), [here]);
  const shown = useMemo(() => {
    if (searching) return searchMarkets(markets, wanted);
    return sortMarkets(inGroup(group.kind === 'watched' ? markets : here, group, watched), sorting);
  }, [markets, here, wanted, searching, group, watched, sorting]);
  const choose = (market: Market | undefined): void => {
    if (market === undefined) return;
    setTyped('');
    props.onChosen?.();
    goTo({ venue: market.venue, market: market.symbol });
  };
  const setAndKeep = (next: Group): void => {
    setGroup(next);
    try {
      localStorage.setItem(GROUP_KEPT_AS, groupId(next));
    } catch {
      // Remembered until the page is left.
    }
  };
  const list = useList({ shown, choose, touch: props.touch, typed: wanted, place: `${place.venue} ${place.market}` });
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
    () => (account === null || account.state === 'watch-only' ? null : new Set(account.markets)),
    [account],
  );
  return (
    <div className="markets">
      <div className="markets-field">
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
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={pressed}
        />
        <kbd className="kbd">/</kbd>
      </div>
      <Groups group={group} quotes={quotes} searching={searching} found={shown.length} onGroup={setAndKeep} />
      <Heads sorting={sorting} searching={searching} onSort={setSorting} />
      {error === null ? null : <ProblemNote error={error} again={again} />}
      <div className="market-list" ref={list.scroll} id={list.id} role="listbox" aria-label="Markets" tabIndex={-1}>
        {loading ? (
          <Late>
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
          </Late>
        ) : shown.length === 0 ? (
          <p className="markets-none dim">{noneWords(searching, group)}</p>
        ) : (
          <div style={{ height: list.virtual.getTotalSize(), position: 'relative' }}>
            {list.virtual.getVirtualItems().map(({ index, start, size }) => {
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
                  showVenue={searching || group.kind === 'watched' ? market.venue !== place.venue : false}
                  onChoose={list.choose}
                  onStar={list.star(star)}
                />
              );
            })}
          </div>
        )}
      </div>
    </div>
  );
}

function noneWords(searching: boolean, group: Group): string {
  if (searching) return 'No market is called that.';
  return group.kind === 'watched'
    ? 'Nothing on your watchlist yet. The star beside a market puts it here.'
    : 'This exchange has no such market.';
}

type ListAsk = {
  readonly shown: readonly Market[];
  readonly choose: (market: Market | undefined) => void;
  readonly touch: boolean;
  readonly typed: string;
  readonly place: string;
};

/** The virtual list, its active row, and handlers that stay the same so that rows do not render again for nothing. */
function useList(ask: ListAsk) {
  const id = useId();
  const scroll = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const latest = useRef<{ choose: ListAsk['choose']; star: (market: Market) => void }>({
    choose: ask.choose,
    star: () => {},
  });
  latest.current.choose = ask.choose;
  const heightPx = ask.touch ? ROW_TOUCH_PX : ROW_PX;
  const virtual = useVirtualizer({
    count: ask.shown.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => heightPx,
    overscan: 4,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another search begins at its best answer
  useEffect(() => {
    setActive(0);
    scroll.current?.scrollTo({ top: 0 });
  }, [ask.typed]);
  const stable = useMemo(
    () => ({
      choose: (market: Market) => latest.current.choose(market),
      star: (market: Market) => latest.current.star(market),
    }),
    [],
  );
  const move = (to: number): void => {
    const next = Math.min(ask.shown.length - 1, Math.max(0, to));
    setActive(next);
    virtual.scrollToIndex(next, { align: 'auto' });
  };
  const pressed = (event: KeyboardEvent): boolean => {
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? heightPx) / heightPx) - 1);
    if (event.key === 'ArrowDown') move(active + 1);
    else if (event.key === 'ArrowUp') move(active - 1);
    else if (event.key === 'PageDown') move(active + page);
    else if (event.key === 'PageUp') move(active - page);
    else if (event.key === 'Enter') {
      ask.choose(ask.shown[active]);
      if (event.target instanceof HTMLElement) event.target.blur();
    } else return false;
    return true;
  };
  return {
    id,
    scroll,
    virtual,
    active,
    pressed,
    choose: stable.choose,
    star: (now: (market: Market) => void) => {
      latest.current.star = now;
      return stable.star;
    },
  };
}

type GroupsProps = {
  readonly group: Group;
  readonly quotes: readonly string[];
  readonly searching: boolean;
  readonly found: number;
  readonly onGroup: (group: Group) => void;
};

function Groups(props: GroupsProps) {
  if (props.searching)
    return (
      <p className="markets-groups dim small" role="status">
        {props.found === 1 ? '1 market' : `${props.found} markets`}, all exchanges
      </p>
    );
  const groups: readonly Group[] = [
    { kind: 'watched' },
    { kind: 'all' },
    ...props.quotes.map((quote) => ({ kind: 'quote', quote }) as const),
  ];
  const name = (group: Group): string => {
    if (group.kind === 'quote') return group.quote;
    return group.kind === 'watched' ? 'Watchlist' : 'All';
  };
  return (
    <fieldset className="markets-groups">
      <legend className="sr">Which markets</legend>
      {groups.map((group) => {
        const on = groupId(group) === groupId(props.group);
        return (
          <button
            key={groupId(group)}
            type="button"
            aria-pressed={on}
            aria-label={name(group)}
            title={group.kind === 'watched' ? 'Your watchlist' : undefined}
            onClick={() => props.onGroup(group)}
          >
            {group.kind === 'watched' ? '★' : name(group)}
          </button>
        );
      })}
    </fieldset>
  );
}

type HeadsProps = {
  readonly sorting: Sorting;
  readonly searching: boolean;
  readonly onSort: (sorting: Sorting) => void;
};

function Heads(props: HeadsProps) {
  const head = (by: SortBy, words: string) => {
    const { sorting, searching } = props;
    const on = !searching && sorting.by === by;
    return (
      <button
        type="button"
        className={`sort head-${by}`}
        data-on={on ? '' : undefined}
        disabled={searching}
        aria-label={`Sort by ${words.toLowerCase()}${on ? (sorting.desc ? ', now falling' : ', now rising') : ''}`}
        onClick={() => props.onSort({ by, desc: on ? !sorting.desc : by !== 'name' })}
      >
        {words}
        <span aria-hidden="true">{on ? (sorting.desc ? ' ↓' : ' ↑') : ''}</span>
      </button>
    );
  };
  return (
    <div className="market-heads">
      {head('name', 'Market')}
      {head('volume', 'Volume')}
      {head('last', 'Last')}
      {head('change', '24 h')}
    </div>
  );
}
