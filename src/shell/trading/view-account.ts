/** How a connection stands for trading: one state, and where it is not well the cause, the cure and since when. */

import type { Connection } from '../../contract/exchanges.ts';
import type { TradingAccount } from '../../contract/trading.ts';
import { isLive } from '../../core/order.ts';
import type { Halt } from '../../custody/trade-protocol.ts';
import { EXTERNAL, type MachineRow, type Order } from '../../engine/state.ts';
import type { CommandLine } from '../command-line.ts';
import type { CustodyNow } from '../custody-link.ts';
import { reasonWords } from './feed-words.ts';
import type { AccountRunner } from './ports.ts';

export type AccountFacts = {
  readonly connection: Pick<Connection, 'id' | 'venue' | 'purpose' | 'sinceMs' | 'keyAddedAtMs' | 'trouble'>;
  readonly runner: AccountRunner | null;
  readonly custody: Pick<CustodyNow, 'condition' | 'reason'>;
  readonly custodySinceMs: number;
  /** Null: not read yet. */
  readonly markets: readonly string[] | null;
  readonly startedAtMs: number;
  /** What holds it to sales. */
  readonly reducing: Pick<Halt, 'why' | 'atMs'> | null;
  readonly command: CommandLine;
};
type Condition = Pick<TradingAccount, 'state' | 'cause' | 'cure' | 'sinceMs'>;

export function accountView(facts: AccountFacts): TradingAccount {
  const { connection, runner, markets, reducing } = facts;
  const machine = runner?.query.machine ?? null;
  const orders = runner === null ? [] : runner.query.orders().filter(({ status }) => isLive(status));
  return {
    connection: connection.id,
    venue: connection.venue,
    ...conditionOf(facts),
    stream: streamOf(runner, machine, facts.startedAtMs),
    reconciledAtMs: machine?.sync.reconciled === true ? machine.sync.lastAtMs : null,
    halt: machine?.halt == null ? null : { why: machine.halt.why, sinceMs: machine.halt.sinceMs },
    reducing: reducing === null ? null : { why: reducing.why, sinceMs: reducing.atMs },
    markets: [...(markets ?? [])],
    openOrders: orders.length,
    doubtful: orders.filter(isDoubtful).length,
  };
}

/** What keeps orders away comes before what only makes them slower to show. */
function conditionOf(facts: AccountFacts): Condition {
  const { connection, runner, markets } = facts;
  if (connection.purpose === 'watch') {
    const cure = 'Under My Exchanges, replace its key by one that may trade.';
    return { state: 'watch-only', cause: 'This key is only watched.', cure, sinceMs: connection.keyAddedAtMs };
  }
  const custody = custodyTrouble(facts);
  if (custody !== null) return custody;
  const kept = runner?.trouble() ?? null;
  if (kept !== null) {
    const { cause, cure, sinceMs, isOpening } = kept;
    return { state: isOpening === true ? 'starting' : 'trouble', cause, cure, sinceMs };
  }
  if (runner === null) {
    const { trouble } = connection;
    if (trouble !== null)
      return { state: 'trouble', cause: trouble.cause, cure: trouble.cure, sinceMs: connection.sinceMs };
    if (markets !== null && markets.length === 0) {
      const cure = 'Choose the markets that this key may trade.';
      return {
        state: 'no-markets',
        cause: 'No market was chosen for this key.',
        cure,
        sinceMs: connection.keyAddedAtMs,
      };
    }
    const cure = 'It happens by itself within seconds.';
    return { state: 'starting', cause: 'The account is being opened.', cure, sinceMs: facts.startedAtMs };
  }
  const { machine } = runner.query;
  if (markets !== null && markets.length === 0 && machine.halt === null) {
    const cause = 'No market may be traded with this key any more.';
    const cure = 'Choose markets for it again; what stands can be cancelled meanwhile.';
    return { state: 'no-markets', cause, cure, sinceMs: connection.keyAddedAtMs };
  }
  return machineCondition(facts, machine, streamWhy(runner, machine));
}

function machineCondition({ connection, command }: AccountFacts, machine: MachineRow, streamWhy: string): Condition {
  const { halt, sync, stream } = machine;
  if (halt !== null) {
    const cure = `Type on this machine: ${command('resume')}. Cancelling works meanwhile.`;
    return { state: 'halted', cause: `Halted: ${halt.why}`, cure, sinceMs: halt.sinceMs };
  }
  const { trouble } = connection;
  if (stream.state !== 'live' && trouble !== null)
    return { state: 'trouble', cause: trouble.cause, cure: trouble.cure, sinceMs: connection.sinceMs };
  if (!sync.reconciled) {
    if (sync.failures === 0) {
      const cause = 'Orders, trades and balances are being read from the exchange.';
      return { state: 'starting', cause, cure: 'It happens by itself within seconds.', sinceMs: stream.sinceMs };
    }
    const cause = `The exchange could not be read: ${reasonWords(sync.why ?? 'no answer')}.`;
    return { state: 'trouble', cause, cure: 'It is asked again by itself.', sinceMs: stream.sinceMs };
  }
  switch (stream.state) {
    case 'live':
      return { state: 'ready', cause: '', cure: '', sinceMs: stream.sinceMs };
    case 'lost': {
      const cure = 'It connects again by itself; until then everything is asked for every 10 seconds.';
      return { state: 'trouble', cause: `Fills do not stream: ${streamWhy}.`, cure, sinceMs: stream.sinceMs };
    }
    case 'gap': {
      const cure = 'Everything is being read anew; it happens by itself.';
      return { state: 'trouble', cause: `News may have been missed: ${stream.why}.`, cure, sinceMs: stream.sinceMs };
    }
  }
}

function custodyTrouble({ custody, custodySinceMs: sinceMs }: AccountFacts): Condition | null {
  switch (custody.condition) {
    case 'open':
      return null;
    case 'locked':
      return { state: 'trouble', cause: 'The keys are locked.', cure: 'Unlock them under Security.', sinceMs };
    case 'halted': {
      const cause = `The process that holds the keys has halted: ${custody.reason}`;
      return { state: 'trouble', cause, cure: 'Open Security: what to do stands there.', sinceMs };
    }
    case 'unreachable': {
      const cause = 'The process that holds the keys does not answer.';
      return { state: 'trouble', cause, cure: 'It is started again by itself.', sinceMs };
    }
  }
}

function streamOf(
  runner: AccountRunner | null,
  machine: MachineRow | null,
  startedAtMs: number,
): TradingAccount['stream'] {
  if (machine === null) return { state: 'lost', why: 'not opened', sinceMs: startedAtMs, nextAttemptAtMs: null };
  const { state, sinceMs } = machine.stream;
  const nextAttemptAtMs = state === 'live' ? null : (runner?.stream()?.nextAttemptAtMs ?? null);
  return { state, why: streamWhy(runner, machine), sinceMs, nextAttemptAtMs };
}

/** The machine is told once that a stream is lost, and not at all while it never lived: why it still is, is said now. */
function streamWhy(runner: AccountRunner | null, { stream }: MachineRow): string {
  const now = runner?.stream() ?? null;
  if (stream.state !== 'lost' || now === null || now.word === 'live') return reasonWords(stream.why);
  return now.why === null ? 'connecting to the exchange' : reasonWords(now.why);
}

function isDoubtful({ status, owner }: Order): boolean {
  if (owner === EXTERNAL) return false;
  return status.kind === 'unknown' || (status.kind === 'cancelling' && status.cancel === 'unknown');
}
