/**
 * Custody's own rules, told before an order is sent. Custody decides by prices that it reads itself; this is what it
 * will most likely say, so that a person hears it at once and with the figures. What cannot be told here is left to it.
 */

import { Decimal } from '../../core/decimal.ts';
import { fitOrder } from '../../core/fit.ts';
import type { Instrument } from '../../core/instrument.ts';
import { isLive, limitPrice, type OrderDraft } from '../../core/order.ts';
import type { PolicyView } from '../../custody/trade-protocol.ts';
import type { AccountQuery } from '../../engine/account.ts';
import type { MarketNow } from '../../engine/events.ts';
import { EXTERNAL } from '../../engine/state.ts';
import { figuresOf, shrunk } from './preview-figures.ts';
import { grouped, priceText } from './preview-numbers.ts';

export type PolicyCode =
  | 'custody_market'
  | 'custody_reference'
  | 'custody_price_band'
  | 'custody_order_size'
  | 'custody_open_orders'
  | 'custody_turnover'
  | 'custody_adverse';

export type PolicyProblem = {
  readonly code: PolicyCode;
  readonly field: 'market' | 'price' | 'activation' | 'quantity' | 'order';
  readonly cause: string;
  readonly cure: string;
  readonly mend: OrderDraft | null;
};

export type PolicyCase = {
  readonly query: AccountQuery;
  readonly instrument: Instrument;
  readonly draft: OrderDraft;
  readonly now: MarketNow | null;
  readonly policy: PolicyView;
  /** USDT for one of the quote asset; null where no market tells it. */
  readonly unitPrice: Decimal | null;
};

const PLACES = 12;
const TWO = Decimal.fromInteger(2n);
/** As custody has it: a trigger farther from the market than this is not taken. */
const ACTIVATION_BAND = Decimal.parse('0.3');
/** As custody has it: with bid and ask farther apart there is no price to measure by. */
const TORN = Decimal.parse('0.02');
const WHERE = 'Change what its key may be used for under Trade, Limits; the owner approves it on this machine.';

export function policyProblems(judged: PolicyCase): readonly PolicyProblem[] {
  const { instrument, policy } = judged;
  if (!policy.limits.markets.includes(instrument.symbol)) {
    const cause = `Custody does not let this key trade ${instrument.symbol}.`;
    return [{ code: 'custody_market', field: 'market', cause, cure: WHERE, mend: null }];
  }
  return [...bookProblems(judged), ...bandProblems(judged), ...countProblems(judged), ...worthProblems(judged)];
}

function bookProblems({ instrument, now }: PolicyCase): PolicyProblem[] {
  if (now?.bid == null || now.ask === null) return [];
  const middle = now.bid.add(now.ask).div(TWO, PLACES, 'half-even');
  if (now.ask.sub(now.bid).lte(middle.mul(TORN))) return [];
  const cause = `Bid and ask of ${instrument.symbol} are more than 2 % apart: custody signs nothing by such a book.`;
  const cure = 'Wait until the book has filled up; mostly that takes seconds.';
  return [{ code: 'custody_reference', field: 'market', cause, cure, mend: null }];
}

/** The middle of the book, or the last trade: what custody's own reference is close to. */
export function fairPrice({ draft, now }: Pick<PolicyCase, 'draft' | 'now'>): Decimal | null {
  const { terms } = draft;
  const middle = now?.bid != null && now.ask !== null ? now.bid.add(now.ask).div(TWO, PLACES, 'half-even') : null;
  const market = middle ?? now?.last ?? null;
  if (market === null || terms.kind === 'limit' || terms.kind === 'market') return market;
  const waits = draft.side === 'buy' ? terms.activation.gt(market) : terms.activation.lt(market);
  return waits ? terms.activation : market;
}

/** The worst price that custody signs. */
export function bandEdge(side: OrderDraft['side'], fair: Decimal, bandPercent: string): Decimal {
  const band = ratio(bandPercent);
  return fair.mul(side === 'buy' ? Decimal.ONE.add(band) : Decimal.ONE.sub(band));
}

