import { registerHooks } from 'node:module';

/**
 * Faults put into the engine's source while it is loaded, to see that the campaign finds them. Each replaces a text that
 * stands exactly once in its file.
 */

type PlantedFault = { readonly file: string; readonly find: string; readonly put: string };

export const PLANTED_FAULTS: Readonly<Record<string, PlantedFault>> = {
  'the newest order of a price trades first': {
    file: 'matching.ts',
    find: 'const maker = level.first;',
    put: 'const maker = level.last;',
  },
  'an order that was partly filled goes to the back of its queue': {
    file: 'matching.ts',
    find: "else tellOrder(state, 'update', maker);",
    put: `else {
      if (maker.next !== null) {
        level.ladder.remove(maker);
        level.ladder.add(maker, level.ticks, level.moneyPerLot);
      }
      tellOrder(state, 'update', maker);
    }`,
  },
  'the buyer pays the fee of the other role': {
    file: 'settle.ts',
    find: '(takerBuys ? buyer.takerRate : buyer.makerRate)',
    put: '(takerBuys ? buyer.makerRate : buyer.takerRate)',
  },
  'the fee of the seller is taken twice': {
    file: 'settle.ts',
    find: 'takeFee(state, spec.quote.ticker, sellerFee);',
    put: 'takeFee(state, spec.quote.ticker, sellerFee + sellerFee);',
  },
  'what a trade was cheaper is not given back': {
    file: 'settle.ts',
    find: 'spendFrozen(state, buyer.seat.quote, bought, money);',
    put: 'spendFrozen(state, buyer.seat.quote, bought, bought);',
  },
  'self-trade prevention does not know cn': {
    file: 'matching.ts',
    find: "if (maker.seat === taker.seat && taker.stp !== 'no') {",
    put: "if (maker.seat === taker.seat && taker.stp !== 'no' && taker.stp !== 'cn') {",
  },
  'a cancelled order keeps its money frozen': {
    file: 'life.ts',
    find: 'release(state, payingBalance(order), order.frozen);',
    put: "if (status !== 'CANCELED') release(state, payingBalance(order), order.frozen);",
  },
  'the last price stays as it was': {
    file: 'matching.ts',
    find: '  market.lastTicks = level.ticks;',
    put: '',
  },
  'stop sells are never activated': {
    file: 'matching.ts',
    find: '  collectActivated(market.stopSells, market, level.ticks);',
    put: '',
  },
  'stop orders of one price go off newest first': {
    file: 'matching.ts',
    find: '    const order = level.first;',
    put: '    const order = level.last;',
  },
  'the rest of an ioc order stays in the book': {
    file: 'matching.ts',
    find: "return taker.priceTicks === 0 || taker.ioc ? 'CANCELED' : null;",
    put: "return taker.priceTicks === 0 ? 'CANCELED' : null;",
  },
  'post-only orders may trade': {
    file: 'draft.ts',
    find: 'draft.postOnly && wouldTrade(market, draft)',
    put: 'false',
  },
  'the band of a market order ends a tick late': {
    file: 'matching.ts',
    find: 'return percent < 0 && rest !== 0 ? whole + 1 : whole;',
    put: 'return whole;',
  },
  'the band of a limit price ends a tick late': {
    file: 'draft.ts',
    find: 'isBuy ? draft.priceTicks <= edge : draft.priceTicks >= edge',
    put: 'isBuy ? draft.priceTicks <= edge + 1 : draft.priceTicks >= edge',
  },
  'a client order id stays taken': {
    file: 'life.ts',
    find: 'seat.byClientId.delete(order.clientOrderId);',
    put: "seat.byClientId.delete('');",
  },
  'the level of a cancelled order is not told': {
    file: 'life.ts',
    find: 'if (!isWaiting(order)) touchLevel(state, seat.market, level);',
    put: "if (!isWaiting(order) && status !== 'CANCELED') touchLevel(state, seat.market, level);",
  },
  'other steps of a market do not take effect': {
    file: 'engine.ts',
    find: '  market.bounds = boundsOf(market.spec, rules);',
    put: '',
  },
};

/** Before the engine is imported for the first time, in a thread of its own. Throws on an unknown name. */
export function plantFault(name: string): void {
  const fault = PLANTED_FAULTS[name];
  if (fault === undefined) throw new RangeError(`No planted fault is called ${name}`);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.endsWith(`/engine/${fault.file}`)) return loaded;
      const parts = String(loaded.source).split(fault.find);
      if (parts.length !== 2) throw new Error(`${fault.file} has the text of "${name}" ${parts.length - 1} times`);
      return { ...loaded, source: parts.join(fault.put) };
    },
  });
}
