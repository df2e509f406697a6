import type { Filters, Tab } from './filters.ts';
import { NO_FILTERS } from './filters.ts';
import type { Names } from './use-names.ts';

type Props = {
  readonly tab: Tab;
  readonly filters: Filters;
  readonly names: Names;
  readonly onChange: (filters: Filters) => void;
};

/** The native lists: right on every device, with the keyboard they bring. */
export function FilterBar({ tab, filters, names, onChange }: Props) {
  const orders = tab !== 'balances';
  return (
    <div className="tables-filters">
      <input
        type="search"
        aria-label="Find in this table"
        placeholder={orders ? 'Market, state, id' : 'Asset'}
        // biome-ignore lint/a11y/noAutofocus: it was asked for
        autoFocus
        value={filters.text}
        onChange={(event) => onChange({ ...filters, text: event.currentTarget.value })}
      />
      {orders && names.connections.length > 1 ? (
        <select
          aria-label="Connection"
          value={filters.connection ?? ''}
          onChange={(event) => onChange({ ...filters, connection: event.currentTarget.value || null })}
        >
          <option value="">Every connection</option>
          {names.connections.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      ) : null}
      {orders ? (
        <>
          <select
            aria-label="Side"
            value={filters.side ?? ''}
            onChange={(event) => onChange({ ...filters, side: sideOf(event.currentTarget.value) })}
          >
            <option value="">Both sides</option>
            <option value="buy">Buy</option>
            <option value="sell">Sell</option>
          </select>
          <select
            aria-label="Placed by"
            value={filters.owner ?? ''}
            onChange={(event) => onChange({ ...filters, owner: ownerOf(event.currentTarget.value) })}
          >
            <option value="">Placed anywhere</option>
            <option value="ours">By this desk</option>
            <option value="external">Elsewhere</option>
          </select>
        </>
      ) : null}
      <button type="button" className="quiet plain" onClick={() => onChange({ ...NO_FILTERS, here: filters.here })}>
        Clear
      </button>
    </div>
  );
}

const sideOf = (text: string): Filters['side'] => (text === 'buy' || text === 'sell' ? text : null);
const ownerOf = (text: string): Filters['owner'] => (text === 'ours' || text === 'external' ? text : null);