function bandProblems(judged: PolicyCase): PolicyProblem[] {
  const { draft, instrument, policy, now } = judged;
  const fair = fairPrice(judged);
  const { terms, side } = draft;
  const last = now?.last ?? null;
  if ((terms.kind === 'stop-limit' || terms.kind === 'stop-market') && last !== null) {
    if (terms.activation.sub(last).abs().gt(last.mul(ACTIVATION_BAND))) {
      const cause = 'The trigger is more than 30 % away from the market; custody does not sign such a stop.';
      return [{ code: 'custody_price_band', field: 'activation', cause, cure: 'Set it closer.', mend: null }];
    }
  }
  const price = limitPrice(terms);
  if (price === null || fair === null || fair.sign() <= 0) return [];
  const { bandPercent } = policy.limits;
  const edge = bandEdge(side, fair, bandPercent);
  if (side === 'buy' ? price.lte(edge) : price.gte(edge)) return [];
  const within = edge.quantize(instrument.tick, side === 'buy' ? 'floor' : 'ceil');
  const mended = { ...draft, terms: { ...terms, price: within } } as OrderDraft;
  return [
    {
      code: 'custody_price_band',
      field: 'price',
      cause: `The price is more than ${bandPercent} % beyond the market, which custody does not sign.`,
      cure: `Take at ${side === 'buy' ? 'most' : 'least'} ${priceText(within, instrument)}. ${WHERE}`,
      mend: fits(instrument, mended, now),
    },
  ];
}

function countProblems({ query, instrument, policy }: PolicyCase): PolicyProblem[] {
  const { openOrders, openPerMarket } = policy.limits;
  const here = query
    .orders()
    .filter(({ status, owner, market }) => isLive(status) && owner !== EXTERNAL && market === instrument.symbol);
  const cure = `Cancel one. ${WHERE}`;
  const told = (max: number, where: string): PolicyProblem => {
    const cause = `${max} orders are open${where}, as many as custody allows.`;
    return { code: 'custody_open_orders', field: 'order', cause, cure, mend: null };
  };
  if (policy.used.openOrders >= openOrders) return [told(openOrders, '')];
  return here.length >= openPerMarket ? [told(openPerMarket, ` in ${instrument.symbol}`)] : [];
}

function worthProblems(judged: PolicyCase): PolicyProblem[] {
  const { draft, instrument, now, policy, unitPrice, query } = judged;
  const { limits, used } = policy;
  const equity = policy.equity === null ? null : Decimal.tryParse(policy.equity);
  const fair = fairPrice(judged);
  const { base, price } = figuresOf(draft, instrument, now, query.machine.profile);
  if (equity === null || fair === null || unitPrice === null || base === null || price === null) return [];
  if (fair.sign() <= 0 || price.sign() <= 0) return [];
  const notional = base
    .mul(draft.side === 'sell' ? Decimal.max(price, fair) : price)
    .mul(unitPrice)
    .round(PLACES, 'up');
  const problems: PolicyProblem[] = [];
  const add = (code: PolicyCode, cause: string, allowed: Decimal, needed: Decimal): void => {
    const less = shrunk(draft, instrument, allowed, needed);
    const mend = less === null ? null : fits(instrument, less, now);
    problems.push({ code, field: 'quantity', cause, cure: `Make it smaller. ${WHERE}`, mend });
  };
  const largest = Decimal.max(equity.mul(ratio(limits.orderPercent)), Decimal.parse(limits.orderFloor));
  if (notional.gt(largest))
    add(
      'custody_order_size',
      `The order is worth ${usdt(notional)}; custody signs at most ${usdt(largest)} at once (${limits.orderPercent} % of the account).`,
      largest,
      notional,
    );
  const turnover = equity.mul(Decimal.parse(limits.turnover)).sub(Decimal.parse(used.turnover));
  if (notional.gt(turnover))
    add(
      'custody_turnover',
      `Custody lets ${limits.turnover} times the account be traded in 24 hours; ${usdt(turnover)} is left.`,
      turnover,
      notional,
    );
  const beyond = draft.side === 'buy' ? price.sub(fair) : fair.sub(price);
  const slip = beyond.sign() > 0 ? beyond.div(fair, PLACES, 'up') : Decimal.ZERO;
  const adverse = notional.mul(slip.add(instrument.takerFee));
  const left = equity.mul(ratio(limits.adversePercent)).sub(Decimal.parse(used.adverse));
  if (adverse.gt(left))
    add(
      'custody_adverse',
      `It may cost ${usdt(adverse)} in price and fees; of today's ${limits.adversePercent} % of the account ${usdt(left)} is left.`,
      left,
      adverse,
    );
  return problems;
}

function fits(instrument: Instrument, draft: OrderDraft, now: MarketNow | null): OrderDraft | null {
  return fitOrder(instrument, draft, now).ok ? draft : null;
}

function ratio(percent: string): Decimal {
  return Decimal.parse(percent).div(Decimal.fromInteger(100n), PLACES, 'down');
}

function usdt(value: Decimal): string {
  return `${grouped(Decimal.max(value, Decimal.ZERO).round(2, 'half-up').toFixed(2))} USDT`;
}
