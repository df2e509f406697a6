/** Orders, fills, limits, policy and halts: from the contract to the trading desk and back. */

import type { TradingDesk } from '../../shell/trading/ports.ts';
import type { Call, Handlers } from '../handler.ts';
import type { SecurityEvents } from '../people/events.ts';
import { haltsWithin, reachOf, withinReach } from '../reach.ts';

type Names =
  | 'trading.list'
  | 'trading.balances'
  | 'trading.limits.read'
  | 'trading.limits.write'
  | 'trading.policy.read'
  | 'trading.policy.first'
  | 'trading.policy.propose'
  | 'trading.policy.withdraw'
  | 'orders.preview'
  | 'orders.place'
  | 'orders.move'
  | 'orders.cancel'
  | 'orders.cancelAll'
  | 'orders.declareAbsent'
  | 'orders.read'
  | 'orders.list'
  | 'fills.list'
  | 'halt.read'
  | 'halt.now';

export function tradingHandlers(desk: TradingDesk, events: Pick<SecurityEvents, 'record'>): Handlers<Names> {
  /** Not waited for: the brake and its like answer whether or not a line about them can be written. */
  const note = (
    { who, peer }: Pick<Call<'halt.now'>, 'who' | 'peer'>,
    kind: 'halted' | 'policy-changed',
    text: string,
  ) => void events.record(who.user.id, kind, text, peer).catch(() => {});

  /** The order, for whoever may touch its market; for others it does not exist. */
  const reached = async (call: Call<'orders.read' | 'orders.move' | 'orders.cancel' | 'orders.declareAbsent'>) => {
    const { who, params } = call;
    const within = withinReach(who.token);
    within.connection(params.id);
    const order = await desk.order(who.user.id, params.id, params.order);
    within.market(order.market, 'order');
    return order;
  };

  return {
    'trading.list'({ who }) {
      const within = withinReach(who.token);
      return desk
        .accounts(who.user.id)
        .filter(({ connection }) => within.hasConnection(connection))
        .map((account) => ({ ...account, markets: account.markets.filter((market) => within.hasMarket(market)) }));
    },
    'trading.balances'({ who, params }) {
      const within = withinReach(who.token);
      within.connection(params.id);
      return desk.balances(who.user.id, params.id).filter(({ asset }) => within.hasAsset(asset));
    },
    'trading.limits.read'({ who, params }) {
      withinReach(who.token).connection(params.id);
      return desk.limits(who.user.id, params.id);
    },
    'trading.limits.write': ({ who, params, body }) => desk.setLimits(who.user.id, params.id, body),
    async 'trading.policy.read'({ who, params }) {
      const within = withinReach(who.token);
      within.connection(params.id);
      const policy = await desk.policy(who.user.id, params.id);
      if (reachOf(who.token)?.markets == null) return policy;
      // One that is bound to markets learns of no others, and not what the account is worth; a proposal names both.
      const limits = { ...policy.limits, markets: policy.limits.markets.filter((market) => within.hasMarket(market)) };
      return { ...policy, limits, equity: null, proposal: null };
    },
    async 'trading.policy.first'(call) {
      const policy = await desk.firstMarkets(call.who.user.id, call.params.id, call.body.markets);
      note(call, 'policy-changed', `Chose ${call.body.markets.length} markets for a key to trade.`);
      return policy;
    },
    async 'trading.policy.propose'(call) {
      const policy = await desk.proposePolicy(call.who.user.id, call.params.id, call.body.limits);
      const words = policy.proposal?.words.join(' ') ?? 'Tightened what a key may do.';
      note(call, 'policy-changed', policy.proposal === null ? words : `Proposed: ${words}`);
      return policy;
    },
    async 'trading.policy.withdraw'(call) {
      const policy = await desk.withdrawPolicy(call.who.user.id, call.params.id, call.body.proposal);
      note(call, 'policy-changed', 'Withdrew a proposal about what a key may do.');
      return policy;
    },

    'orders.preview'({ who, body }) {
      withinReach(who.token).both(body.connection, body.market);
      return desk.preview(who.user.id, body);
    },
    'orders.place'({ who, body }) {
      withinReach(who.token).both(body.connection, body.market);
      return desk.place(who.user.id, body);
    },
    async 'orders.move'(call) {
      await reached(call);
      return desk.move(call.who.user.id, call.params.id, call.params.order, call.body);
    },
    async 'orders.cancel'(call) {
      await reached(call);
      return desk.cancel(call.who.user.id, call.params.id, call.params.order);
    },
    async 'orders.cancelAll'({ who, body }) {
      withinReach(who.token).both(body.connection, body.market);
      return { asked: await desk.cancelAll(who.user.id, body.connection, body.market, reachOf(who.token)) };
    },
    async 'orders.declareAbsent'(call) {
      await reached(call);
      return desk.declareAbsent(call.who.user.id, call.params.id, call.params.order);
    },
    'orders.read': reached,
    async 'orders.list'({ who, query }) {
      const within = withinReach(who.token);
      within.both(query.connection ?? null, query.market ?? null);
      const { orders, next } = await desk.orders(who.user.id, { ...query, ...within.narrowed(query) });
      return { orders: orders.filter((order) => within.has(order.connection, order.market)), next };
    },
    async 'fills.list'({ who, query }) {
      const within = withinReach(who.token);
      within.both(query.connection ?? null, query.market ?? null);
      const { fills, next } = await desk.fills(who.user.id, { ...query, ...within.narrowed(query) });
      return { fills: fills.filter((fill) => within.has(fill.connection, fill.market)), next };
    },

    async 'halt.read'({ who }) {
      const within = withinReach(who.token);
      return haltsWithin(await desk.haltState(who.user.id), within);
    },
    async 'halt.now'(call) {
      const { who, body } = call;
      const within = withinReach(who.token);
      within.both(body.connection, null);
      const user = { id: who.user.id, isOwner: who.user.role === 'owner' };
      const reach = reachOf(who.token);
      // A token for some connections halts those, whoever made it; its cancellations keep to its markets too.
      const own = new Set(desk.accounts(who.user.id).map(({ connection }) => connection));
      const bound = body.connection === null ? (reach?.connections?.filter((id) => own.has(id)) ?? null) : null;
      const halted = bound ?? [body.connection];
      const cancelHere = body.cancelOrders && reach === null;
      const states = await Promise.all(
        halted.map((connection) => desk.halt(user, { connection, why: body.why, cancelOrders: cancelHere })),
      );
      note(call, 'halted', body.connection === null ? 'Halted trading.' : 'Halted a connection.');
      if (body.cancelOrders && reach !== null) {
        void desk.cancelAll(who.user.id, body.connection, null, reach).catch(() => {});
      }
      const [only] = states;
      const state = only !== undefined && states.length === 1 ? only : await desk.haltState(who.user.id);
      return haltsWithin(state, within);
    },
  };
}
