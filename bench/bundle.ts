/**
 * What a browser loads to show My Exchanges for the first time: index.html, its scripts and styles, the page's own
 * chunk and everything those import, each gzipped as a server sends it. Chunks that are loaded on demand do not count.
 * Verdict against the budget; exit code 1 when it is broken.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/** kB as in the issue: 1000 bytes. */
const BUDGET_BYTES = 220_000;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = path.join(ROOT, 'dist/web');
const PAGE = 'exchanges/page.tsx';

type Chunk = { readonly file: string; readonly imports?: readonly string[]; readonly css?: readonly string[] };

await build({ configFile: path.join(ROOT, 'web/vite.config.ts'), logLevel: 'warn' });
const manifest = JSON.parse(readFileSync(path.join(DIST, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>;

const files = new Set<string>(['index.html', 'theme.js', 'favicon.svg']);
const seen = new Set<string>();
function collect(name: string): void {
  if (seen.has(name)) return;
  seen.add(name);
  const chunk = manifest[name];
  if (chunk === undefined) throw new Error(`The build has no chunk called ${name}`);
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const imported of chunk.imports ?? []) collect(imported);
}
collect('index.html');
collect(PAGE);

let total = 0;
for (const file of [...files].sort()) {
  const bytes = gzipSync(readFileSync(path.join(DIST, file)), { level: 6 }).length;
  total += bytes;
  console.log(`${String(bytes).padStart(8)}  ${file}`);
}
const fits = total <= BUDGET_BYTES;
console.log(
  `${String(total).padStart(8)}  bytes gzip for the first load of My Exchanges, budget ${BUDGET_BYTES}: ${fits ? 'fits' : 'TOO LARGE'}`,
);
process.exitCode = fits ? 0 : 1;
