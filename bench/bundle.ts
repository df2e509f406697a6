/**
 * What a browser loads to show a page for the first time: index.html, its scripts and styles, the page's own chunks and
 * everything those import, each gzipped as a server sends it. My Exchanges, and Trade with its chart, book, ticket and
 * tables. Chunks that are loaded on demand do not count. Verdicts against the budgets; exit code 1 when one is broken.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/** kB as in the issues: 1000 bytes. What stands on Trade from the start is loaded by chunks of its own. */
const PAGES = [
  { name: 'My Exchanges', budgetBytes: 220_000, chunks: ['exchanges/page.tsx'] },
  { name: 'Trade with its chart', budgetBytes: 300_000, chunks: ['trade/page.tsx'] },
] as const;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = path.join(ROOT, 'dist/web');

type Chunk = { readonly file: string; readonly imports?: readonly string[]; readonly css?: readonly string[] };

await build({ configFile: path.join(ROOT, 'web/vite.config.ts'), logLevel: 'warn' });
const manifest = JSON.parse(readFileSync(path.join(DIST, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>;

function filesOf(chunks: readonly string[]): ReadonlySet<string> {
  const files = new Set<string>(['index.html', 'theme.js', 'favicon.svg']);
  const seen = new Set<string>();
  const collect = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const chunk = manifest[name];
    if (chunk === undefined) throw new Error(`The build has no chunk called ${name}`);
    files.add(chunk.file);
    for (const css of chunk.css ?? []) files.add(css);
    for (const imported of chunk.imports ?? []) collect(imported);
  };
  for (const name of ['index.html', ...chunks]) collect(name);
  return files;
}

for (const { name, budgetBytes, chunks } of PAGES) {
  let total = 0;
  for (const file of [...filesOf(chunks)].sort()) {
    const bytes = gzipSync(readFileSync(path.join(DIST, file)), { level: 6 }).length;
    total += bytes;
    console.log(`${String(bytes).padStart(8)}  ${file}`);
  }
  const fits = total <= budgetBytes;
  console.log(
    `goal first load of ${name}: measured ${total} bytes gzip, goal ${budgetBytes}, ${fits ? 'pass' : 'fail'}`,
  );
  if (!fits) process.exitCode = 1;
}
