/** What comes before trading on a stage: a person claims the desk, connects accounts, widens what custody lets them do. */

import type { ConnectionId, UserId } from '../../src/core/ids.ts';
import { practiceAccount, practiceCall, practiceKey } from '../practice-api.ts';
import { DeskPerson } from './desk-person.ts';
import { ask, MARKETS } from './trade-kill-clients.ts';
import type { Account } from './trade-kill-judge.ts';
import { PARTS, type Stage } from './trade-kill-stage.ts';

const MONEY: readonly (readonly [string, string])[] = [
  ['USDT', '200000'],
  ['BTC', '3'],
  ['ETH', '80'],
];
/** The budgets of a day are gone in minutes at a campaign's pace; they are shown elsewhere. */
const WIDE = {
  adversePercent: '100',
  turnover: '100000',
  ordersPerMinute: 10_000,
  openPerMarket: 1_000,
  openOrders: 1_000,
} as const;

export type Arrived = { readonly token: string; readonly accounts: readonly Account[] };

export async function arrive(stage: Stage, count: number): Promise<Arrived> {
  const person = new DeskPerson(stage.address);
  await person.claim(stage.setupCode);
  const session = await person.call('session.read');
  if (session.state !== 'signed-in') throw new Error(`The desk is ${session.state}`);
  const accounts: Account[] = [];
  for (let number = 1; number <= count; number += 1) {
    const email = `trader${number}@practice.example`;
    await practiceAccount(stage.practice, email);
    await giveMoney(stage.practice, email);
    const attempt = await person.ended(
      await person.connect(await practiceKey(stage.practice, email), 'practice', email),
    );
    if (attempt.state !== 'stored') throw new Error(JSON.stringify(attempt));
    const { connection } = attempt;
    const params = { id: connection };
    const { limits } = await person.call('trading.policy.first', { params, body: { markets: [...MARKETS] } });
    const body = { limits: { ...limits, ...WIDE } };
    const { proposal } = await person.call('trading.policy.propose', { params, body });
    await stage.owner.request('approve-policy', {
      connection: connection as ConnectionId,
      owner: session.user.id as UserId,
      proposal: proposal?.id ?? '',
    });
    accounts.push({ email, connection });
  }
  const scopes: ('read' | 'trade')[] = ['read', 'trade'];
  const body = { label: 'Campaign', days: 2, scopes, markets: null, connections: null };
  const { token } = await person.call('tokens.create', { body });
  return { token, accounts };
}

export async function giveMoney(practice: string, email: string): Promise<void> {
  for (const [ticker, available] of MONEY)
    await practiceCall(practice, 'wallets/set', { email, wallet: 'trade', ticker, available });
}

/** All processes run, and every account is ready by the desk's word. */
export async function isWell(stage: Stage, { token, accounts }: Arrived): Promise<boolean> {
  if (!PARTS.every((part) => stage.isUp(part))) return false;
  const answer = await ask(stage.address, token, 'trading.list').catch(() => null);
  if (answer?.status !== 200) return false;
  const told = answer.json as { readonly state: string }[];
  return told.length === accounts.length && told.every(({ state }) => state === 'ready');
}
