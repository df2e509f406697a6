/**
 * Makes a fresh machine ready: the packages of the lockfile, the pinned Node, the built page. Runs under whatever Node
 * the person has (20 or newer); everything else runs under the pinned one.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const INSTALLED = path.join(ROOT, 'node_modules', '.gapless-installed');
const BUILT = path.join(ROOT, 'dist', 'web', '.built-from');
/** The oldest Node that runs TypeScript as it is and knows the APIs used. */
const OLDEST = [24, 18];

/** Installs from the lockfile unless that has been done for this very lockfile on this platform. */
export function ensureInstalled() {
  const wanted = hash([path.join(ROOT, 'package-lock.json')], `${process.platform}-${process.arch}`);
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === wanted) return;
  if (!existsSync(INSTALLED) && installedByHand()) {
    writeFileSync(INSTALLED, wanted);
    return;
  }
  console.log('Installing the packages of the lockfile (once, about half a minute) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const run = spawnSync(npm, ['ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (run.status !== 0) {
    fail(
      "The packages could not be installed (npm's own words stand above). Check the network or your npm registry setting and run the same command again.",
    );
  }
  writeFileSync(INSTALLED, wanted);
}

/** Somebody ran `npm ci`: npm's own record of what it put there is not older than the lockfile. */
function installedByHand() {
  const record = path.join(ROOT, 'node_modules', '.package-lock.json');
  return existsSync(record) && statSync(record).mtimeMs >= statSync(path.join(ROOT, 'package-lock.json')).mtimeMs;
}

/** The pinned Node of this platform, or the running one where it is new enough. */
export function pinnedNode() {
  const require = createRequire(path.join(ROOT, 'package.json'));
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const name of [`node-${system}-${process.arch}`, `node-bin-${system}-${process.arch}`]) {
    try {
      return path.join(path.dirname(require.resolve(`${name}/package.json`)), 'bin', executable);
    } catch {
      // Not the package of this platform; the next name, then the running Node.
    }
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return process.execPath;
  return fail(
    `There is no pinned Node for ${process.platform} ${process.arch}, and this one is ${process.version}. Install Node ${OLDEST.join('.')} or newer and run the same command again.`,
  );
}

/** Builds the page when its sources changed since the last build. */
export function ensurePage(node) {
  const sources = [
    ...files(path.join(ROOT, 'web')),
    ...['contract', 'core', 'indicators'].flatMap((part) => files(path.join(ROOT, 'src', part))),
    path.join(ROOT, 'package-lock.json'),
  ];
  const wanted = hash(sources, 'page');
  if (existsSync(BUILT) && readFileSync(BUILT, 'utf8') === wanted) return;
  console.log('Building the page (a few seconds) …');
  const vite = path.join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const run = spawnSync(node, [vite, 'build', '--logLevel', 'warn', path.join(ROOT, 'web')], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (run.status !== 0) fail('The page could not be built (the reason stands above).');
  writeFileSync(BUILT, wanted);
}

/** What children of these scripts run with: the compile cache makes the second start four times as fast. */
export function environment() {
  const cache = path.join(ROOT, 'node_modules', '.cache', 'compile');
  mkdirSync(cache, { recursive: true });
  return { ...process.env, NODE_COMPILE_CACHE: cache };
}

export function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

export function removeBuiltPage() {
  rmSync(BUILT, { force: true });
}

function files(folder) {
  return (
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      // `parentPath` came with 20.12; before it the same text was in `path`.
      .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
      .sort()
  );
}

function hash(paths, salt) {
  const sum = createHash('sha256').update(salt);
  for (const file of paths) sum.update(path.relative(ROOT, file)).update('\0').update(readFileSync(file)).update('\0');
  return sum.digest('hex');
}
