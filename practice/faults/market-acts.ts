import { Decimal } from '../../src/core/decimal.ts';
import { done, refuse } from '../accounts/outcome.ts';
import type { MarketRules, MarketStatus } from '../engine/market-spec.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { UntimedCommand } from '../exchange/writer.ts';
import type { Outcome } from '../ports.ts';
import type { Acted, Deed } from './fault-switch.ts';
import type { Terms } from './parameters.ts';

/** What the owner of a market may do to it. Each gives the way back. */

type Done = Promise<Outcome<Acted>>;

/** Null where it was done, else why not. */
export async function command(exchange: DurableExchange, order: UntimedCommand): Promise<Outcome<null>> {
  const outcome = await exchange.submit(order);
  switch (outcome.kind) {
    case 'impossible':
      return refuse('command-impossible', outcome.message);
    case 'not-taken':
      return refuse('exchange-not-taking', `The exchange takes nothing now: ${outcome.reason}.`);
    case 'done':
      return outcome.reply.ok
        ? done(null)
        : refuse('command-refused', Object.values(outcome.reply.errors).flat().join(' '));
  }
}

function marketNamed({ world, terms }: Deed) {
  const view = terms.market === null ? null : world.exchange.query.market(terms.market);
  return view === null ? refuse('market-unknown', 'There is no such market.') : done(view);
}

export async function marketStatus(deed: Deed, status: MarketStatus): Done {
  const { exchange } = deed.world;
  const found = marketNamed(deed);
  if (!found.ok) return found;
  const { spec, status: before } = found.value;
  const outcome = await command(exchange, { kind: 'market-status', market: spec.name, status });
  if (!outcome.ok) return outcome;
  return done({
    undo: () => command(exchange, { kind: 'market-status', market: spec.name, status: before }),
    subject: `status of ${spec.name}`,
  });
}

/** What is not given stays as it is, or changes as `coarser` says. */
export async function marketRules(deed: Deed, coarser: (rules: MarketRules) => Partial<MarketRules>): Done {
  const { exchange } = deed.world;
  const found = marketNamed(deed);
  if (!found.ok) return found;
  const { spec, rules: before } = found.value;
  const rules = { ...before, ...coarser(before), ...givenRules(deed.terms) };
  const outcome = await command(exchange, { kind: 'market-rules', market: spec.name, rules });
  if (!outcome.ok) return outcome;
  return done({
    undo: () => command(exchange, { kind: 'market-rules', market: spec.name, rules: before }),
    subject: `rules of ${spec.name}`,
  });
}

export function givenRules({ stockPrec, moneyPrec, minAmount, minTotal }: Terms): Partial<MarketRules> {
  return {
    ...(stockPrec === null ? {} : { stockPrec }),
    ...(moneyPrec === null ? {} : { moneyPrec }),
    ...(minAmount === null ? {} : { minAmount }),
    ...(minTotal === null ? {} : { minTotal }),
  };
}

/** Steps ten times as large (a hundred times where `places` is 2), and at least one step as the minimum. */
export function coarserBy(places: number): (rules: MarketRules) => Partial<MarketRules> {
  return ({ stockPrec, moneyPrec, minAmount }) => ({
    stockPrec: stockPrec - places,
    moneyPrec: Math.max(0, moneyPrec - places),
    minAmount: Decimal.max(minAmount, Decimal.power(places - stockPrec)),
  });
}

/** Rates of one account on one market, or on all of them. */
export async function accountFees({ world, terms, account }: Deed): Done {
  const { exchange } = world;
  const { maker, taker } = terms;
  if (account === null || maker === null || taker === null)
    return refuse('parameter-missing', 'Name the account and both rates.');
  const names = terms.market === null ? exchange.opening.listings.map(({ name }) => name) : [terms.market];
  const set = async (rates: { readonly maker: Decimal; readonly taker: Decimal } | null): Promise<Outcome<null>> => {
    for (const market of names) {
      const outcome = await command(exchange, { kind: 'fees', account: account.id, market, rates });
      if (!outcome.ok) return outcome;
    }
    return done(null);
  };
  const outcome = await set({ maker, taker });
  return outcome.ok ? done({ undo: () => set(null), subject: `fees of ${account.id} on ${terms.market}` }) : outcome;
}
