import type { Group } from './find.ts';

type Asked = {
  readonly group: Group;
  readonly searching: boolean;
  /** Markets that are known, of all exchanges and of the one that is looked at. */
  readonly told: number;
  readonly here: number;
};

/** Why the list is empty: markets that were not told are unknown, not absent. */
export function noneWords({ group, searching, told, here }: Asked): string {
  const unknown = 'The markets of this exchange are not known now. They are asked for again by themselves.';
  if (searching) return told === 0 ? unknown : 'No market is called that.';
  switch (group.kind) {
    case 'watched':
      return 'Nothing on your watchlist yet. The star beside a market puts it here.';
    case 'all':
    case 'quote':
      return here === 0 ? unknown : 'This exchange has no such market.';
  }
}
