import { fieldsOf, listOf } from './frames.ts';

/** Which market a request is about, as far as it says so; null where it names none. */

const MARKET = /^[A-Z0-9]+_[A-Z0-9]+$/;

/** The last part of the path, or the query. */
export function marketOfTarget(target: string): string | null {
  const [path = '', query = ''] = target.split('?', 2);
  const last = path.split('/').at(-1) ?? '';
  return MARKET.test(last) ? last : new URLSearchParams(query).get('market');
}

/** Of a list, the market of its first order. */
export function marketOfBody(body: Buffer): string | null {
  try {
    const { market, orders } = fieldsOf(JSON.parse(body.toString('utf8')));
    const named = market ?? fieldsOf(listOf(orders)[0]).market;
    return typeof named === 'string' ? named : null;
  } catch {
    return null;
  }
}
