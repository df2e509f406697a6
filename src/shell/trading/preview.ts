/** What an order would do, told before it is sent, by the code that decides when it is. */

import type { OrderPreview, OrderProblem } from '../../contract/trading.ts';
import type { Decimal } from '../../core/decimal.ts';
import type { Instrument } from '../../core/instrument.ts';
import { limitPrice, type OrderDraft } from '../../core/order.ts';
import type { PolicyView } from '../../custody/trade-protocol.ts';
import type { AccountQuery } from '../../engine/account.ts';
import type { Refusal } from '../../engine/applied.ts';
import type { MarketNow, PlaceWish } from '../../engine/events.ts';
import { type PolicyProblem, policyProblems } from './policy-check.ts';
import type { AccountRunner } from './ports.ts';
import { type Figures, figuresOf, shrunk } from './preview-figures.ts';
import { percentOf, stepped } from './preview-numbers.ts';
import { fitProblemOf, lessLabel, mendTo, refusalProblem, tightest } from './preview-problems.ts';
import { sentAsOf, sentenceOf } from './preview-sentence.ts';

/** There are five confirmations; each may be asked for once. */
const CONFIRMATIONS_MAX = 5;
/** A tick of a dear market is far less than a hundredth of a percent, and on which side it is matters. */
const DISTANCE_PLACES = 8;

type Asked = {
  readonly runner: Pick<AccountRunner, 'preview' | 'query'>;
  readonly wish: PlaceWish;
  /** Null where custody does not tell it now: then only custody itself can refuse by it. */
  readonly policy: PolicyView | null;
  readonly unitPrice: Decimal | null;
};

export function previewOrder({ runner, wish, policy, unitPrice }: Asked): OrderPreview {
  const { query } = runner;
  const { draft, now } = wish;
  const instrument = query.instrument(wish.market);
  const { refusals, after } = refusalsOf(runner, wish);
  if (instrument === null) return bare(refusals);
  const figures = figuresOf(draft, instrument, now, query.machine.profile);
  const told = { draft, instrument, figures, now, bandPercent: policy?.limits.bandPercent ?? null };
  const kept = policy === null ? [] : policyProblems({ query, instrument, draft, now, policy, unitPrice });
  // Custody says the same of the price, and lets nobody confirm it.
  const isBarred = kept.some(({ code, field }) => code === 'custody_price_band' && field === 'price');
  const said = [...refusals, ...missingOf(refusals, query, figures)].filter(
    ({ code }) => !(isBarred && code === 'far-from-market'),
  );
  const problems = tightest([
    ...said.flatMap((refused) => problemsOf(refused, { query, instrument, draft, now, figures })),
    ...kept.map((problem) => policyProblem(problem, instrument)),
  ]);
  return {
    sentence: sentenceOf(told),
    problems,
    quantityBase: figures.base?.toString() ?? null,
    value: figures.value?.toString() ?? null,
    fee: figures.fee === null ? null : { asset: figures.fee.asset, amount: figures.fee.amount.toString() },
    after: afterOf(figures, query, after),
    distancePercent: distanceOf(draft, now),
    sentAs: sentAsOf(told),
  };
}

/** The machine names one refusal at a time; each that can be confirmed is confirmed for the next to show. */
function refusalsOf(runner: Asked['runner'], wish: PlaceWish): { refusals: Refusal[]; after: AccountQuery | null } {
  const refusals: Refusal[] = [];
  let { confirmations } = wish;
  for (let tries = 0; tries <= CONFIRMATIONS_MAX; tries += 1) {
    const { applied, query } = runner.preview({ ...wish, confirmations });
    if (applied.refused === null) return { refusals, after: query };
    refusals.push(applied.refused);
    const { confirm } = applied.refused;
    if (confirm === null || confirmations.includes(confirm)) break;
    confirmations = [...confirmations, confirm];
  }
  return { refusals, after: null };
}

/** The machine stops at a limit before it looks at the money; a person wants to hear of the money first. */
function missingOf(refusals: readonly Refusal[], query: AccountQuery, { need }: Figures): Refusal[] {
  if (need === null || !refusals.some(({ code }) => code === 'too-large')) return [];
  const available = query.available(need.asset);
  if (available.gte(need.amount)) return [];
  const cause = `It takes ${need.amount.toString()} ${need.asset}; ${available.toString()} is free.`;
  return [{ code: 'not-enough', cause, cure: 'Make it smaller.', confirm: null, problems: [], againAtMs: null }];
}

function problemsOf(
  refused: Refusal,
  judged: {
    readonly query: AccountQuery;
    readonly instrument: Instrument;
    readonly draft: OrderDraft;
    readonly now: MarketNow | null;
    readonly figures: Figures;
  },
): OrderProblem[] {
  const { query, instrument, draft, figures } = judged;
  if (refused.code === 'does-not-fit' && refused.problems.length > 0)
    return refused.problems.map((problem) => fitProblemOf(problem, judged));
  const { need, value } = figures;
  const least = (allowed: Decimal, needed: Decimal): OrderProblem['mend'] => {
    const less = shrunk(draft, instrument, allowed, needed);
    return less === null ? null : mendTo(lessLabel(less, instrument), less);
  };
  if (refused.code === 'not-enough' && need !== null)
    return [refusalProblem(refused, least(query.available(need.asset), need.amount))];
  const limit = query.machine.limits.largestOrder.find(({ asset }) => asset === instrument.quote)?.amount ?? null;
  if (refused.code === 'too-large' && limit !== null && value !== null)
    return [refusalProblem(refused, least(limit, value))];
  return [refusalProblem(refused, null)];
}

function policyProblem(problem: PolicyProblem, instrument: Instrument): OrderProblem {
  const { code, field, cause, cure, mend } = problem;
  const price = mend === null ? null : limitPrice(mend.terms);
  const label =
    mend === null
      ? ''
      : field === 'price' && price !== null
        ? `Set the price to ${stepped(price, instrument.tick)}`
        : lessLabel(mend, instrument);
  return { code, field, cause, cure, mend: mend === null ? null : mendTo(label, mend), confirm: null };
}

/** By the machine where it would take the order; otherwise what would be missing is plain to see. */
function afterOf({ need }: Figures, before: AccountQuery, after: AccountQuery | null): OrderPreview['after'] {
  if (need === null) return null;
  const available = after?.available(need.asset) ?? before.available(need.asset).sub(need.amount);
  // Nothing is left of less than nothing: what is missing is said as a problem.
  return available.sign() < 0 ? null : { asset: need.asset, available: available.toString() };
}

function distanceOf({ side, terms }: OrderDraft, now: MarketNow | null): string | null {
  const price = limitPrice(terms);
  const best = (side === 'buy' ? now?.ask : now?.bid) ?? null;
  if (price === null || best === null || best.sign() <= 0) return null;
  const above = percentOf(price, best, DISTANCE_PLACES);
  return (side === 'buy' ? above : above.neg()).toString();
}

/** Of a market that nobody knows nothing can be told but that. */
function bare(refusals: readonly Refusal[]): OrderPreview {
  return {
    sentence: '',
    problems: refusals.map((refused) => refusalProblem(refused, null)),
    quantityBase: null,
    value: null,
    fee: null,
    after: null,
    distancePercent: null,
    sentAs: '',
  };
}
