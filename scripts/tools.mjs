/** Programs that only the tests need and npm does not have: found, or installed from Debian's packages when root. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fail } from './machine.mjs';

const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/** Each is handed to the tests in the variable that can also name it. */
const TOOLS = [
  {
    name: 'Chromium',
    variable: 'CHROMIUM',
    packages: ['chromium', 'fonts-dejavu-core'],
    places: () => ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
    holds: (file) => existsSync(file),
  },
  {
    name: 'PostgreSQL',
    variable: 'POSTGRES_BIN',
    packages: ['postgresql'],
    places: () => [...debianPostgres(), ...(process.env.PATH ?? '').split(path.delimiter)],
    holds: (folder) => ['initdb', 'postgres'].every((program) => existsSync(path.join(folder, program))),
  },
];

/** The variables for the tests. Ends the process with a sentence where one cannot be had. */
export function ensureTools() {
  const missing = TOOLS.filter((tool) => find(tool) === undefined);
  if (missing.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) install(missing);
  return Object.fromEntries(TOOLS.map((tool) => [tool.variable, find(tool) ?? fail(sentence(tool))]));
}

function find({ variable, places, holds }) {
  return [process.env[variable], ...places()].find((place) => place !== undefined && place !== '' && holds(place));
}

function install(tools) {
  console.log(`Installing ${tools.map(({ name }) => name).join(' and ')} for the tests (once) …`);
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const packages = tools.flatMap((tool) => tool.packages);
  spawnSync('apt-get', ['update', '-qq'], quiet);
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet);
}

function sentence({ name, variable, packages }) {
  return `The tests need ${name} and none was found. Install it (Debian, Ubuntu: \`apt-get install ${packages[0]}\` as root; elsewhere from your system), or name where it is in the variable ${variable}, then run \`npm test\` again.`;
}

/** Debian keeps its programs out of the path, a folder for each version; the newest first. */
function debianPostgres() {
  const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : [];
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => path.join(DEBIAN_POSTGRES, version, 'bin'));
}
