/** Tabs of the list: the watchlist, all, and the quote assets that most markets have. */

import type { Group } from './find.ts';

const GROUP_KEPT_AS = 'gapless-trade-group';

const groupId = (group: Group): string => (group.kind === 'quote' ? group.quote : group.kind);

export function recallGroup(): Group {
  try {
    const kept = localStorage.getItem(GROUP_KEPT_AS);
    if (kept === 'watched' || kept === 'all') return { kind: kept };
    return kept === null ? { kind: 'all' } : { kind: 'quote', quote: kept };
  } catch {
    return { kind: 'all' };
  }
}

export function keepGroup(group: Group): void {
  try {
    localStorage.setItem(GROUP_KEPT_AS, groupId(group));
  } catch {
    // Remembered until the page is left.
  }
}

type GroupsProps = {
  readonly group: Group;
  readonly quotes: readonly string[];
  readonly searching: boolean;
  readonly found: number;
  readonly onGroup: (group: Group) => void;
};

export function Groups(props: GroupsProps) {
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
            className="pick"
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
