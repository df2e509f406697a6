import { HOUSE_PREFIX } from '../exchange/house.ts';
import type { AccountId } from '../ports.ts';

/**
 * Who lives here: ordinary accounts of the house. The first maker stands near the
 * price and moves all the time, the second stands far away and seldom moves.
 */
const account = (name: string): AccountId => `${HOUSE_PREFIX}${name}` as AccountId;

export const NEAR_MAKER = account('maker-1');
export const FAR_MAKER = account('maker-2');
export const MAKERS: readonly AccountId[] = [NEAR_MAKER, FAR_MAKER];
export const TAKER = account('taker-1');
export const CAST: readonly AccountId[] = [...MAKERS, TAKER];
