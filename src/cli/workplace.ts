/** What every command works with: the terminal, the folder, and ways to the running desk that open when needed. */

import { cliSocketPath } from '../server/cli-words.ts';
import { type RunFile, readRunFile } from '../shell/claim.ts';
import type { Clock } from '../shell/clock.ts';
import { type Places, places } from '../shell/places.ts';
import type { Random } from '../shell/random.ts';
import { noDesk } from './cli-error.ts';
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

export class Workplace {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly random: Random;
  readonly pause: (delayMs: number) => Promise<void>;
  readonly json: boolean;
  readonly places: Places;
  readonly #options: GlobalOptions;
  readonly #platform: NodeJS.Platform;
  #desk: DeskClient | null = null;
  #custody: CustodyLink | null = null;

  constructor(around: Surroundings, options: GlobalOptions) {
    this.terminal = around.terminal;
    this.clock = around.clock;
    this.random = around.random;
    this.pause = around.pause;
    this.json = options.json === true;
    this.places = places({ data: options.data, env: around.env, platform: around.platform, home: around.home });
    this.#options = options;
    this.#platform = around.platform;
  }

  /** Null where none runs. */
  running(): RunFile | null {
    return readRunFile(this.places);
  }

  /** Throws `CliError` with exit code 3 where no desk runs. */
  get desk(): DeskClient {
    if (this.#desk === null) {
      const run = this.#requireRunning();
      this.#desk = deskClient({
        socketPath: cliSocketPath(run.sockets, this.#platform),
        address: run.address,
        token: run.cliToken,
        user: this.#options.user ?? null,
      });
    }
    return this.#desk;
  }

  /** Throws `CliError` with exit code 3 where no desk runs. */
  get custody(): CustodyLink {
    this.#custody ??= custodyLink(this.#requireRunning(), this.#platform, this.clock);
    return this.#custody;
  }

  close(): void {
    this.#desk?.close();
    this.#custody?.close();
  }

  #requireRunning(): RunFile {
    const run = this.running();
    if (run === null) throw noDesk(this.places.data);
    return run;
  }
}
