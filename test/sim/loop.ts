/**
 * Time for a whole little world: everything that happens is a task at a moment, run one after the other, with all
 * promises settled in between. Each task belongs to a process; when a process dies, what it still had to do never
 * happens. Node's timers are replaced by this clock, so product code that uses them runs in virtual time as well.
 */

export type ProcessName = 'desk' | 'custody' | 'exchange' | 'world';
/** What a task is, for the count of events; `turn` is bookkeeping of the loop itself and counts for nothing. */
type TaskKind = 'message' | 'timer' | 'action' | 'turn';

type Task = {
  atMs: number;
  order: number;
  readonly process: ProcessName;
  readonly life: number;
  readonly kind: TaskKind;
  readonly run: () => void;
  gone: boolean;
};

/** A process died here. Whoever catches it is dead too, and what it does then reaches nobody. */
export class Died extends Error {
  override name = 'Died';
}

const NUMBERS: Readonly<Record<ProcessName, number>> = { desk: 1, custody: 2, exchange: 3, world: 4 };
/** More turns at one moment than any honest program takes. */
const SPIN_MAX = 100_000;

export class Loop {
  nowMs: number;
  current: ProcessName = 'world';
  readonly counts: Record<TaskKind, number> = { message: 0, timer: 0, action: 0, turn: 0 };
  /** Called with whatever a task or a promise threw that nobody caught. */
  onError: (error: unknown, process: ProcessName) => void = () => {};
  /** After every task. */
  afterEach: () => void = () => {};
  readonly #lives: Record<ProcessName, number> = { desk: 0, custody: 0, exchange: 0, world: 0 };
  #currentLife = 0;
  /** Of everything that ran, when and where: equal for equal worlds. */
  print = 0;
  #heap: Task[] = [];
  #orders = 0;
  #spins = 0;
  readonly #frozenUntilMs = new Map<ProcessName, number>();

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  life(process: ProcessName): number {
    return this.#lives[process];
  }

  /** False: whoever runs now belongs to a process that is no more. */
  get isAlive(): boolean {
    return this.#lives[this.current] === this.#currentLife;
  }

  kill(process: ProcessName): void {
    this.#lives[process] += 1;
  }

  /** As while a machine sleeps or a process is kept busy: nothing of it runs before that. */
  freeze(process: ProcessName, untilMs: number): void {
    this.#frozenUntilMs.set(process, Math.max(untilMs, this.#frozenUntilMs.get(process) ?? 0));
  }

  /** When the last of those who sleep wakes up. */
  get thawMs(): number {
    return Math.max(0, ...this.#frozenUntilMs.values());
  }

  /** What is still to come, of a process that lives. */
  pending(process: ProcessName): number {
    return this.#heap.filter((task) => !task.gone && task.process === process && task.life === this.#lives[process])
      .length;
  }

  /** For the current process: its timers die with it. */
  after(delayMs: number, run: () => void, kind: TaskKind = 'timer'): () => void {
    if (!this.isAlive) return () => {};
    return this.#push(this.current, delayMs, run, kind);
  }

  /** For another process, as things arrive that were on their way. */
  deliver(process: ProcessName, delayMs: number, run: () => void, kind: TaskKind = 'message'): () => void {
    if (!this.isAlive) return () => {};
    return this.#push(process, delayMs, run, kind);
  }

  /** By the world itself, whoever runs now. */
  plan(delayMs: number, run: () => void, kind: TaskKind = 'turn'): void {
    this.#push('world', delayMs, run, kind);
  }

  #push(process: ProcessName, delayMs: number, run: () => void, kind: TaskKind): () => void {
    this.#orders += 1;
    const atMs = this.nowMs + Math.max(0, Math.ceil(delayMs));
    const task: Task = { atMs, order: this.#orders, process, life: this.#lives[process], kind, run, gone: false };
    this.#raise(task);
    return () => {
      task.gone = true;
    };
  }

  /** Runs everything up to a moment, or until `enough`. */
  async runUntil(untilMs: number, enough: () => boolean = () => false): Promise<void> {
    while (!enough()) {
      const [next] = this.#heap;
      if (next === undefined || next.atMs > untilMs) {
        this.nowMs = Math.max(this.nowMs, untilMs);
        return;
      }
      this.#lower();
      if (next.gone || next.life !== this.#lives[next.process]) continue;
      const frozenUntilMs = this.#frozenUntilMs.get(next.process) ?? 0;
      if (next.atMs < frozenUntilMs) {
        // In the order in which they came due.
        this.#orders += 1;
        Object.assign(next, { atMs: frozenUntilMs, order: this.#orders });
        this.#raise(next);
        continue;
      }
      this.#spins = next.atMs === this.nowMs ? this.#spins + 1 : 0;
      if (this.#spins > SPIN_MAX) throw new Error(`The world spins at ${this.nowMs} in ${next.process}`);
      this.nowMs = next.atMs;
      this.current = next.process;
      this.#currentLife = next.life;
      this.counts[next.kind] += 1;
      this.print = (Math.imul(this.print ^ (next.atMs % 2 ** 31), 0x01000193) + NUMBERS[next.process]) | 0;
      try {
        next.run();
      } catch (error) {
        if (!(error instanceof Died) && this.isAlive) this.onError(error, next.process);
      }
      await settled();
      this.afterEach();
      this.current = 'world';
      this.#currentLife = this.#lives.world;
    }
  }

  #raise(task: Task): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(task);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Task;
      if (!isBefore(task, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = task;
  }

  #lower(): void {
    const heap = this.#heap;
    const last = heap.pop() as Task;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Task, heap[child] as Task)) child += 1;
      if (!isBefore(heap[child] as Task, last)) break;
      heap[at] = heap[child] as Task;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Task, b: Task): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

const realImmediate = setImmediate;
/** All promises that can go on have gone on: a real turn of the event loop comes only after them. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    realImmediate(resolve);
  });
}

let ruling: Loop | null = null;

/** From here on `setTimeout` and `setImmediate` of this process are those of the loop. Only for a process of its own. */
export function ruleTimers(loop: Loop): void {
  const first = ruling === null;
  ruling = loop;
  if (!first) return;
  const cancels = new WeakMap<object, () => void>();
  const handleOf = (cancel: () => void): object => {
    const handle = { unref: () => handle, ref: () => handle, hasRef: () => false };
    cancels.set(handle, cancel);
    return handle;
  };
  const clear = (handle: unknown): void => {
    if (typeof handle === 'object' && handle !== null) cancels.get(handle)?.();
  };
  const now = (): Loop => ruling as Loop;
  Object.assign(globalThis, {
    setTimeout: (run: () => void, delayMs = 0) => handleOf(now().after(delayMs, run)),
    setImmediate: (run: () => void) => handleOf(now().after(0, run, 'turn')),
    clearTimeout: clear,
    clearImmediate: clear,
    setInterval: () => {
      throw new Error('Nothing that the simulator runs may use an interval');
    },
  });
  process.on('unhandledRejection', (error) => {
    if (!(error instanceof Died) && now().isAlive) now().onError(error, now().current);
  });
}
