/** The trading half of the port between Gapless and an exchange. Runs behind custody, with the key. */

import type { ClientOrderId } from '../core/ids.ts';
import type { OrderTerms, Quantity, Side } from '../core/order.ts';
import type { FindResult, Outcome, Snapshot, VenueProfile } from '../core/report.ts';
import type { Answer } from './venue.ts';

export type PlaceOrder = {
  readonly clientId: ClientOrderId;
  readonly market: string;
  readonly side: Side;
  readonly terms: OrderTerms;
  readonly quantity: Quantity;
};

/** By the exchange's id where it is known, by ours otherwise. One of the two is there. */
export type OrderName = { readonly clientId: string | null; readonly venueId: string | null; readonly market: string };

export type FindOrder = OrderName & {
  /** By our clock: the order was not sent before this. */
  readonly sinceMs: number;
};

/**
 * Every write is sent once and ends in one of four outcomes; none is ever sent again from here. Nothing throws for what
 * an exchange or a network does.
 */
export interface TradingVenue {
  place(order: PlaceOrder): Promise<Outcome>;
  /** Up to `bulk.place` limit orders of one market in one request; one outcome each, in the order given. */
  placeMany(orders: readonly PlaceOrder[]): Promise<readonly Outcome[]>;
  cancel(order: OrderName): Promise<Outcome>;
  cancelMany(orders: readonly OrderName[]): Promise<readonly Outcome[]>;
  /** Every spot order of the market, whoever placed it. Accepted says that it was taken, not which orders there were. */
  cancelAll(market: string): Promise<Outcome>;
  /** The exchange cancels everything on the market unless this is sent again in time; null switches that off. */
  killSwitch(market: string, timeoutSec: number | null): Promise<Outcome>;
  find(order: FindOrder): Promise<FindResult>;
  /** `cursor`: of the snapshot before, or null for the first. */
  snapshot(cursor: string | null): Promise<Answer<Snapshot>>;
  /** Opens the private channels of one stream; good once and for a short time. */
  streamToken(): Promise<Answer<string>>;
  /** Orders that one request takes. */
  readonly bulk: { readonly place: number; readonly cancel: number };
  readonly profile: VenueProfile;
}
