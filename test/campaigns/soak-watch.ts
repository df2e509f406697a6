/** What a running desk uses, seen from outside: memory, descriptors, sockets, files, and how promptly it answers. */

import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { practiceCall } from '../practice-api.ts';
import type { RunningDesk } from '../running-desk.ts';

/** Names of figures to their values; every sample has the same names. */
export type Sample = Readonly<Record<string, number>>;
const MIB = 1024 * 1024;

/** Files that are only ever added to: told, and not judged. */
export const ONLY_ADDED_TO = /^(?:desk|custody|practice)\.files/;

export async function sample(desk: RunningDesk): Promise<Sample> {
  const figures: Record<string, number> = {};
  for (const { name, pid } of desk.children()) {
    figures[`${name}.rssMiB`] = residentMiB(pid);
    Object.assign(figures, descriptorsOf(name, pid));
  }
  Object.assign(figures, await deskMetrics(desk.address));
  // It does not say its own delay: how long a word takes to come back is what a caller feels of it. Faults leave this be.
  figures['practice.answerMs'] = await took(() => practiceCall(desk.practice, 'clock/read'));
  figures['desk.filesMiB'] = sizeMiB(desk.data, (name) => name.startsWith('desk.'));
  figures['custody.filesMiB'] = sizeMiB(path.join(desk.data, 'custody'));
  figures['practice.filesMiB'] = sizeMiB(path.join(desk.data, 'practice'));
  return figures;
}

function residentMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;
}

function descriptorsOf(name: string, pid: number): Sample {
  const folder = `/proc/${pid}/fd`;
  const targets = readdirSync(folder).map((fd) => {
    try {
      return readlinkSync(path.join(folder, fd));
    } catch {
      // Closed since it was listed.
      return '';
    }
  });
  const open = targets.filter((target) => target !== '');
  const sockets = open.filter((target) => target.startsWith('socket:'));
  return { [`${name}.descriptors`]: open.length, [`${name}.sockets`]: sockets.length };
}

/** From the desk's own numbers for Prometheus. */
async function deskMetrics(address: string): Promise<Sample> {
  const text = await (await fetch(`${address}/metrics`)).text();
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  return {
    'desk.heapMiB': value('nodejs_heap_size_used_bytes') / MIB,
    'desk.loopDelayP99Ms': value('nodejs_eventloop_lag_p99_seconds') * 1_000,
    'desk.liveSockets': value('gapless_live_sockets'),
  };
}

async function took(ask: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await ask();
  return performance.now() - begun;
}

function sizeMiB(folder: string, isWanted: (name: string) => boolean = () => true): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!isWanted(entry.name)) continue;
    const place = path.join(folder, entry.name);
    try {
      bytes += entry.isDirectory() ? sizeMiB(place) * MIB : entry.isFile() ? statSync(place).size : 0;
    } catch {
      // Gone since it was listed.
    }
  }
  return bytes / MIB;
}
