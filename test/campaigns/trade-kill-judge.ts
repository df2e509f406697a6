/** Both sides of the wire, held against each other to the last digit: what the desk says over HTTP, and the oracle. */

import type { Fill, Order, TradeBalance } from '../../src/contract/trading.ts';
import { Decimal } from '../../src/core/decimal.ts';
import { parseClientOrderId } from '../../src/core/ids.ts';
import { practiceCall } from '../practice-api.ts';
import { ask, type Notes } from './trade-kill-clients.ts';

const PAGE = 1_000;
const ORACLE_PAGE = 10_000;
const FAULTS_SHOWN = 6;

export type Account = { readonly email: string; readonly connection: string };
export type OracleOrder = {
  readonly id: number;
  readonly clientOrderId: string;
  readonly market: string;
  readonly side: string;
  readonly status: string;
  readonly dealStock: string;
  readonly dealMoney: string;
  readonly dealFee: string;
};
export type OracleDeal = {
  readonly id: number;
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly market: string;
  readonly side: 'buy' | 'sell';
  readonly role: string;
  readonly price: string;
  readonly amount: string;
  readonly money: string;
  readonly fee: string;
  readonly feeTicker: string;
};
type Wallet = Readonly<Record<string, { readonly available: string; readonly freeze: string }>>;
export type Sides = { readonly address: string; readonly token: string; readonly practice: string };

/** The text of an exact figure that has one writing only. */
const plain = (text: string): string => Decimal.parse(text).trim().toString();

/** Balances and open orders: enough to know whether news are still on their way. */
export async function differences(sides: Sides, { email, connection }: Account): Promise<string[]> {
  const found: string[] = [];
  const balances = (await get(sides, 'trading.balances', { params: { id: connection } })) as TradeBalance[];
  const { accounts } = await practiceCall<{ accounts: { wallets: { trade: Wallet } }[] }>(
    sides.practice,
    'oracle/accounts',
    { email },
  );
  const there = accounts[0]?.wallets.trade ?? {};
  for (const asset of new Set([...Object.keys(there), ...balances.map((row) => row.asset)])) {
    const row = balances.find((one) => one.asset === asset);
    const ours = [row?.free ?? '0', row?.locked ?? '0'].map(plain).join(' + ');
    const theirs = [there[asset]?.available ?? '0', there[asset]?.freeze ?? '0'].map(plain).join(' + ');
    if (ours !== theirs) found.push(`${asset}: ${ours} here, ${theirs} there`);
  }
  const open = await openOrders(sides, connection);
  const openThere = await oracle<OracleOrder>(sides, 'orders', { email, state: 'open' });
  const here = new Map(open.map((order) => [order.clientId ?? '', order]));
  for (const { clientOrderId } of openThere)
    if (!here.delete(clientOrderId)) found.push(`${clientOrderId} is open there, and not here`);
  for (const [clientId, { state }] of here) found.push(`${clientId} is ${state} here, and not open there`);
  return found;
}

export async function openOrders(sides: Sides, connection: string): Promise<Order[]> {
  const page = await get(sides, 'orders.list', { query: `?connection=${connection}` });
  return (page as { orders: Order[] }).orders;
}

export type Ledger = { readonly orders: number; readonly fills: number; readonly faults: readonly string[] };
export type Both = {
  readonly orders: readonly Order[];
  readonly fills: readonly Fill[];
  readonly thereOrders: readonly OracleOrder[];
  readonly thereDeals: readonly OracleDeal[];
};

/** Every order and every fill of both sides, and every word that the programs were told. */
export async function compareLedgers(sides: Sides, { email, connection }: Account, notes: Notes): Promise<Ledger> {
  const both: Both = {
    orders: await everyOrder(sides, connection),
    fills: await pages<Fill>(sides, 'fills.list', `?connection=${connection}`, 'fills'),
    thereOrders: await oracle<OracleOrder>(sides, 'orders', { email, state: 'all' }),
    thereDeals: await oracle<OracleDeal>(sides, 'deals', { email }),
  };
  const faults = ledgerFaults(both, notes, connection);
  const shown = faults.slice(0, FAULTS_SHOWN);
  if (faults.length > FAULTS_SHOWN) shown.push(`… and ${faults.length - FAULTS_SHOWN} more`);
  return { orders: both.thereOrders.length, fills: both.thereDeals.length, faults: shown };
}

/** In words; empty where both sides say the same. */
export function ledgerFaults(
  { orders, fills, thereOrders, thereDeals }: Both,
  notes: Notes,
  connection: string,
): string[] {
  return [
    ...orderFaults(orders, thereOrders),
    ...fillFaults(fills, thereDeals),
    ...wordFaults(new Map(orders.map((order) => [order.key, order])), notes, connection),
  ];
}

function orderFaults(orders: readonly Order[], there: readonly OracleOrder[]): string[] {
  const faults: string[] = [];
  const byName = new Map(orders.map((order) => [order.clientId ?? order.venueId ?? order.key, order]));
  if (byName.size !== orders.length) faults.push('the desk lists an order twice');
  const seen = new Set<string>();
  for (const order of there) {
    const name = order.clientOrderId;
    if (seen.has(name)) faults.push(`${name} has two orders at the exchange`);
    seen.add(name);
    const ours = byName.get(name);
    if (parseClientOrderId(name) === null) faults.push(`order ${order.id} is nobody's: ${name}`);
    else if (ours === undefined) faults.push(`${name} is at the exchange, and the desk does not know it`);
    else {
      const [here, other] = [facts(ours), factsThere(order)];
      if (here !== other) faults.push(`${name}: ${here} here, ${other} there`);
    }
  }
  for (const order of orders) {
    if (order.owner === 'external') faults.push(`${order.key} passes for somebody else's`);
    if (order.quarantine !== '') faults.push(`${order.key} is in quarantine: ${order.quarantine}`);
    if (seen.has(order.clientId ?? '')) continue;
    const isNowhere = order.state === 'closed' && plain(order.filledBase) === '0' && order.ended !== 'filled';
    if (!isNowhere) faults.push(`${order.clientId} is ${order.state} ${order.ended} here, and was never there`);
  }
  return faults;
}

