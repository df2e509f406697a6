/** A person's own limits of an account, on the wire and back. */

import type * as wire from '../../contract/trading.ts';
import type { Limits } from '../../engine/limits.ts';
import { Refusal } from '../refusal.ts';
import { exact } from './trading-desk-words.ts';

export function limitsView(limits: Limits): wire.Limits {
  return {
    largestOrder: limits.largestOrder.map(({ asset, amount }) => ({ asset, amount: amount.toString() })),
    openOrdersMax: limits.openOrdersMax,
    openOrdersPerMarketMax: limits.openOrdersPerMarketMax,
    adverseRatioMax: limits.adverseRatioMax.toString(),
    passiveRatioMax: limits.passiveRatioMax?.toString() ?? null,
  };
}

/** Which markets is custody's to say, and stays as it is here. Throws the refusal. */
export function limitsOf(wanted: wire.Limits, before: Limits): Limits {
  const notBelowZero = (text: string, field: string) => {
    const value = exact(text, field);
    if (value.sign() >= 0) return value;
    throw new Refusal('bad_request', `${field}: below zero.`, 'Give zero or more.', { field });
  };
  const assets = wanted.largestOrder.map(({ asset }) => asset);
  if (new Set(assets).size < assets.length) {
    const field = 'largestOrder';
    throw new Refusal('bad_request', 'An asset stands there twice.', 'Name each asset once.', { field });
  }
  return {
    largestOrder: wanted.largestOrder.map(({ asset, amount }) => ({
      asset,
      amount: notBelowZero(amount, 'largestOrder.amount'),
    })),
    openOrdersMax: wanted.openOrdersMax,
    openOrdersPerMarketMax: wanted.openOrdersPerMarketMax,
    adverseRatioMax: notBelowZero(wanted.adverseRatioMax, 'adverseRatioMax'),
    passiveRatioMax: wanted.passiveRatioMax === null ? null : notBelowZero(wanted.passiveRatioMax, 'passiveRatioMax'),
    markets: before.markets,
  };
}
