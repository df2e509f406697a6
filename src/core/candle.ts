/** How prices are drawn: in which steps of time, and what of each. */

/** Lengths of candles that every venue has, in seconds. Weeks and months begin as the exchange's calendar has them. */
export const INTERVAL_SEC = {
  '1s': 1,
  '10s': 10,
  '30s': 30,
  '1m': 60,
  '3m': 180,
  '5m': 300,
  '15m': 900,
  '30m': 1_800,
  '1h': 3_600,
  '2h': 7_200,
  '4h': 14_400,
  '6h': 21_600,
  '8h': 28_800,
  '12h': 43_200,
  '1d': 86_400,
  '3d': 259_200,
  '1w': 604_800,
  '1M': 2_592_000,
} as const;
export type CandleInterval = keyof typeof INTERVAL_SEC;
/** Shortest first, as a menu shows them. */
export const CANDLE_INTERVALS = Object.keys(INTERVAL_SEC) as [CandleInterval, ...CandleInterval[]];

/** Drawn, never reckoned with: numbers. */
export type DrawnCandle = [atSec: number, open: number, high: number, low: number, close: number, volumeBase: number];
