import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Reply } from '../../src/contract/contract.ts';
import { tilesQuery, type Venue } from '../api/queries.ts';
import { Icon } from '../parts/icons.tsx';
import { ProblemNote } from '../parts/problem.tsx';

type TileData = Reply<'exchanges.list'>[number];
const isVenue = (id: string): id is Venue => id === 'whitebit' || id === 'practice';

const RIGHTS: Readonly<Record<TileData['rightsReadable'], string>> = {
  exact: 'Tells what a key may do',
  probe: 'Permissions found by harmless probes',
  no: 'Does not tell what a key may do',
};

function Tile(props: { readonly tile: TileData; readonly onChoose: (venue: Venue) => void }) {
  const { id, name, kind, note, fields, passphrase, ipListNeeded, rightsReadable, connected } = props.tile;
  const venue = isVenue(id) ? id : null;
  return (
    <button
      type="button"
      className="tile card"
      disabled={venue === null}
      onClick={() => (venue === null ? undefined : props.onChoose(venue))}
    >
      <span className="tile-name">
        <span className="monogram" aria-hidden="true">
          {name.slice(0, 1)}
        </span>
        {name}
        {kind === 'practice' ? (
          <span className="chip" data-tone="none">
            Practice
          </span>
        ) : null}
      </span>
      <span className="tile-note dim">
        {note}
        <span className="small tile-facts">
          {fields.join(', ')}
          {passphrase ? ', passphrase' : ''} · {ipListNeeded ? 'IP list needed' : 'IP list optional'} ·{' '}
          {RIGHTS[rightsReadable]}
          {connected === 0 ? '' : ` · ${connected} connected`}
        </span>
      </span>
    </button>
  );
}

export function Choose(props: { readonly onChoose: (venue: Venue) => void }) {
  const { data: tiles, error, refetch } = useQuery(tilesQuery);
  const [wanted, setWanted] = useState('');
  const found = (tiles ?? []).filter(({ name }) => name.toLowerCase().includes(wanted.trim().toLowerCase()));
  const first = found.find(({ id, kind }) => isVenue(id) && kind !== 'later')?.id;
  const ready = found.filter(({ kind }) => kind !== 'later');
  const later = found.filter(({ kind }) => kind === 'later');
  return (
    <div className="choose">
      <label className="choose-search">
        <Icon name="search" size={16} />
        <span className="sr">Search exchanges</span>
        <input
          type="search"
          placeholder="Search exchanges"
          value={wanted}
          data-autofocus
          onChange={(event) => setWanted(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && first !== undefined && isVenue(first)) props.onChoose(first);
          }}
        />
      </label>
      {error === null ? null : <ProblemNote error={error} again={() => void refetch()} />}
      <div className="tiles">
        {ready.map((tile) => (
          <Tile key={tile.id} tile={tile} onChoose={props.onChoose} />
        ))}
      </div>
      {later.length === 0 ? null : (
        <>
          <h3 className="dim">These come later and cannot be connected yet</h3>
          <ul className="later-list" aria-label="Exchanges that come later">
            {later.map(({ id, name }) => (
              <li key={id}>{name}</li>
            ))}
          </ul>
        </>
      )}
      {tiles !== undefined && found.length === 0 ? <p className="dim">No exchange is called that here.</p> : null}
    </div>
  );
}