const FINISHED: readonly string[] = ['FILLED', 'CANCELED', 'CANCELED_STP'];

function facts({ venueId, market, side, state, filledBase, filledQuote, fees }: Order): string {
  const fee = fees.reduce((sum, { amount }) => sum.add(Decimal.parse(amount)), Decimal.ZERO);
  const isOpen = state !== 'closed';
  const figures = [filledBase, filledQuote, fee.toString()].map(plain).join('/');
  return `${venueId} ${market} ${side} ${isOpen ? 'open' : 'closed'} ${figures}`;
}

function factsThere({ id, market, side, status, dealStock, dealMoney, dealFee }: OracleOrder): string {
  const figures = [dealStock, dealMoney, dealFee].map(plain).join('/');
  const isClosed = FINISHED.some((word) => status.startsWith(word));
  return `${id} ${market} ${side} ${isClosed ? 'closed' : 'open'} ${figures}`;
}

function fillFaults(fills: readonly Fill[], deals: readonly OracleDeal[]): string[] {
  const faults: string[] = [];
  const here = new Map(fills.map((fill) => [fill.key, fill]));
  if (here.size !== fills.length) faults.push('the desk lists a fill twice');
  for (const deal of deals) {
    const key = `${deal.market} ${deal.side} ${deal.id}`;
    const fill = here.get(key);
    here.delete(key);
    if (fill === undefined) {
      faults.push(`deal ${key} of ${deal.clientOrderId} was missed`);
      continue;
    }
    const fee = fill.fee === null ? 'no fee' : `${plain(fill.fee.amount)} ${fill.fee.asset}`;
    const ours = [fill.price, fill.quantity, fill.value]
      .map(plain)
      .concat(fee, fill.role ?? '')
      .join(' ');
    const theirs = [deal.price, deal.amount, deal.money].map(plain);
    const expected = [...theirs, `${plain(deal.fee)} ${deal.feeTicker}`, deal.role].join(' ');
    if (ours !== expected) faults.push(`deal ${key}: ${ours} here, ${expected} there`);
  }
  for (const key of here.keys()) faults.push(`fill ${key} was never a deal`);
  return faults;
}

/** Nothing that was answered is lost, and nothing is there that nobody was told of. */
function wordFaults(byKey: ReadonlyMap<string, Order>, notes: Notes, connection: string): string[] {
  const faults: string[] = [];
  const placed = notes.placed.filter(({ body }) => body.connection === connection);
  const told = new Set<string>();
  for (const { key, requestId } of placed) {
    if (told.has(key)) faults.push(`${key} answers two requests, one of them ${requestId}`);
    for (let at: string | null = key; at !== null; at = byKey.get(at)?.replacedBy ?? null) {
      told.add(at);
      if (!byKey.has(at)) faults.push(`order ${at} of ${requestId} was answered and is lost`);
    }
  }
  for (const [key, order] of byKey) {
    if (!told.has(key)) faults.push(`${key} (${order.state}) is there, and nobody was told of it`);
    if (notes.cancelled.has(key) && order.state !== 'closed')
      faults.push(`${key} was cancelled, and is ${order.state}`);
    if (order.moving && order.state === 'closed') faults.push(`${key} has ended, and its move has not`);
  }
  return faults;
}

async function everyOrder(sides: Sides, connection: string): Promise<Order[]> {
  const query = `?connection=${connection}&state=closed`;
  return [...(await openOrders(sides, connection)), ...(await pages<Order>(sides, 'orders.list', query, 'orders'))];
}

async function pages<T>(
  sides: Sides,
  name: 'orders.list' | 'fills.list',
  query: string,
  field: 'orders' | 'fills',
): Promise<T[]> {
  const all: T[] = [];
  let before: string | null = null;
  do {
    const more: string = before === null ? '' : `&before=${encodeURIComponent(before)}`;
    const page = (await get(sides, name, { query: `${query}&limit=${PAGE}${more}` })) as {
      readonly next: string | null;
    } & Readonly<Record<typeof field, T[]>>;
    all.push(...page[field]);
    before = page.next;
  } while (before !== null);
  return all;
}

async function get(sides: Sides, name: Parameters<typeof ask>[2], asked: Parameters<typeof ask>[3]): Promise<unknown> {
  const { status, json } = await ask(sides.address, sides.token, name, asked);
  if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(json)}`);
  return json;
}

async function oracle<T extends { readonly id: number }>(
  { practice }: Sides,
  what: 'orders' | 'deals',
  input: object,
): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const afterId = all.at(-1)?.id ?? 0;
    const page = await practiceCall<Record<string, T[]>>(practice, `oracle/${what}`, {
      ...{ ...input, afterId, limit: ORACLE_PAGE },
    });
    const rows = page[what] ?? [];
    all.push(...rows);
    if (rows.length < ORACLE_PAGE) return all;
  }
}
