/**
 * One runner for each connection that trades: begun as soon as custody is open and markets were chosen for its key,
 * ended when the connection goes, its key is only watched, or its exchange is not there.
 */

import type { Logger } from 'pino';
import type { ConnectionId, UserId, VenueId } from '../../core/ids.ts';
import type { TradingStatus } from '../../custody/trade-protocol.ts';
import type { TradeStore } from '../../store/trade-store.ts';
import type { Clock } from '../clock.ts';
import type { CustodyLink } from '../custody-link.ts';
import type { Random } from '../random.ts';
import type { CrashPoints } from './crash-points.ts';
import type { Accounts, MarketFeed } from './ports.ts';

export type TradedConnection = {
  readonly connection: ConnectionId;
  readonly owner: UserId;
  readonly venue: VenueId;
};

/** What the list of connections says of them: those whose key is kept, may trade, and whose exchange is there. */
export interface TradedConnections {
  traded(): readonly TradedConnection[];
  onChange(listener: () => void): void;
}

export type AccountsParts = {
  readonly store: TradeStore;
  readonly custody: CustodyLink;
  readonly feed: Pick<MarketFeed, 'instruments'>;
  readonly connections: TradedConnections;
  readonly clock: Clock;
  /** Milliseconds that grow at the pace of time, whatever is done to the clock. */
  readonly monotonicMs: () => number;
  readonly random: Random;
  readonly log: Logger;
  readonly crash: CrashPoints;
};

export type RunningAccounts = Accounts & {
  /** Custody's last word on halts; null before the first. */
  status(): TradingStatus | null;
  /** An answer that came with another request, such as halt: newer than what was asked for by the clock. */
  heard(status: TradingStatus): void;
  /** Markets that custody lets a key trade, as last read; null before. Empty: none was chosen yet. */
  markets(connection: ConnectionId): readonly string[] | null;
  /** The policy of a key was changed: it is read again now, and a runner begins where it was waited for. */
  policyChanged(connection: ConnectionId): void;
  stop(): Promise<void>;
};

export function createAccounts(_parts: AccountsParts): RunningAccounts {
  return {
    get: () => null,
    all: () => [],
    on: () => {},
    status: () => null,
    heard: () => {},
    markets: () => null,
    policyChanged: () => {},
    stop: async () => {},
  };
}
