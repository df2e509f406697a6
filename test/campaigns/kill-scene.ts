/** What stands on the stage of the kill campaign: a desk, a person at it, a witness of every request, and the judgement. */

import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { connectCustody } from '../../src/custody/client.ts';
import type { KeySummary } from '../../src/custody/protocol.ts';
import { type PracticeKey, practiceAccount, practiceKey } from '../practice-api.ts';
import { type RunningDesk, until } from '../running-desk.ts';
import { type Attempt, DeskPerson } from './desk-person.ts';
import { nonceOf, whyForbidden } from './frozen.ts';
import type { Witness, Witnessed } from './witness.ts';

export type Victim = 'practice' | 'custody' | 'desk' | 'supervisor' | 'everything';
export type Connected = { readonly id: string; readonly email: string };
type Work = {
  readonly key: PracticeKey;
  readonly email: string;
  readonly replaces: string | null;
  /** Null where the desk could not say how it ended. */
  readonly running: Promise<Attempt | null>;
};

/** The supervisor waits at most 5 s before it starts a process again; starting takes seconds on a busy machine. */
const RECOVERED_MS = 60_000;
/** Children notice at once that their supervisor is gone; they get the time to close their files. */
const ORPHANS_GONE_MS = 15_000;
/** Equal once could be the moment before custody ends what it was doing for a desk that is gone. */
const STEADY_MS = 600;
const SETTLED_MS = 30_000;
const PREPARE_RUNS = 3;
/** The machine gets busier and quieter: what counts is how long connecting takes now. */
const TIMES_KEPT = 5;

export class KillScene {
  readonly faults: string[] = [];
  round = '';
  connected: Connected[] = [];
  signedRequests = 0;
  #desk: RunningDesk;
  readonly #args: readonly string[];
  readonly #person: DeskPerson;
  #tookMs: number[] = [];
  readonly #lastNonce = new Map<string, bigint>();
  readonly #seen: Witnessed[] = [];

  constructor(desk: RunningDesk, witness: Witness, args: readonly string[]) {
    this.#desk = desk;
    this.#args = args;
    this.#person = new DeskPerson(desk.address);
    witness.onRequest = (seen) => this.#witnessed(seen);
  }

  /** How long connecting takes when nothing is killed under it, in milliseconds: the median of the last few. */
  get undisturbedMs(): number {
    return this.#tookMs.toSorted((a, b) => a - b)[Math.floor(this.#tookMs.length / 2)] ?? 0;
  }

  /** Claims the desk and connects a few times undisturbed. */
  async prepare(): Promise<void> {
    await this.#person.claim(this.#desk.setupCode ?? '');
    for (let run = 1; run <= PREPARE_RUNS; run += 1) {
      const work = await this.beginConnect(-run);
      const attempt = await work.running;
      if (attempt?.state !== 'stored') throw new Error(`Not even undisturbed: ${JSON.stringify(attempt?.trouble)}`);
      this.connected.push({ id: attempt.connection, email: work.email });
    }
  }

