import type { Clock, Market } from '../ports.ts';
import type { PublicAnswer, PublicRoutes } from './public-call.ts';
import { publicV1 } from './public-v1.ts';
import { publicV2 } from './public-v2.ts';
import { publicV4 } from './public-v4.ts';

const PUBLIC_PATH = /^\/api\/(v1|v2|v4)\/public\/([A-Za-z0-9_/-]+)$/;

/**
 * The public half of WhiteBIT's HTTP protocol, version 4 and what still lives of 1 and 2. Answers null for a path that
 * is not public; the caller decides what an unknown path gets. Only GET exists here.
 */
export function createPublicApi(parts: {
  readonly market: Market;
  readonly clock: Clock;
}): (url: URL) => PublicAnswer | null {
  const versions: Readonly<Record<string, PublicRoutes>> = {
    v1: publicV1(parts.market),
    v2: publicV2(parts.market),
    v4: publicV4(parts.market),
  };
  return (url) => {
    const [, version = '', path = ''] = PUBLIC_PATH.exec(url.pathname) ?? [];
    const routes = versions[version];
    if (routes === undefined) return null;
    const cut = path.lastIndexOf('/') + 1;
    const exact = routes.get(path);
    const handler = exact ?? routes.get(path.slice(0, cut));
    if (handler === undefined) return null;
    const argument = exact === undefined ? path.slice(cut) : '';
    return handler({ argument, query: url.searchParams, nowMs: parts.clock.nowMs() });
  };
}
