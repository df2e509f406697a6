import * as z from 'zod';
import { Decimal } from '../../src/core/decimal.ts';
import { done, refuse } from '../accounts/outcome.ts';
import { RATE_PLACES } from '../engine/limits.ts';
import type { MarketView } from '../engine/queries.ts';
import { restOrder } from '../engine/render.ts';
import { textOf } from '../engine/scale.ts';
import { limitOrder, place } from '../faults/hand.ts';
import { command as carriedOut } from '../faults/market-acts.ts';
import { PARAMETERS } from '../faults/parameters.ts';
import { type Command, type ControlParts, command, email, named } from './command.ts';

/** What the owner of an exchange can do to markets, orders, fees and sockets. */

const MARKET_STATUSES = ['open', 'post-only', 'halted', 'delisted'] as const;
const { stockPrec, moneyPrec, minAmount, minTotal, amount, price, maker, taker, market, closeCode } = PARAMETERS;
const CLOSE_CODE = 1001;

export function tradingCommands(parts: ControlParts): Record<string, Command> {
  return { ...marketCommands(parts), ...orderCommands(parts), ...socketCommands(parts) };
}

function marketCommands({ exchange }: ControlParts): Record<string, Command> {
  const view = (name: string) => {
    const found = exchange.query.market(name);
    return found === null ? refuse('market-unknown', 'There is no such market.') : done({ market: shownMarket(found) });
  };
  return {
    'markets/status': command(z.strictObject({ market, status: z.enum(MARKET_STATUSES).optional() }), async (input) => {
      const { status } = input;
      if (status === undefined) return view(input.market);
      const outcome = await carriedOut(exchange, { kind: 'market-status', market: input.market, status });
      return outcome.ok ? view(input.market) : outcome;
    }),
    'markets/rules': command(
      z.strictObject({
        market,
        stockPrec: stockPrec.optional(),
        moneyPrec: moneyPrec.optional(),
        minAmount: minAmount.optional(),
        minTotal: minTotal.optional(),
        maxTotal: minTotal.optional(),
      }),
      async ({ market: name, ...changes }) => {
        const found = exchange.query.market(name);
        if (found === null) return refuse('market-unknown', 'There is no such market.');
        const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
        const rules = { ...found.rules, ...given };
        const outcome = await carriedOut(exchange, { kind: 'market-rules', market: name, rules });
        return outcome.ok ? view(name) : outcome;
      },
    ),
  };
}

function shownMarket({ spec, status, rules, lastTicks }: MarketView): unknown {
  return {
    name: spec.name,
    status,
    last: lastTicks === null ? null : textOf(BigInt(lastTicks), spec.tickScale),
    stockPrec: rules.stockPrec,
    moneyPrec: rules.moneyPrec,
    minAmount: rules.minAmount.toString(),
    minTotal: rules.minTotal.toString(),
    maxTotal: rules.maxTotal.toString(),
    makerFee: textOf(rules.makerRate, RATE_PLACES),
    takerFee: textOf(rules.takerRate, RATE_PLACES),
  };
}

function orderCommands({ accounts, exchange }: ControlParts): Record<string, Command> {
  return {
    'orders/force-cancel': command(
      z.strictObject({ email, market: market.optional(), orderId: z.int().optional() }),
      (input) =>
        named(accounts, input.email, ({ id }) => {
          const { market: name, orderId } = input;
          if (orderId === undefined)
            return carriedOut(exchange, { kind: 'cancel-all', account: id, market: name ?? null, types: null });
          if (name === undefined) return refuse('market-missing', 'An order id needs its market.');
          return carriedOut(exchange, { kind: 'cancel', account: id, order: { market: name, orderId } });
        }),
    ),
    'orders/place': command(
      z.strictObject({
        email,
        market,
        side: z.enum(['buy', 'sell']),
        amount,
        price,
        ioc: z.boolean().default(false),
        clientOrderId: PARAMETERS.clientOrderId.nullable().default(null),
      }),
      ({ email: address, ...order }) =>
        named<unknown>(accounts, address, async ({ id }) => {
          const reply = await place({ exchange }, id, limitOrder(order));
          if (typeof reply === 'string') return refuse('order-refused', reply);
          return reply.ok
            ? done({ order: restOrder(reply.order) })
            : refuse('order-refused', Object.values(reply.errors).flat().join(' '));
        }),
    ),
    'fees/set': command(z.strictObject({ email, market, maker: maker.nullable(), taker: taker.nullable() }), (input) =>
      named(accounts, input.email, ({ id }) => {
        const { maker: own, taker: other } = input;
        if ((own === null) !== (other === null))
          return refuse('rates-incomplete', 'Give both rates, or null for both to go back to the listed ones.');
        const rates = own === null || other === null ? null : { maker: own, taker: other };
        if (rates !== null && [rates.maker, rates.taker].some((rate) => rate.sign() < 0 || rate.gt(Decimal.ONE)))
          return refuse('rate-invalid', 'A rate is a ratio between 0 and 1: 0.001 is 0.1 %.');
        return carriedOut(exchange, { kind: 'fees', account: id, market: input.market, rates });
      }),
    ),
  };
}

function socketCommands({ accounts, sockets }: ControlParts): Record<string, Command> {
  const who = { email: z.string().optional(), connection: z.int().optional() };
  const chosen = (input: { readonly email?: string | undefined; readonly connection?: number | undefined }) => {
    const account = input.email === undefined ? null : accounts.accountByEmail(input.email);
    return sockets()
      .filter((socket) => input.email === undefined || (account !== null && socket.account === account.id))
      .filter(({ connection }) => input.connection === undefined || connection === input.connection);
  };
  return {
    'sockets/list': command(z.strictObject(who), (input) =>
      done({
        sockets: chosen(input).map(({ connection, account, channels }) => ({
          connection,
          email: account === null ? null : (accounts.account(account)?.email ?? null),
          channels,
        })),
      }),
    ),
    'sockets/close': command(z.strictObject({ ...who, code: closeCode.default(CLOSE_CODE) }), (input) => {
      const found = chosen(input);
      for (const socket of found) socket.close(input.code);
      return done({ count: found.length });
    }),
    'sockets/cut': command(z.strictObject(who), (input) => {
      const found = chosen(input);
      for (const socket of found) socket.cut();
      return done({ count: found.length });
    }),
    'sockets/freeze': command(z.strictObject(who), (input) => {
      const found = chosen(input);
      for (const socket of found) socket.freeze();
      return done({ count: found.length });
    }),
  };
}
