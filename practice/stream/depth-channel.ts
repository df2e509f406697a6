import type { Market } from '../ports.ts';
import { DepthGroup, type DepthParts, type Picture, pictureOf, type View } from './depth-view.ts';
import {
  answer,
  type Feed,
  fail,
  isText,
  type Method,
  noSuchMarket,
  type Reply,
  type Session,
  SUCCESS,
} from './protocol.ts';

const LIMITS: ReadonlySet<unknown> = new Set([1, 5, 10, 20, 30, 50, 100]);
/** After so long without a change the whole book is sent again, as a sign of life. */
const SILENCE_MS = 10_000;
/** Powers of ten only: "0.1", "0.01" … and "0" for none. */
const STEP = /^0(\.0*1)?$/;
const US_PER_SECOND = 1_000_000;

type Parts = DepthParts & { readonly market: Market };

export function depthMethods(parts: Parts): Map<string, Method> {
  const groups = createGroups(parts);
  return new Map<string, Method>([
    ['depth_request', { needsAccount: false, run: (params) => request(parts, params) }],
    ['depth_subscribe', { needsAccount: false, run: (params, session) => subscribe(parts, groups, params, session) }],
    ['depth_unsubscribe', unsubscribeSome('depth')],
  ]);
}

function view(market: Market, params: readonly unknown[]): View | Reply {
  const [name, limit, step] = params;
  if (!isText(name) || !LIMITS.has(limit) || !isText(step) || !STEP.test(step)) return fail(1);
  if (market.listing(name) === null) return noSuchMarket(name);
  return { market: name, limit: Number(limit), stepPlaces: step === '0' ? null : step.length - '0.'.length };
}

function request(parts: Parts, params: readonly unknown[]): Reply {
  const wanted = view(parts.market, params);
  if (params.length !== 3) return fail(1);
  if ('ok' in wanted) return wanted;
  const { asks, bids, changedUs } = pictureOf(parts, wanted);
  return answer({ timestamp: changedUs / US_PER_SECOND, asks: [...asks], bids: [...bids] });
}

function subscribe({ market }: Parts, groups: Groups, params: readonly unknown[], session: Session): Reply {
  const wanted = view(market, params);
  const multi = params[3] ?? false;
  if (params.length < 3 || params.length > 4 || typeof multi !== 'boolean') return fail(1);
  if ('ok' in wanted) return wanted;
  const feed = depthFeed(groups, wanted);
  if (multi) session.addFeed('depth', wanted.market, feed);
  else session.replaceFeeds('depth', new Map([[wanted.market, feed]]));
  return SUCCESS;
}

/** The whole channel, or one market of it. */
export const unsubscribeSome = (channel: string): Method => ({
  needsAccount: false,
  run: (params, session) => {
    const [name] = params;
    if (name === undefined) session.replaceFeeds(channel, new Map());
    else if (isText(name)) session.dropFeed(channel, name);
    else return fail(1);
    return SUCCESS;
  },
});

type Groups = { join(wanted: View): DepthGroup; leave(wanted: View, group: DepthGroup): void };

function createGroups(parts: DepthParts): Groups {
  const groups = new Map<string, DepthGroup>();
  const key = ({ market, limit, stepPlaces }: View): string => `${market} ${limit} ${stepPlaces}`;
  return {
    join(wanted) {
      const group = groups.get(key(wanted)) ?? new DepthGroup(parts, wanted);
      groups.set(key(wanted), group);
      group.subscribers += 1;
      return group;
    },
    leave(wanted, group) {
      group.subscribers -= 1;
      if (group.subscribers === 0) groups.delete(key(wanted));
    },
  };
}

/** First the whole book, then what changed since the frame before. */
function depthFeed(groups: Groups, wanted: View): Feed {
  const group = groups.join(wanted);
  let sent: Picture | null = null;
  let sentMs = 0;
  return {
    poll({ nowMs, wireMs }) {
      const change = sent === null ? null : group.since(sent, nowMs);
      if (change === null && sent !== null && wireMs - sentMs < SILENCE_MS) return [];
      sent = group.picture();
      sentMs = wireMs;
      return [change ?? group.whole(nowMs)];
    },
    stop: () => groups.leave(wanted, group),
  };
}
