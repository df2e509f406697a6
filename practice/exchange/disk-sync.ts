import { open } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';

/**
 * When what was committed has to be on the disk. A commit survives the death of the process without that, because the
 * system has it; only a power cut or a crash of the system takes what is not on the disk. Waiting for the disk with
 * every commit would cost most of the time there is, so ordinary commits follow within a second and hold nobody up.
 */
export interface DiskSync {
  /**
   * Runs one commit; `isUrgent`: it and all before it are on the disk when this returns. Throws what the commit throws,
   * and once the disk has refused a sync: nobody may be answered on top of what may be lost.
   */
  commit<T>(isUrgent: boolean, work: () => T): T;
  /** Before the database is closed, which puts everything on the disk. */
  stop(): void;
}

export type DiskSyncParts = {
  /** Puts the commits so far on the disk, beside everything else that goes on. */
  readonly sync: () => Promise<void>;
  /** Runs the work once after this time of the machine, unless it is called off by the answer before. */
  readonly later: (work: () => void, delayMs: number) => () => void;
};

/** A power cut takes the orders of about so long. */
const SYNC_WITHIN_MS = 1_000;

export function createDiskSync(database: DatabaseSync, { sync, later }: DiskSyncParts): DiskSync {
  let callOff: (() => void) | null = null;
  let isSyncing = false;
  let isBehind = false;
  let isStopped = false;
  let failure: { readonly error: unknown } | null = null;
  // The first commit makes the log's file, and only SQLite itself puts the name of that on the disk.
  let isFirst = true;

  function plan(): void {
    if (callOff !== null || isSyncing || isStopped) return;
    callOff = later(() => void syncNow(), SYNC_WITHIN_MS);
  }

  async function syncNow(): Promise<void> {
    callOff = null;
    isSyncing = true;
    isBehind = false;
    try {
      await sync();
    } catch (error) {
      // A stopped one lost its file to the close, which synced it.
      if (!isStopped) failure = { error };
    }
    isSyncing = false;
    if (isBehind) plan();
  }

  return {
    commit(isUrgent, work) {
      if (failure !== null) throw failure.error;
      const isFull = isUrgent || isFirst;
      // Cannot be changed inside of a transaction.
      if (isFull) database.exec('PRAGMA synchronous = FULL');
      try {
        return work();
      } finally {
        if (isFull) database.exec('PRAGMA synchronous = NORMAL');
        else {
          isBehind = true;
          plan();
        }
        isFirst = false;
      }
    },
    stop() {
      isStopped = true;
      callOff?.();
      callOff = null;
    },
  };
}

/** For a real file; one in memory has no disk. */
export function diskOf(file: string): DiskSyncParts {
  return {
    sync: file === ':memory:' ? () => Promise.resolve() : () => syncFile(`${file}-wal`),
    later: (work, delayMs) => {
      const timer = setTimeout(work, delayMs).unref();
      return () => clearTimeout(timer);
    },
  };
}

/** In a thread of the system's pool. The log is the only file that grows between two checkpoints. */
async function syncFile(path: string): Promise<void> {
  // Windows syncs nothing that was not opened for writing.
  const handle = await open(path, 'r+');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
