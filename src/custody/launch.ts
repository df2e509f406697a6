/** How custody is started: flags of Node that take things away from the process, then what it is told. */

import path from 'node:path';

export type CustodyLaunch = {
  /** The checkout: the folder with `src` in it. */
  readonly root: string;
  readonly data: string;
  /** Where the unlock key lies; never inside `data`. */
  readonly keys: string;
  readonly sockets: string;
  /** Origin, `https://whitebit.com`. */
  readonly whitebit: string;
  /** Origin of the practice exchange, or null where none runs. */
  readonly practice: string | null;
};

/** Custody's own folder under the data folder: nothing else of it can be read by the process. */
export function custodyFolder(data: string): string {
  return path.join(data, 'custody');
}

/**
 * Arguments for `process.execPath`. The boot tokens follow as one JSON line on standard input:
 * `{"desk":"…","owner":"…"}`. Node's own documentation calls its permission model a seat belt, not a wall; the wall
 * is that this process has no packages and takes no words but the protocol's.
 */
export function custodyArguments(launch: CustodyLaunch): string[] {
  const writable = [custodyFolder(launch.data), launch.keys, launch.sockets];
  const readable = [
    ...['custody', 'core', 'venues'].map((folder) => path.join(launch.root, 'src', folder)),
    path.join(launch.root, 'package.json'),
    ...writable,
  ];
  return [
    '--permission',
    // Node 24 knows no such flag: its permission model leaves the network open.
    ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
    ...readable.flatMap(withContents).map((place) => `--allow-fs-read=${place}`),
    ...writable.flatMap(withContents).map((place) => `--allow-fs-write=${place}`),
    '--disable-sigusr1',
    '--disallow-code-generation-from-strings',
    '--disable-proto=delete',
    // For `wipeReleased` in seams.ts: locking must take the keys out of memory now, not when memory happens to run low.
    '--expose-gc',
    // Node marks --allow-net as experimental on every start; what this process prints must mean something.
    '--disable-warning=ExperimentalWarning',
    path.join(launch.root, 'src', 'custody', 'main.ts'),
    '--data',
    launch.data,
    '--key-dir',
    launch.keys,
    '--socket-dir',
    launch.sockets,
    '--whitebit',
    launch.whitebit,
    ...(launch.practice === null ? [] : ['--practice', launch.practice]),
  ];
}

/** Where the two sockets are; named pipes on Windows, which have no folder. */
export function socketPath(socketDir: string, socket: 'desk' | 'owner', platform: NodeJS.Platform): string {
  if (platform !== 'win32') return path.join(socketDir, `${socket}.sock`);
  return `\\\\.\\pipe\\gapless-${Buffer.from(socketDir).toString('base64url').slice(-80)}-${socket}`;
}

/** A folder that does not exist yet is not recognised as one: its contents have to be named beside it. */
function withContents(place: string): string[] {
  return place.endsWith('.json') ? [place] : [place, path.join(place, '*')];
}
