import { parseCommand } from '../engine/command-text.ts';
import type { Engine, Opening } from '../engine/engine.ts';
import { openEngine } from '../engine/engine.ts';
import { CHAIN_START, commandLine, nextLink } from './chain.ts';
import type { CommandLog, Head } from './command-log.ts';
import { eventText } from './event-text.ts';
import { ExchangeFileError } from './exchange-file.ts';

/** An engine as it was after the last commit. */
export type Booted = {
  readonly engine: Engine;
  readonly head: Head;
  /** Time of the last command in Unix microseconds; no later one may be before it. */
  readonly lastUs: number;
  /** Of the newest undamaged snapshot; 0 without one. */
  readonly snapshotSequence: number;
};

/**
 * The newest good snapshot and every command since. Each replayed command must do again what it did when it was
 * committed, and the last must be the last that was: throws `ExchangeFileError` otherwise.
 */
export function boot(log: CommandLog, opening: Opening): Booted {
  const start = startOf(log, opening);
  const { engine } = start;
  let { sequence, chain, lastUs } = start;
  for (const logged of log.groupsAfter(sequence)) {
    const lines: string[] = [];
    for (const record of logged.records) {
      const command = parseCommand(record);
      const { reply, events } = engine.apply(command);
      lines.push(commandLine(record, reply, events.map(eventText)));
      lastUs = command.atUs;
    }
    chain = nextLink(chain, lines);
    if (chain !== logged.chain) throw differs(logged.first, logged.sequence);
    sequence = logged.sequence;
  }
  const head = log.head();
  if (chain !== head.chain) throw differs(head.sequence, head.sequence);
  return { engine, head, lastUs, snapshotSequence: start.sequence };
}

function startOf(log: CommandLog, opening: Opening): Head & { readonly engine: Engine; readonly lastUs: number } {
  for (const { sequence, chain, snapshot } of log.snapshots())
    return { engine: openEngine(opening, snapshot), sequence, chain, lastUs: snapshot.nowUs };
  if (log.firstSequence() > 1)
    throw new ExchangeFileError(
      'no-good-snapshot',
      "Both snapshots in the exchange's file are damaged. Put back a copy of the file, or begin a new exchange in another folder with --data.",
    );
  return { engine: openEngine(opening, null), sequence: 0, chain: CHAIN_START, lastUs: 0 };
}

/** A commit has one link for all its commands, so which of them it was is not known. */
function differs(first: number, last: number): ExchangeFileError {
  const which = first === last ? `Command ${last} does` : `One of the commands ${first} to ${last} does`;
  return new ExchangeFileError(
    'replay-differs',
    `${which} not do again what it did. Either the exchange's file was changed from outside, or another version of this program wrote it and was killed: then start that version once, stop it normally, and update after that.`,
  );
}
