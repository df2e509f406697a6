/** The brake. Custody is told first, which stops signing whatever else is stuck; the accounts mirror it. */

import type { HaltState, OrderProblem } from '../../contract/trading.ts';
import type { ConnectionId } from '../../core/ids.ts';
import type { Side } from '../../core/order.ts';
import { CustodyError } from '../../custody/client.ts';
import type { Halt, TradingStatus } from '../../custody/trade-protocol.ts';
import type { CommandLine } from '../command-line.ts';
import type { CustodyLink } from '../custody-link.ts';
import { custodyRefusal } from '../custody-refusal.ts';
import { Refusal } from '../refusal.ts';
import type { AccountRunner, Accounts } from './ports.ts';

/** Custody answers a halt without its queue. */
const HALT_DEADLINE_MS = 5_000;
const STATUS_DEADLINE_MS = 3_000;

export type HaltParts = {
  readonly accounts: Pick<Accounts, 'all'> & {
    status(): TradingStatus | null;
    heard(status: TradingStatus): void;
  };
  readonly custody: CustodyLink;
};

/** Of everything (null), or of these connections. Throws the refusal where custody does not answer. */
export async function haltNow(
  { accounts, custody }: HaltParts,
  connections: readonly ConnectionId[] | null,
  why: string,
): Promise<void> {
  const asked = connections === null ? [null] : connections;
  // All of them at once: none waits for the answer about another.
  const answers = await Promise.allSettled(
    asked.map((connection) => custody.client.request('halt', { connection, why }, { deadlineMs: HALT_DEADLINE_MS })),
  );
  for (const answer of answers) if (answer.status === 'fulfilled') accounts.heard(answer.value);
  const isMeant = (runner: AccountRunner) => connections === null || connections.includes(runner.connection);
  // Where custody did not answer this still keeps the desk from asking for orders.
  for (const runner of accounts.all())
    if (isMeant(runner)) void runner.tell({ kind: 'halt', by: 'you', why }).catch(() => {});
  const failed = answers.find((answer) => answer.status === 'rejected');
  if (failed !== undefined) throw custodyRefusal(failed.reason);
}

/** Custody's word now, or the last one where it does not answer. */
export async function haltsNow({ accounts, custody }: HaltParts): Promise<TradingStatus | null> {
  try {
    const status = await custody.client.request('trading-status', {}, { deadlineMs: STATUS_DEADLINE_MS });
    accounts.heard(status);
    return status;
  } catch (error) {
    if (!(error instanceof CustodyError)) throw error;
    return accounts.status();
  }
}

/** What concerns one person: what halts everything, and halts of their own connections. */
export function haltView(status: TradingStatus | null, own: ReadonlySet<string>, command: CommandLine): HaltState {
  const shown = (all: readonly Halt[]) =>
    all
      .filter(({ connection }) => connection === null || own.has(connection))
      .map(({ connection, atMs, why }) => ({ connection, atMs, why }));
  const [halts, reducing] = [shown(status?.halts ?? []), shown(status?.reducing ?? [])];
  return {
    everything: halts.some(({ connection }) => connection === null),
    ...{ halts, reducing },
    resumeWith: halts.length + reducing.length === 0 ? '' : command('resume'),
    haltWith: command('halt'),
  };
}

/** What holds a connection to sales; null where nothing does. */
export function reducingOf(status: TradingStatus | null, connection: ConnectionId): Halt | null {
  return status?.reducing.find((one) => one.connection === null || one.connection === connection) ?? null;
}

/** Reduce-only is custody's: it signs sales and nothing else. Throws the refusal, so that no move ends its order first. */
export function mustPassReduceOnly(...asked: Parameters<typeof saleProblem>): void {
  const problem = saleProblem(...asked);
  if (problem !== null) throw new Refusal('order_halted', problem.cause, problem.cure);
}

/** What keeps anything but a sale away; null where the order passes. */
export function saleProblem(
  status: TradingStatus | null,
  { connection, market, side }: { readonly connection: ConnectionId; readonly market: string; readonly side: Side },
  command: CommandLine,
): OrderProblem | null {
  const only = reducingOf(status, connection);
  // Where money itself is what is bought, a buy gives coins away for it.
  const isSale = (side === 'sell') === !market.startsWith('USDT_');
  if (only === null || isSale) return null;
  const [cause, cure] = [`Only sales until it is resumed: ${only.why}`, `Type on this machine: ${command('resume')}.`];
  return { code: 'order_halted', field: 'order', cause, cure, mend: null, confirm: null };
}