  async beginConnect(round: number): Promise<Work> {
    const email = `round${round}@practice.example`;
    await practiceAccount(this.#desk.practice, email);
    const key = await practiceKey(this.#desk.practice, email);
    const asked = this.#person.connect(key, 'whitebit', `Round ${round}`);
    return { key, email, replaces: null, running: this.#toItsEnd(asked) };
  }

  async beginReplace(connected: Connected): Promise<Work> {
    const key = await practiceKey(this.#desk.practice, connected.email);
    const asked = this.#person.replace(connected.id, key, 'whitebit');
    return { key, email: connected.email, replaces: connected.id, running: this.#toItsEnd(asked) };
  }

  /** Kills after the delay and waits until all runs again. Gives how long that took, in milliseconds. */
  async strike(victim: Victim, delayMs: number, running: Promise<unknown>): Promise<number> {
    await pause(delayMs);
    const before = this.#desk.children();
    const begun = performance.now();
    if (victim === 'supervisor') {
      this.#desk.supervisor.kill('SIGKILL');
      const left = () => before.filter(({ pid }) => isAlive(pid)).map(({ name }) => name);
      await until(
        () => left().length === 0,
        ORPHANS_GONE_MS,
        () => `Left running: ${left().join()}`,
      );
      this.#desk = await this.#desk.again(this.#args);
    } else if (victim === 'everything') this.#desk = await this.#desk.again(this.#args);
    else {
      const pid = before.find(({ name }) => name === victim)?.pid;
      if (pid === undefined) throw new Error(`${this.round}: there is no ${victim}`);
      process.kill(pid, 'SIGKILL');
      await until(() => this.#desk.children().length === 3 && !this.#pids().includes(pid), RECOVERED_MS, this.#told);
    }
    await until(() => this.#isWell(), RECOVERED_MS, this.#told);
    const tookMs = performance.now() - begun;
    await running;
    return tookMs;
  }

  /** True where what was under way when the plug was pulled is there; both is right, anything between is not. */
  async judge(work: Work): Promise<boolean> {
    const keys = await this.#settled();
    const hint = `${work.key.apiKey.slice(0, 4)}…${work.key.apiKey.slice(-4)}`;
    const found = keys.find((key) => key.keyHint === hint);
    if (work.replaces !== null) {
      if (!keys.some((key) => key.connection === work.replaces))
        this.#fault('the connection of a replaced key is gone');
      await this.#mustPass(work.replaces);
    } else if (found !== undefined) {
      this.connected.push({ id: found.connection, email: work.email });
      await this.#mustPass(found.connection);
    }
    const verified = await this.#person.call('audit.verify');
    if (!verified.ok) this.#fault(`the audit trail: entry ${verified.firstBadSeq}: ${verified.reason}`);
    return found !== undefined;
  }

  /** What was not stored left nothing behind that is in the way. */
  async tryAgain(work: Work): Promise<void> {
    const attempt = await this.#person.ended(await this.#person.connect(work.key, 'whitebit', 'Again'));
    if (attempt.state !== 'stored') this.#fault(`connecting again ended as ${attempt.state}: ${attempt.trouble?.code}`);
    else this.connected.push({ id: attempt.connection, email: work.email });
  }

  async keepAtMost(count: number): Promise<void> {
    while (this.connected.length > count) {
      const oldest = this.connected.shift();
      if (oldest !== undefined) await this.#person.remove(oldest.id);
    }
  }

  /** Every connection once more, and the whole record of the witness. Gives the number of entries of the audit trail. */
  async lastLook(): Promise<number> {
    this.round = 'the last look';
    await this.#settled();
    for (const { id } of this.connected) await this.#mustPass(id);
    for (const seen of this.#seen) {
      if (seen.nonceRefused) this.#fault(`the exchange refused a nonce of ${seen.apiKey.slice(0, 4)}… at ${seen.path}`);
    }
    const { entries } = await this.#person.call('audit.verify');
    return entries;
  }

  async end(): Promise<void> {
    await this.#desk.end();
  }

  readonly #told = (): string => `${this.round}\n${this.#desk.output()}`;

  #fault(words: string): void {
    this.faults.push(`${this.round}: ${words}`);
  }

  #pids(): number[] {
    return this.#desk.children().map(({ pid }) => pid);
  }

  async #toItsEnd(asked: Promise<Attempt>): Promise<Attempt | null> {
    const begun = performance.now();
    try {
      const attempt = await this.#person.ended(await asked);
      if (attempt.state === 'stored') this.#tookMs = [...this.#tookMs, performance.now() - begun].slice(-TIMES_KEPT);
      return attempt;
    } catch {
      // The desk was killed under the request, or no longer knows the attempt.
      return null;
    }
  }

  async #isWell(): Promise<boolean> {
    const ping = await fetch(`${this.#desk.practice}/api/v4/public/ping`).catch(() => null);
    if (ping?.ok !== true) return false;
    const custody = await this.#person.call('custody.read').catch(() => null);
    return custody?.state === 'open';
  }

  /** Custody's keys once keys, rows of the database and the page's list have been the same for a while. */
  async #settled(): Promise<readonly KeySummary[]> {
    let steadySince = performance.now();
    let before = '';
    let keys: readonly KeySummary[] = [];
    let sides = '';
    const same = async (): Promise<boolean> => {
      keys = await this.#keys();
      const custody = keys.map(({ connection, keyHint }) => `${connection} ${keyHint}`);
      const list = await this.#person.call('connections.list');
      const page = list.map(({ id, keyHint }) => `${id} ${keyHint}`);
      sides = JSON.stringify([custody, this.#rows(), page].map((one) => one.toSorted()));
      const [a, b, c] = JSON.parse(sides) as string[][];
      const equal = a?.join() === b?.join() && b?.join() === c?.join();
      if (!equal || sides !== before) steadySince = performance.now();
      before = sides;
      return equal && performance.now() - steadySince > STEADY_MS;
    };
    await until(
      () => same().catch(() => false),
      SETTLED_MS,
      () => `keys, rows and page differ: ${sides}`,
    ).catch((error: unknown) => this.#fault(error instanceof Error ? error.message : String(error)));
    return keys;
  }

  async #keys(): Promise<readonly KeySummary[]> {
    const { sockets, ownerToken } = this.#desk.runFile();
    const socketPath = path.join(sockets, 'owner.sock');
    const owner = connectCustody({ socketPath, token: ownerToken, clock: { nowMs: () => Date.now() } });
    try {
      return await owner.request('keys', {}, { deadlineMs: 5_000 });
    } finally {
      owner.close();
    }
  }

  #rows(): string[] {
    const database = new DatabaseSync(path.join(this.#desk.data, 'desk.db'), { readOnly: true });
    try {
      const rows = database.prepare('SELECT id, key_hint FROM connections').all();
      return rows.map((row) => `${String(row.id)} ${String(row.key_hint)}`);
    } finally {
      database.close();
    }
  }

  async #mustPass(id: string): Promise<void> {
    const begun = await this.#person.call('connections.check', { params: { id } });
    const attempt = await this.#person.ended(begun);
    if (attempt.state !== 'stored') this.#fault(`a check ended as ${attempt.state}: ${attempt.trouble?.code}`);
  }

  #witnessed(seen: Witnessed): void {
    this.#seen.push(seen);
    if (seen.method !== 'POST') return;
    this.signedRequests += 1;
    const why = whyForbidden(seen);
    if (why !== null) this.#fault(`forbidden: ${why}`);
    const nonce = nonceOf(seen.body);
    const last = this.#lastNonce.get(seen.apiKey) ?? 0n;
    if (nonce === null || nonce <= last) this.#fault(`nonce ${nonce} after ${last} for ${seen.apiKey.slice(0, 4)}…`);
    else this.#lastNonce.set(seen.apiKey, nonce);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
