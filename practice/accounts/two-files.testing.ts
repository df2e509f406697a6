import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCOUNT_FILE, EXCHANGE_FILE, openWorld, type World, type WorldOptions } from './world.testing.ts';

/** Both files, and processes over them that die when the test says so. */
export class TwoFiles {
  readonly #root = mkdtempSync(join(tmpdir(), 'practice-money-'));
  #count = 0;

  folder(): string {
    this.#count += 1;
    return mkdtempSync(join(this.#root, `${this.#count}-`));
  }

  /** What the disk would hold if the process died now: every commit so far and nothing else. */
  copied(folder: string): string {
    const copy = this.folder();
    for (const file of [ACCOUNT_FILE, EXCHANGE_FILE])
      for (const name of [file, `${file}-wal`])
        if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(copy, name));
    return copy;
  }

  /** With chance of its own: ids that come again would hide a fault. */
  open(folder: string, options: WorldOptions = {}): World {
    this.#count += 1;
    return openWorld(folder, { seed: `world ${this.#count}`, ...options });
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

/** Commits of the exchange that wait for the test while `isHeld`. */
export class Commits {
  isHeld = false;
  #waiting: (() => void)[] = [];

  readonly defer = (work: () => void): void => {
    if (this.isHeld) this.#waiting.push(work);
    else setImmediate(work);
  };

  /** One commit, and nothing after it. */
  turn(): void {
    this.#waiting.shift()?.();
  }

  release(): void {
    this.isHeld = false;
    for (let work = this.#waiting.shift(); work !== undefined; work = this.#waiting.shift()) work();
  }
}

/** Everything that waits for nothing but its turn has had it. */
export function flushed(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
