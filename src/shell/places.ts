/** Where things lie on this platform. The unlock key must not lie where the data lies: a copied folder opens nothing. */

import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';

export type Places = {
  /** Database, keystore, audit trail, practice exchange. */
  readonly data: string;
  /** The key file that unlocks the keystore at start. */
  readonly keys: string;
  /** Sockets and what the command line needs to find a running desk; owner only. */
  readonly run: string;
  readonly sockets: string;
};

/** A Unix socket's path is at most 107 bytes on Linux and 103 on macOS; room is left for the file's name. */
const SOCKET_FOLDER_MAX = 84;

export function places(options: {
  readonly data: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}): Places {
  const { env, home } = options;
  const data = path.resolve(options.data ?? defaultData(options));
  const keys = keyFolder(options, env, home);
  const run = path.join(data, 'run');
  const near = path.join(run, 's');
  const short = createHash('sha256').update(data).digest('hex').slice(0, 12);
  const sockets = Buffer.byteLength(near) <= SOCKET_FOLDER_MAX ? near : path.join(os.tmpdir(), `gapless-${short}`);
  return { data, keys, run, sockets };
}

function defaultData(options: Parameters<typeof places>[0]): string {
  const { env, home, platform } = options;
  if (env.XDG_DATA_HOME) return path.join(env.XDG_DATA_HOME, 'gapless');
  switch (platform) {
    case 'darwin':
      return path.join(home, 'Library', 'Application Support', 'Gapless');
    case 'win32':
      return path.join(env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'Gapless');
    default:
      return path.join(home, '.local', 'share', 'gapless');
  }
}

function keyFolder(
  options: { readonly platform: NodeJS.Platform },
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (env.XDG_CONFIG_HOME) return path.join(env.XDG_CONFIG_HOME, 'gapless');
  switch (options.platform) {
    case 'darwin':
      return path.join(home, 'Library', 'Preferences', 'Gapless');
    case 'win32':
      return path.join(env.APPDATA ?? path.join(home, 'AppData', 'Roaming'), 'Gapless');
    default:
      return path.join(home, '.config', 'gapless');
  }
}
