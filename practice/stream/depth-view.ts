import type { Depth, DepthLevel, EngineQueries } from '../engine/queries.ts';
import { bookLevel } from '../engine/render.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { News } from './news.ts';
import { Update } from './update.ts';

/** What a subscriber of depth sees: so many levels a side, prices a multiple of 10^-stepPlaces (null: as they are). */
export type View = { readonly market: string; readonly limit: number; readonly stepPlaces: number | null };

/** Texts of price and amount, best first. Nothing changes it later. */
export type Picture = {
  readonly updateId: number;
  /** When the book changed last, Unix microseconds. */
  readonly changedUs: number;
  readonly asks: ReadonlyMap<string, string>;
  readonly bids: ReadonlyMap<string, string>;
};

export type DepthParts = { readonly exchange: Pick<DurableExchange, 'query'>; readonly news: News };

const US_PER_SECOND = 1_000_000;
const MS_PER_SECOND = 1_000;
/** Levels looked at for each level shown when prices are merged; more when that was too few. */
const LEVELS_A_STEP = 8;

export function pictureOf({ exchange, news }: DepthParts, view: View): Picture {
  const depth = depthOf(exchange.query, view);
  const { bookChangedUs } = news.market(view.market);
  if (depth === null) return { updateId: 0, changedUs: bookChangedUs, asks: new Map(), bids: new Map() };
  const { spec, updateId } = depth;
  const texts = (levels: readonly DepthLevel[]): ReadonlyMap<string, string> =>
    new Map(levels.map(({ ticks, lots }) => bookLevel({ spec, ticks, lots })));
  return { updateId, changedUs: bookChangedUs, asks: texts(depth.asks), bids: texts(depth.bids) };
}

/** Null where no such market is known. */
function depthOf(query: EngineQueries, { market, limit, stepPlaces }: View): Depth | null {
  const plain = query.depth(market, limit);
  if (plain === null || stepPlaces === null || stepPlaces >= plain.spec.tickScale) return plain;
  const stepTicks = 10 ** (plain.spec.tickScale - stepPlaces);
  for (let asked = limit * LEVELS_A_STEP; ; asked *= LEVELS_A_STEP) {
    const depth = query.depth(market, asked);
    if (depth === null) return null;
    const asks = merged(depth.asks, (ticks) => ticks + ((stepTicks - (ticks % stepTicks)) % stepTicks));
    const bids = merged(depth.bids, (ticks) => ticks - (ticks % stepTicks));
    // The last step seen may have levels that were not; with one more than wanted, or with all there is, none is missing.
    const isWhole = (steps: readonly DepthLevel[], levels: readonly DepthLevel[]): boolean =>
      steps.length > limit || levels.length < asked;
    if (isWhole(asks, depth.asks) && isWhole(bids, depth.bids))
      return { ...depth, asks: asks.slice(0, limit), bids: bids.slice(0, limit) };
  }
}

/** Levels of one step added up, rounded away from the middle so that the merged book never crosses (inferred). */
function merged(levels: readonly DepthLevel[], round: (ticks: number) => number): readonly DepthLevel[] {
  const steps = new Map<number, bigint>();
  for (const { ticks, lots } of levels) {
    const step = round(ticks);
    // Below one step there is no price left to name on the bid side.
    if (step > 0) steps.set(step, (steps.get(step) ?? 0n) + lots);
  }
  return [...steps].map(([ticks, lots]) => ({ ticks, lots }));
}

/** Everybody with the same view: the book is looked at, compared and put into text once for all of them. */
export class DepthGroup {
  readonly #parts: DepthParts;
  readonly #view: View;
  #picture: Picture | null = null;
  #version = -1;
  /** Frames of this very moment, by the picture their receivers have; null where it looks the same. */
  readonly #frames = new Map<Picture | null, Update | null>();
  #framesMs = Number.NaN;
  subscribers = 0;

  constructor(parts: DepthParts, view: View) {
    this.#parts = parts;
    this.#view = view;
  }

  picture(): Picture {
    const { bookVersion } = this.#parts.news.market(this.#view.market);
    if (this.#picture === null || bookVersion !== this.#version) {
      this.#picture = pictureOf(this.#parts, this.#view);
      this.#version = bookVersion;
      this.#frames.clear();
    }
    return this.#picture;
  }

  /** The whole book. */
  whole(nowMs: number): Update {
    const picture = this.picture();
    const made = this.#known(null, nowMs) ?? this.#frame(picture, null, [...picture.asks], [...picture.bids], nowMs);
    this.#frames.set(null, made);
    return made;
  }

  /** What `before` lacks: an amount of "0" takes a level away, others stand as they are. Null: nothing is to be seen. */
  since(before: Picture, nowMs: number): Update | null {
    const picture = this.picture();
    if (before === picture) return null;
    const known = this.#known(before, nowMs);
    if (known !== undefined) return known;
    const asks = difference(before.asks, picture.asks);
    const bids = difference(before.bids, picture.bids);
    const made = asks.length + bids.length === 0 ? null : this.#frame(picture, before, asks, bids, nowMs);
    this.#frames.set(before, made);
    return made;
  }

  #known(before: Picture | null, nowMs: number): Update | null | undefined {
    if (nowMs !== this.#framesMs) this.#frames.clear();
    this.#framesMs = nowMs;
    return this.#frames.get(before);
  }

  #frame(picture: Picture, before: Picture | null, asks: unknown, bids: unknown, nowMs: number): Update {
    const data = {
      timestamp: picture.changedUs / US_PER_SECOND,
      update_id: picture.updateId,
      ...(before === null ? {} : { past_update_id: before.updateId }),
      asks,
      bids,
      event_time: nowMs / MS_PER_SECOND,
    };
    return new Update('depth', [before === null, data, this.#view.market]);
  }
}

function difference(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): (readonly string[])[] {
  const changes: (readonly string[])[] = [];
  for (const price of before.keys()) if (!now.has(price)) changes.push([price, '0']);
  for (const [price, amount] of now) if (before.get(price) !== amount) changes.push([price, amount]);
  return changes;
}
