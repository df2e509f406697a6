/** What the command line and its door at the desk must agree on, beside the routes of the contract. */

import { createHash } from 'node:crypto';
import path from 'node:path';

/** For whom the command line asks, percent-encoded; without it, for the owner of the desk. */
export const CLI_USER_HEADER = 'x-gapless-user';
/** Stands for a session on the live line: it lives as long as the desk does, as the token of the door does. */
export const COMMAND_LINE_SESSION = 'command-line';
/** Answered by the door itself; these are no routes of the desk and exist nowhere else. */
export const SETUP_CODE_PATH = '/door/setup-code';
/** The command line has changed something at custody; the desk looks at once instead of at its next turn. */
export const CUSTODY_CHANGED_PATH = '/door/custody-changed';
/** The ids of the people of this desk, for whoever restores keys: those of others would be on no page. */
export const PEOPLE_PATH = '/door/people';

/** Beside custody's sockets, in a folder that only its owner can enter; a named pipe on Windows, which has no such folder. */
export function cliSocketPath(socketFolder: string, platform: NodeJS.Platform): string {
  if (platform !== 'win32') return path.join(socketFolder, 'cli.sock');
  return `\\\\.\\pipe\\gapless-cli-${createHash('sha256').update(socketFolder).digest('hex').slice(0, 16)}`;
}
