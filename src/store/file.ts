/** Where the desk's database lies, for the desk and for the one command that works on it directly. */

import path from 'node:path';

export function databaseFile(dataFolder: string): string {
  return path.join(dataFolder, 'desk.db');
}
