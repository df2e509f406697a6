/** A known mistake in the place of a part that is right; the tester has to see it. */

import type { CustodyClient } from '../../src/custody/client.ts';
import type { TradeStore } from '../../src/store/trade-store.ts';
import type { Loop } from './loop.ts';
import type { Wire } from './wire.ts';
import type { World } from './world.ts';

type Client = Pick<CustodyClient, 'request'>;
type CustodyWire = Pick<Wire, 'http' | 'open' | 'forget'>;

export type Mistake = {
  /** Changes what it must; what it gives undoes that. */
  readonly begin: (world: World) => () => void;
  readonly wrapStore: (store: TradeStore, loop: Loop) => TradeStore;
  readonly wrapClient: (client: Client) => Client;
  readonly wrapWire: (wire: CustodyWire) => CustodyWire;
};

export const NO_MISTAKE: Mistake = {
  begin: () => () => {},
  wrapStore: (store) => store,
  wrapClient: (client) => client,
  wrapWire: (wire) => wire,
};
