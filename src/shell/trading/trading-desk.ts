/** The face of trading: what the server may ask, for one person at a time. Rows of another person do not exist. */

import type { LiveMessage } from '../../contract/live.ts';
import type * as wire from '../../contract/trading.ts';
import { Decimal } from '../../core/decimal.ts';
import type { ConnectionId, UserId, VenueId } from '../../core/ids.ts';
import type { PolicyView } from '../../custody/trade-protocol.ts';
import type { Applied } from '../../engine/applied.ts';
import type { MoveWish, OrderKey, PlaceWish } from '../../engine/events.ts';
import type { TradeStore } from '../../store/trade-store.ts';
import type { Clock } from '../clock.ts';
import type { CommandLine } from '../command-line.ts';
import type { Connections } from '../connections.ts';
import type { CustodyLink } from '../custody-link.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { DeskVenues } from '../venues.ts';
import type { RunningAccounts } from './accounts.ts';
import { madeBefore } from './asked-before.ts';
import { haltNow, haltsNow, haltView, mustPassReduceOnly, saleProblem } from './halt.ts';
import { PolicyBook } from './policy-book.ts';
import { policyProblems } from './policy-check.ts';
import type {
  AccountRunner,
  FillsAsk,
  MarketFeed,
  MoveAsk,
  OrdersAsk,
  PlaceAsk,
  Reach,
  Told,
  TradingDesk,
} from './ports.ts';
import { previewOrder } from './preview.ts';
import { DeskAccounts } from './trading-desk-accounts.ts';
import { cancelOrder, cancelOrders, tellAccount } from './trading-desk-asks.ts';
import { limitsOf, limitsView } from './trading-desk-limits.ts';
import { readFills, readOrder, readOrders } from './trading-desk-lists.ts';
import { TradingNews } from './trading-desk-news.ts';
import { movedDraft, moveWish, placeWish } from './trading-desk-wishes.ts';
import { listMarkets } from './view-markets.ts';
import { balancesView, liveOrderView } from './view-order.ts';

/** What custody counts everything in. */
const UNIT = 'USDT';

export type TradingDeskParts = {
  readonly accounts: Omit<RunningAccounts, 'stop'>;
  readonly feed: MarketFeed;
  readonly store: TradeStore;
  readonly custody: CustodyLink;
  readonly connections: Pick<Connections, 'list' | 'view' | 'stored'>;
  readonly venues: DeskVenues;
  readonly clock: Clock;
  readonly command: CommandLine;
  readonly publish: (userId: string, message: LiveMessage) => void;
  /** Whether anybody looks: words are made for nobody otherwise. */
  readonly isWatched: (userId: string) => boolean;
};

export function createTradingDesk(parts: TradingDeskParts): TradingDesk {
  return new Desk(parts);
}

const ONLY_OWNERS_HALT_ALL = 'What others trade is halted by them, by an owner of the desk, or at the command line.';

class Desk implements TradingDesk {
  readonly #parts: TradingDeskParts;
  readonly #accounts: DeskAccounts;
  readonly #policies: PolicyBook;
  readonly #news: TradingNews;

