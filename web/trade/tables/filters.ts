/** Which rows are wanted. One set for all tables; a table leaves out what it has no word for. Pure but for what is kept. */

import type { Order } from '../../../src/contract/trading.ts';

export type Tab = 'open' | 'history' | 'trades' | 'balances';
export const TABS: readonly Tab[] = ['open', 'history', 'trades', 'balances'];

export type Filters = {
  /** Of the place's market, or of all. */
  readonly here: boolean;
  /** Null: every connection. */
  readonly connection: string | null;
  readonly side: Order['side'] | null;
  readonly owner: Order['owner'] | null;
  readonly text: string;
};
export const NO_FILTERS: Filters = { here: false, connection: null, side: null, owner: null, text: '' };

export type Filtered = {
  readonly connection: string;
  readonly market: string;
  readonly side: Order['side'];
  readonly owner: Order['owner'];
};

/** Every word has to be found somewhere in what the row says. */
export function says(text: string, said: readonly string[]): boolean {
  const words = text.toLowerCase().replaceAll('/', '_').split(/\s+/).filter(Boolean);
  const all = said.join(' ').toLowerCase();
  return words.every((word) => all.includes(word));
}

export function wants(filters: Filters, market: string, row: Filtered, said: readonly string[]): boolean {
  const { here, connection, side, owner, text } = filters;
  return (
    (!here || row.market === market) &&
    (connection === null || row.connection === connection) &&
    (side === null || row.side === side) &&
    (owner === null || row.owner === owner) &&
    (text.trim() === '' || says(text, said))
  );
}

/** How many are set besides the market, which has a switch of its own. */
export const countSet = ({ connection, side, owner, text }: Filters): number =>
  [connection, side, owner, text.trim() || null].filter((one) => one !== null).length;

export type View = { readonly tab: Tab; readonly here: boolean };
const KEPT_AS = 'gapless-trade-tables';

/** What a person looked at last; text and choices begin anew each day, or rows would seem lost. */
export function readView(text: string | null): View {
  try {
    const { tab, here } = JSON.parse(text ?? '{}') as { tab?: unknown; here?: unknown };
    return { tab: TABS.find((one) => one === tab) ?? 'open', here: here === true };
  } catch {
    return { tab: 'open', here: false };
  }
}

export function recallView(): View {
  try {
    return readView(localStorage.getItem(KEPT_AS));
  } catch {
    return readView(null);
  }
}

export function keepView(view: View): void {
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(view));
  } catch {
    // Remembered for this tab only.
  }
}
