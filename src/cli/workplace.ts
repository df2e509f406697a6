/** What every command works with: the terminal, the folder, and ways to the running desk that open when needed. */

import { accessSync, constants, existsSync } from 'node:fs';
import { cliSocketPath } from '../server/cli-words.ts';
import { type RunFile, readRunFile } from '../shell/claim.ts';
import type { Clock } from '../shell/clock.ts';
import { type Places, places } from '../shell/places.ts';
import type { Random } from '../shell/random.ts';
import { CliError, noDesk } from './cli-error.ts';
import { type CustodyLink, custodyLink } from './custody-link.ts';
import { type DeskClient, deskClient } from './desk-client.ts';
import type { Terminal } from './terminal.ts';

/** The world outside, handed in so that tests can stand in for it. */
export type Surroundings = {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly version: string;
  readonly pause: (delayMs: number) => Promise<void>;
};

export type GlobalOptions = { readonly data?: string; readonly user?: string; readonly json?: true };

export interface Workplace {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly random: Random;
  readonly pause: (delayMs: number) => Promise<void>;
  readonly json: boolean;
  readonly places: Places;
  /** Throws `CliError` with exit code 3 where no desk runs. */
  readonly desk: DeskClient;
  /** Throws `CliError` with exit code 3 where no desk runs. */
  readonly custody: CustodyLink;
  /** For whom; null is the owner of the desk. */
  readonly user: string | null;
  /** The desk may have been started anew, with another token: looks it up again when it is asked next. */
  forgetDesk(): void;
  /** Null where none runs. */
  running(): RunFile | null;
  close(): void;
}

/** Null where no desk runs; a folder of another user is not the same as none. */
function readRun(where: Places): RunFile | null {
  try {
    if (existsSync(where.data)) accessSync(where.data, constants.R_OK | constants.X_OK);
    return readRunFile(where);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new CliError(
      'data_unreadable',
      `The data folder ${where.data} cannot be read (${code}).`,
      'Run this as the user who started the desk, or name another folder with --data DIR.',
    );
  }
}

export function openWorkplace(around: Surroundings, options: GlobalOptions): Workplace {
  const { terminal, clock, random, pause, env, platform, home } = around;
  const where = places({ data: options.data, env, platform, home });
  let desk: DeskClient | null = null;
  let custody: CustodyLink | null = null;

  function requireRunning(): RunFile {
    const run = readRun(where);
    if (run === null) throw noDesk(where.data);
    return run;
  }

  return {
    terminal,
    clock,
    random,
    pause,
    json: options.json === true,
    places: where,
    user: options.user ?? null,
    forgetDesk() {
      desk?.close();
      desk = null;
    },
    running: () => readRun(where),
    get desk() {
      if (desk !== null) return desk;
      const run = requireRunning();
      desk = deskClient({
        socketPath: cliSocketPath(run.sockets, platform),
        address: run.address,
        token: run.cliToken,
        user: options.user ?? null,
      });
      return desk;
    },
    get custody() {
      custody ??= custodyLink(requireRunning(), platform, clock);
      return custody;
    },
    close() {
      desk?.close();
      custody?.close();
    },
  };
}
