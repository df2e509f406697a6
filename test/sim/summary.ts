/** What many worlds came to, as figures; failing ones are told at once. */

import type { Failure, SeedReport } from './seeds.ts';

export const FAILURES_SHOWN_MAX = 5;

export class Summary {
  seeds = 0;
  readonly failed: number[] = [];
  #events = 0;
  #least = Number.POSITIVE_INFINITY;
  #messages = 0;
  #commits = 0;
  #actions = 0;
  #cpuMs = 0;
  /** Equal for equal worlds, in whatever order they ran. */
  #print = 0;
  readonly #quietMs: number[] = [];
  readonly #counts = new Map<string, number>();

  add(report: SeedReport): void {
    this.seeds += 1;
    this.#events += report.events;
    this.#least = Math.min(this.#least, report.events);
    this.#messages += report.messages;
    this.#commits += report.commits;
    this.#actions += report.actions;
    this.#cpuMs += report.cpuMs;
    this.#print ^= report.print;
    this.#quietMs.push(report.quietMs);
    for (const [name, count] of Object.entries(report.counts))
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
    if (report.failure !== null) this.fails(report.failure);
  }

  fails({ seed, violations }: Failure): void {
    this.failed.push(seed);
    if (this.failed.length > FAILURES_SHOWN_MAX) return;
    process.stdout.write(`${[`seed ${seed}`, ...violations.map((one) => `  ${one}`)].join('\n')}\n`);
  }

  figures() {
    const sorted = this.#quietMs.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    const count = (name: string): number => this.#counts.get(name) ?? 0;
    return {
      ...{ seeds: this.seeds, violations: this.failed.length, events: this.#events, eventsLeast: this.#least },
      ...{ messages: this.#messages, commits: this.#commits, actions: this.#actions },
      cpuMicrosecondsPerEvent: Math.round((this.#cpuMs * 1_000) / Math.max(1, this.#events)),
      print: this.#print,
      ...{ placed: count('command place'), unknown: count('unknown') },
      kills: [...this.#counts].reduce((sum, [name, times]) => sum + (/^died at|^act kill$/.test(name) ? times : 0), 0),
      knownAfterQuietMs: { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 },
    };
  }
}
