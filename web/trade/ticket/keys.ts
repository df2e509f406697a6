/** Single keys that act on the ticket wherever one is on Trade. */

import { useSingleKeys } from '../../frame/single-keys.ts';
import { type Form, hasPrice, KINDS, type Kind, type Side } from './form.ts';

export type TicketKeys = {
  readonly side: (side: Side) => void;
  readonly nextKind: () => void;
  readonly focus: (field: 'price' | 'amount') => void;
};

export const nextKind = (kind: Kind): Kind => KINDS[(KINDS.indexOf(kind) + 1) % KINDS.length] ?? 'limit';

/** After the side was chosen: the price where it is still missing, else the amount. */
export function firstToType({ kind, price }: Pick<Form, 'kind' | 'price'>): 'price' | 'amount' {
  return hasPrice(kind) && price === '' ? 'price' : 'amount';
}

export function useTicketKeys(keys: TicketKeys): void {
  useSingleKeys((key) => act(key, keys));
}

function act(key: string, keys: TicketKeys): boolean {
  switch (key) {
    case 'b':
      keys.side('buy');
      return true;
    case 's':
      keys.side('sell');
      return true;
    case 'm':
      keys.nextKind();
      return true;
    case 'p':
      keys.focus('price');
      return true;
    case 'a':
      keys.focus('amount');
      return true;
    default:
      return false;
  }
}
