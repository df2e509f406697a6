/** The sentences around a connection that is made: its name before, its balance after. */

import type { Connection } from '../../src/contract/exchanges.ts';
import { formatValue, isZero } from '../format/number.ts';

/** `WhiteBIT`, and `WhiteBIT 2` when that name is taken. */
export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  for (let count = 2; ; count += 1) if (!taken.includes(`${name} ${count}`)) return `${name} ${count}`;
}

/** The large line: what was reached, with the number that matters. */
export function resultLine(
  connection: Pick<Connection, 'tradingBalance' | 'tradingInOrders' | 'venueName' | 'status' | 'total'>,
): string {
  const { tradingBalance: balance, venueName, status } = connection;
  const said = status === 'read-only' ? 'Connected, read-only.' : 'Connected.';
  if (balance.value === null) return `${said} The balance on ${venueName} has no known value yet.`;
  if (isZero(balance.value) && connection.total.value !== null && isZero(connection.total.value))
    return `${said} This account on ${venueName} holds nothing yet.`;
  const amount = `${formatValue(balance.value, balance.currency)} ${balance.currency}`;
  const { value: held, currency } = connection.tradingInOrders;
  const orders = held === null || isZero(held) ? '' : `, ${formatValue(held, currency)} ${currency} in orders`;
  // Without open orders nothing needs to be told apart.
  if (status === 'read-only') return `${said} ${amount}${orders === '' ? '' : ` free${orders}`} on ${venueName}.`;
  return orders === ''
    ? `${said} ${amount} to trade on ${venueName}.`
    : `${said} ${amount} free to trade${orders} on ${venueName}.`;
}