  constructor(parts: TradingDeskParts) {
    this.#parts = parts;
    this.#accounts = new DeskAccounts(parts);
    this.#policies = new PolicyBook(parts, (connection) => {
      parts.accounts.policyChanged(connection);
      this.#news.accountChanged(connection);
    });
    this.#news = new TradingNews(parts, this.#accounts);
  }

  markets(_userId: string, venue: VenueId | null): Promise<wire.Market[]> {
    return listMarkets(this.#parts.venues, this.#parts.feed, venue);
  }

  accounts(userId: string): wire.TradingAccount[] {
    return this.#accounts.views(userId);
  }

  balances(userId: string, connection: string): wire.TradeBalance[] {
    return balancesView(this.#accounts.runner(userId, connection).query);
  }

  limits(userId: string, connection: string): wire.Limits {
    return limitsView(this.#accounts.runner(userId, connection).query.machine.limits);
  }

  async setLimits(userId: string, connection: string, limits: wire.Limits): Promise<wire.Limits> {
    const runner = this.#accounts.runner(userId, connection);
    await this.#tell(runner, { kind: 'limits', limits: limitsOf(limits, runner.query.machine.limits) });
    return limitsView(runner.query.machine.limits);
  }

  policy(userId: string, connection: string): Promise<wire.Policy> {
    return this.#policies.read(this.#accounts.whose(userId, connection));
  }

  firstMarkets(userId: string, connection: string, markets: readonly string[]): Promise<wire.Policy> {
    return this.#policies.firstMarkets(this.#accounts.whose(userId, connection), markets);
  }

  proposePolicy(userId: string, connection: string, limits: wire.Policy['limits']): Promise<wire.Policy> {
    return this.#policies.propose(this.#accounts.whose(userId, connection), limits);
  }

  withdrawPolicy(userId: string, connection: string, proposal: string): Promise<wire.Policy> {
    return this.#policies.withdraw(this.#accounts.whose(userId, connection), proposal);
  }

  async preview(userId: string, ask: Omit<PlaceAsk, 'requestId'>): Promise<wire.OrderPreview> {
    const runner = this.#accounts.runner(userId, ask.connection);
    const now = await this.#parts.feed.fresh(runner.venue, ask.market, userId);
    const wish = { ...placeWish(userId, { ...ask, requestId: 'preview' }), now };
    const policy = await this.#policies.recent(runner);
    const unitPrice = await this.#unitPrice(runner, ask.market);
    const told = previewOrder({ runner, wish, policy, unitPrice });
    const { accounts, command } = this.#parts;
    const order = { connection: runner.connection, market: ask.market, side: wish.draft.side };
    const only = saleProblem(accounts.status(), order, command);
    return only === null ? told : { ...told, problems: [only, ...told.problems] };
  }

  async place(userId: string, ask: PlaceAsk): Promise<wire.Order> {
    const asked = placeWish(userId, ask);
    return this.#once(userId, ask.connection, asked, async (runner) => {
      const wish = { ...asked, now: await this.#parts.feed.fresh(runner.venue, ask.market, userId) };
      // Refused by the machine, or met by a request that came meanwhile: it says so itself.
      const isNew = runner.preview(wish).applied.commands.some(({ kind }) => kind === 'place');
      if (isNew) await this.#mustBeAllowed(runner, wish, await this.#policies.recent(runner));
      return wish;
    });
  }

  async move(userId: string, connection: string, order: string, ask: MoveAsk): Promise<wire.Order> {
    const asked = moveWish(userId, order as OrderKey, ask);
    return this.#once(userId, connection, asked, async (runner) => {
      const { market } = await this.order(userId, connection, order);
      const wish = { ...asked, now: await this.#parts.feed.fresh(runner.venue, market, userId) };
      const draft = movedDraft(runner.query.order(wish.order), wish);
      // The old order is cancelled first: what custody would refuse afterwards, or may, must not begin.
      const about = { market, draft, now: wish.now };
      if (draft !== null) await this.#mustBeAllowed(runner, { ...about, draft }, await this.#policies.certain(runner));
      return wish;
    });
  }

  async cancel(userId: string, connection: string, order: string): Promise<wire.Order> {
    const runner = this.#accounts.runner(userId, connection);
    const key = await cancelOrder(runner, userId as UserId, order as OrderKey, this.#parts.clock.nowMs());
    return this.#told(userId, runner, key);
  }

  async cancelAll(
    userId: string,
    connection: string | null,
    market: string | null,
    reach: Reach | null,
  ): Promise<number> {
    const runners = connection === null ? this.#accounts.runners(userId) : [this.#accounts.runner(userId, connection)];
    const reached = runners.filter((runner) => reach?.connections?.includes(runner.connection) ?? true);
    const markets = market !== null ? [market] : (reach?.markets ?? [null]);
    const nowMs = this.#parts.clock.nowMs();
    const asked = await Promise.allSettled(
      reached.flatMap((runner) => markets.map((one) => cancelOrders(runner, userId as UserId, one, nowMs))),
    );
    const count = asked.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value : 0), 0);
    const failed = asked.find((one) => one.status === 'rejected');
    // What went out counts, whatever happened at another account; its own orders still stand and say why.
    if (count === 0 && failed !== undefined) throw failed.reason;
    return count;
  }

  async declareAbsent(userId: string, connection: string, order: string): Promise<wire.Order> {
    const runner = this.#accounts.runner(userId, connection);
    const by = { user: userId as UserId, bot: null };
    return this.#ordered(userId, runner, { kind: 'declare-absent', by, order: order as OrderKey });
  }

  async order(userId: string, connection: string, order: string): Promise<wire.Order> {
    const whose = this.#accounts.whose(userId, connection);
    return readOrder(this.#parts, whose, order);
  }

  orders(userId: string, ask: OrdersAsk): Promise<{ orders: wire.Order[]; next: string | null }> {
    if (ask.connection !== undefined) this.#accounts.whose(userId, ask.connection);
    return readOrders(this.#parts, this.#accounts.runners(userId), userId as UserId, ask);
  }

  fills(userId: string, ask: FillsAsk): Promise<{ fills: wire.Fill[]; next: string | null }> {
    if (ask.connection !== undefined) this.#accounts.whose(userId, ask.connection);
    return readFills(this.#parts, userId as UserId, ask);
  }

  async haltState(userId: string): Promise<wire.HaltState> {
    return haltView(await haltsNow(this.#parts), this.#accounts.ids(userId), this.#parts.command);
  }

  async halt(
    user: { readonly id: string; readonly isOwner: boolean },
    ask: { readonly connection: string | null; readonly why: string; readonly cancelOrders: boolean },
  ): Promise<wire.HaltState> {
    const own = [...this.#accounts.ids(user.id)] as ConnectionId[];
    const one = ask.connection === null ? null : this.#accounts.whose(user.id, ask.connection).connection;
    const meant = one !== null ? [one] : user.isOwner ? null : own;
    if (meant?.length === 0)
      throw new Refusal('not_trading', 'None of your connections trades: nothing was halted.', ONLY_OWNERS_HALT_ALL);
    const why = ask.why.trim() === '' ? 'somebody pressed Halt' : ask.why.trim();
    try {
      await haltNow(this.#parts, meant, why);
    } finally {
      if (ask.cancelOrders) this.#cancelOf(user.id as UserId, meant);
      this.#news.haltsChanged();
    }
    return haltView(this.#parts.accounts.status(), this.#accounts.ids(user.id), this.#parts.command);
  }

  everything(userId: string): LiveMessage[] {
    return this.#news.everything(userId);
  }

  /** Not waited for: the brake answers at once, and a store that is stuck must not hold it up. */
  #cancelOf(user: UserId, connections: readonly ConnectionId[] | null): void {
    const nowMs = this.#parts.clock.nowMs();
    for (const runner of this.#parts.accounts.all()) {
      if (connections !== null && !connections.includes(runner.connection)) continue;
      void cancelOrders(runner, user, null, nowMs).catch(() => {});
    }
  }

  /** `judge` throws the refusal; the same request again is answered by its order, whatever would be said to another now. */
  async #once<Wish extends PlaceWish | MoveWish>(
    userId: string,
    connection: string,
    asked: Wish,
    judge: (runner: AccountRunner) => Promise<Wish>,
  ): Promise<wire.Order> {
    const whose = this.#accounts.whose(userId, connection);
    try {
      const runner = this.#accounts.runner(userId, connection);
      const wish = runner.query.hasRequest(asked.requestId) ? asked : await judge(runner);
      return await this.#ordered(userId, runner, wish);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.order(userId, connection, await madeBefore(this.#parts.store, whose, asked, error));
    }
  }

  /** Throws the refusal by a rule of custody's that is known here. */
  async #mustBeAllowed(
    runner: AccountRunner,
    { market, draft, now }: Pick<PlaceWish, 'market' | 'draft' | 'now'>,
    policy: PolicyView | null,
  ) {
    const order = { connection: runner.connection, market, side: draft.side };
    mustPassReduceOnly(this.#parts.accounts.status(), order, this.#parts.command);
    const instrument = runner.query.instrument(market);
    if (instrument === null || policy === null) return;
    const unitPrice = await this.#unitPrice(runner, market);
    const [problem] = policyProblems({ query: runner.query, instrument, draft, now, policy, unitPrice });
    if (problem !== undefined) throw new Refusal(problem.code, problem.cause, problem.cure, { field: problem.field });
  }

  /** USDT for one of a market's quote asset; null where no market tells it. */
  async #unitPrice({ venue, query }: AccountRunner, market: string): Promise<Decimal | null> {
    const quote = query.instrument(market)?.quote ?? null;
    if (quote === null || quote === UNIT) return quote === null ? null : Decimal.ONE;
    const listed = await this.#parts.feed.markets(venue);
    if (!listed.ok) return null;
    return listed.value.find(({ instrument }) => instrument.symbol === `${quote}_${UNIT}`)?.ticker?.last ?? null;
  }

  #tell(runner: AccountRunner, event: Told): Promise<Applied> {
    return tellAccount(runner, event, this.#parts.clock.nowMs());
  }

  /** The order that a wish made or met, as it stands once it is written down. */
  async #ordered(userId: string, runner: AccountRunner, event: Told): Promise<wire.Order> {
    const { order: key } = await this.#tell(runner, event);
    if (key === null) throw notFound('order');
    return this.#told(userId, runner, key);
  }

  async #told(userId: string, runner: AccountRunner, key: OrderKey): Promise<wire.Order> {
    const order = runner.query.order(key);
    return order === null
      ? this.order(userId, runner.connection, key)
      : liveOrderView(runner.connection, order, runner.query);
  }
}
