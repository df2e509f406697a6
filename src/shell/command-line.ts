/** How a command is typed that reaches this desk: it names the data folder wherever that is not looked in by itself. */

import { type Places, places } from './places.ts';

/** From "resume" to what is typed in a terminal. */
export type CommandLine = (words: string) => string;

type Around = Omit<Parameters<typeof places>[0], 'data'>;

/** " --data FOLDER", or nothing for the folder of a desk that was started without a word about it. */
export function dataOption({ data }: Pick<Places, 'data'>, around: Around): string {
  return data === places({ ...around, data: undefined }).data ? '' : ` --data ${quoted(data, around.platform)}`;
}

export function commandLineOf(where: Pick<Places, 'data'>, around: Around): CommandLine {
  const option = dataOption(where, around);
  return (words) => `npx gapless ${words}${option}`;
}

/** As one word for the shell that the platform comes with. */
function quoted(folder: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return /^[\w:\\./-]+$/.test(folder) ? folder : `"${folder}"`;
  return /^[\w@%+=:,./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", `'\\''`)}'`;
}
