/**
 * Many callers, few commits. A commit waits for the disk and everything else waits with it; what has arrived by then
 * shares the next one. So one caller waits for one sync of the disk, and a thousand at once hardly longer.
 */
export interface GroupCommit<Item, Done> {
  /** Answers when the item's commit is on the disk, in the order of submission, or says that it was not taken. */
  submit(item: Item): Promise<Submitted<Done>>;
  /** Commits what waits and takes nothing any more. */
  close(): void;
}

export type Submitted<Done> = { readonly ok: true; readonly value: Done } | NotTaken;

export type NotTaken = {
  readonly ok: false;
  /**
   * `queue-full`, `closed` and `stopped`: nothing was done. `unknown`: the commit failed with the item in it; whether it
   * holds is known after the next start only.
   */
  readonly reason: 'queue-full' | 'closed' | 'stopped' | 'unknown';
};

export type GroupCommitOptions<Item, Done> = {
  /** Items that may wait at once; the next is refused. */
  readonly queueMax: number;
  /** Items of one commit, so that the first of them does not wait for too many others. */
  readonly groupMax: number;
  /** Runs the work soon, after the input that has already arrived: `setImmediate` outside of tests. */
  readonly defer: (work: () => void) => void;
  /** All or nothing, one answer an item. What it throws stops everything: memory may be ahead of the disk then. */
  readonly commit: (items: readonly Item[]) => readonly Done[];
  /** After each commit, in order. */
  readonly committed: (done: readonly Done[]) => void;
  readonly failed: (error: unknown) => void;
};

type Waiting<Item, Done> = { readonly item: Item; readonly answer: (submitted: Submitted<Done>) => void };

export function createGroupCommit<Item, Done>(options: GroupCommitOptions<Item, Done>): GroupCommit<Item, Done> {
  const { queueMax, groupMax, defer } = options;
  let waiting: Waiting<Item, Done>[] = [];
  let state: 'open' | 'closed' | 'stopped' = 'open';
  let isDeferred = false;

  function wake(): void {
    if (isDeferred || waiting.length === 0) return;
    isDeferred = true;
    defer(() => {
      isDeferred = false;
      commitGroup();
      wake();
    });
  }

  function commitGroup(): void {
    const group = waiting.slice(0, groupMax);
    if (group.length === 0) return;
    waiting = waiting.slice(groupMax);
    let done: readonly Done[];
    try {
      done = options.commit(group.map(({ item }) => item));
    } catch (error) {
      stop(group, error);
      return;
    }
    for (const [index, { answer }] of group.entries()) {
      const value = done[index];
      // One answer an item is the commit's promise; without it nobody could say what became of this one.
      answer(value === undefined ? { ok: false, reason: 'unknown' } : { ok: true, value });
    }
    options.committed(done);
  }

  function stop(group: readonly Waiting<Item, Done>[], error: unknown): void {
    state = 'stopped';
    const behind = waiting;
    waiting = [];
    for (const { answer } of group) answer({ ok: false, reason: 'unknown' });
    for (const { answer } of behind) answer({ ok: false, reason: 'stopped' });
    options.failed(error);
  }

  return {
    submit(item) {
      if (state !== 'open') return Promise.resolve({ ok: false, reason: state });
      if (waiting.length >= queueMax) return Promise.resolve({ ok: false, reason: 'queue-full' });
      return new Promise((answer) => {
        waiting.push({ item, answer });
        wake();
      });
    },
    close() {
      if (state === 'open') state = 'closed';
      while (waiting.length > 0) commitGroup();
    },
  };
}
