/**
 * What the trading contract needs of an exchange: two accounts that trade with nobody but each other, and a market with
 * a known price.
 */

import type { Decimal } from '../../core/decimal.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { TradingVenue } from '../trading.ts';

export type TradingWorld = {
  readonly ours: TradingVenue;
  readonly others: TradingVenue;
  readonly instrument: Instrument;
  /** About what the market trades at. Nobody else has orders near it. */
  readonly price: Decimal;
  /** Both accounts hold ten of the base asset, and this much of the quote asset, free, and nothing else. */
  readonly quoteHeld: Decimal;
  readonly baseHeld: Decimal;
  /** By the clock that the venues were given. */
  nowMs(): number;
  close(): Promise<void>;
};

export type TradingWorldFactory = () => Promise<TradingWorld>;
