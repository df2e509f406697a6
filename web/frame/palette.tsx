/** Search over pages, exchanges and actions, by keyboard. */

import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import { connectionsQuery } from '../api/queries.ts';
import { Dialog } from '../parts/dialog.tsx';
import { useTradingAccounts } from '../trade/data/account.ts';
import { goTo } from '../trade/data/place.ts';
import { marketsQuery } from '../trade/data/queries.ts';
import { ofConnected, searchMarkets } from '../trade/markets/find.ts';
import { logOut } from './log-out.ts';
import { PLACES } from './places.ts';

type Item = { readonly id: string; readonly name: string; readonly kind: string; readonly run: () => void };

/** More than a person reads; typing one letter more is quicker. */
const MARKETS_MAX = 12;

export function matches(item: { readonly name: string; readonly kind: string }, wanted: string): boolean {
  const text = `${item.name} ${item.kind}`.toLocaleLowerCase();
  return wanted
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function Palette(props: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const { data: connections } = useQuery(connectionsQuery);
  const { data: markets } = useQuery(marketsQuery(null));
  const accounts = useTradingAccounts();
  const [wanted, setWanted] = useState('');
  const [at, setAt] = useState(0);
  const items: Item[] = [
    ...PLACES.map(({ to, name }) => ({ id: to, name, kind: 'Page', run: () => void navigate({ to }) })),
    { id: 'add', name: 'Add new exchange', kind: 'Action', run: () => void navigate({ to: '/exchanges/add' }) },
    ...(connections ?? []).flatMap((c) => [
      { id: c.id, name: c.label, kind: c.venueName, run: () => void navigate({ to: '/exchanges', hash: c.id }) },
      {
        id: `${c.id} key`,
        name: `Replace key of ${c.label}`,
        kind: 'Action',
        run: () => void navigate({ to: '/exchanges/$id/key', params: { id: c.id } }),
      },
    ]),
    { id: 'out', name: 'Log out', kind: 'Action', run: () => void logOut() },
  ];
  const asMarkets =
    wanted.trim() === '' ? [] : searchMarkets(ofConnected(markets ?? [], accounts), wanted).slice(0, MARKETS_MAX);
  const found: readonly Item[] = [
    ...items.filter((item) => matches(item, wanted)),
    ...asMarkets.map(({ venue, symbol, base, quote, venueName }) => ({
      id: `${venue} ${symbol}`,
      name: `${base}/${quote}`,
      kind: `Market, ${venueName}`,
      run: () => goTo({ venue, market: symbol }),
    })),
  ];
  const chosen = found[Math.min(at, found.length - 1)];
  const run = (item: Item | undefined): void => {
    if (item === undefined) return;
    props.onClose();
    item.run();
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt(Math.min(at + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
    else if (event.key === 'Enter') run(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Search" onClose={props.onClose} size={560}>
      <input
        className="palette-input"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={chosen === undefined ? undefined : `palette ${chosen.id}`.replaceAll(' ', '-')}
        aria-label="Search pages, exchanges, actions"
        placeholder="BTC/USDT, My Exchanges, add …"
        data-autofocus
        value={wanted}
        onChange={(event) => {
          setWanted(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={pressed}
      />
      <div className="palette-list" id="palette-list" role="listbox" aria-label="Found">
        {found.map((item) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the search field, as a combobox does
          <div
            key={item.id}
            id={`palette ${item.id}`.replaceAll(' ', '-')}
            className="palette-item"
            role="option"
            tabIndex={-1}
            aria-selected={item === chosen}
            onClick={() => run(item)}
          >
            <span>{item.name}</span>
            <span className="dim small">{item.kind}</span>
          </div>
        ))}
      </div>
      {found.length === 0 ? <p className="dim">Nothing here is called that.</p> : null}
    </Dialog>
  );
}
