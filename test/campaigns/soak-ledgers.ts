/** After the soak: what the desk knows of each account against the exchange's own books, to the last digit. */

import type { Fill } from '../../src/contract/trading.ts';
import { Decimal } from '../../src/core/decimal.ts';
import { practiceCall } from '../practice-api.ts';
import type { DeskPerson } from './desk-person.ts';
import { MARKET, type SoakAccount } from './soak-account.ts';

type Wallet = Readonly<Record<string, { readonly available: string; readonly freeze: string }>>;
type Deal = { readonly id: number; readonly price: string; readonly amount: string; readonly fee: string };
const PAGE = 1_000;

export type Compared = { readonly faults: readonly string[]; readonly fills: number };

export async function compareLedgers(
  practice: string,
  person: DeskPerson,
  { email, connection }: SoakAccount,
): Promise<Compared> {
  const faults: string[] = [];
  const { accounts } = await practiceCall<{ accounts: { wallets: { trade: Wallet } }[] }>(practice, 'oracle/accounts', {
    email,
  });
  const ours = await person.call('trading.balances', { params: { id: connection } });
  for (const [asset, { available, freeze }] of Object.entries(accounts[0]?.wallets.trade ?? {})) {
    const row = ours.find((one) => one.asset === asset);
    const [here, there] = [
      [row?.free ?? '0', row?.locked ?? '0'],
      [available, freeze],
    ].map((pair) => pair.map((text) => Decimal.parse(text).toString()).join(' '));
    if (here !== there) faults.push(`${email} ${asset}: ${here} here, ${there} there`);
  }
  const fills = (await fillsOf(person, connection)).map(
    ({ price, quantity, fee }) => `${exact(quantity)} at ${exact(price)} less ${exact(fee?.amount ?? '0')}`,
  );
  const deals = (await dealsOf(practice, email)).map(
    ({ price, amount, fee }) => `${exact(amount)} at ${exact(price)} less ${exact(fee)}`,
  );
  const [left, right] = [fills.toSorted(), deals.toSorted()];
  if (left.length !== right.length) faults.push(`${email}: ${left.length} fills here, ${right.length} deals there`);
  const at = left.findIndex((words, index) => words !== right[index]);
  if (at >= 0) faults.push(`${email}: a fill of ${left[at]} here, ${right[at]} there`);
  return { faults, fills: left.length };
}

const exact = (text: string): string => Decimal.parse(text).toString();

async function fillsOf(person: DeskPerson, connection: string): Promise<Fill[]> {
  const all: Fill[] = [];
  let before: string | null = null;
  do {
    const query = { connection, limit: String(PAGE), ...(before === null ? {} : { before }) };
    const page = (await person.call('fills.list', { query })) as { fills: Fill[]; next: string | null };
    all.push(...page.fills);
    before = page.next;
  } while (before !== null);
  return all;
}

async function dealsOf(practice: string, email: string): Promise<Deal[]> {
  const all: Deal[] = [];
  for (;;) {
    const afterId = all.at(-1)?.id ?? 0;
    const asked = { email, market: MARKET, afterId, limit: PAGE };
    const { deals } = await practiceCall<{ deals: Deal[] }>(practice, 'oracle/deals', asked);
    if (deals.length === 0) return all;
    all.push(...deals);
  }
}

/** The exchange's own books among themselves. */
export async function checkExchange(practice: string): Promise<string[]> {
  const found = Object.entries(await practiceCall<Record<string, string[]>>(practice, 'oracle/check'));
  const { faults } = await practiceCall<{ faults: string[] }>(practice, 'ledger/check');
  return [...found.flatMap(([kind, words]) => words.map((word) => `exchange, ${kind}: ${word}`)), ...faults];
}
