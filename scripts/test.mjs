/**
 * `npm test`: makes the machine ready, Chromium and PostgreSQL included, then runs every check and every test. A check
 * that cannot run is a failure, never a silence. Ends with `N passed, N failed` alone on a line.
 */
import './check-node.mjs';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const { ensureInstalled, ensurePage, environment, pinnedNode, ROOT } = await import('./machine.mjs');
const { ensureTools } = await import('./tools.mjs');

const startedAt = Date.now();
ensureInstalled();
const node = pinnedNode();
ensurePage(node);
const tools = ensureTools();

const env = { ...environment(), ...tools, FORCE_COLOR: '0' };
const bin = (name) => path.join(ROOT, 'node_modules', name);
const out = path.join(ROOT, 'out');
mkdirSync(out, { recursive: true });

const checks = [
  ['types', [bin('typescript/bin/tsc'), '-p', '.']],
  ['types of the page', [bin('typescript/bin/tsc'), '-p', 'web']],
  ['format and lint', [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']],
  [
    'promises',
    [
      bin('oxlint/bin/oxlint'),
      '--type-aware',
      // In this order: what comes later wins.
      '-A',
      'all',
      '-D',
      'typescript/no-floating-promises',
      ...['src', 'practice', 'guides', 'web', 'test', 'bench'],
    ],
  ],
  ['dead code', [bin('knip/bin/knip.js'), '--no-progress']],
];

let passed = 0;
let failed = 0;
for (const [name, args] of checks) {
  const begun = Date.now();
  const run = spawnSync(node, args, { cwd: ROOT, env, encoding: 'utf8' });
  const ok = run.status === 0;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
  if (ok) passed += 1;
  else {
    failed += 1;
    console.log(`${run.stdout ?? ''}${run.stderr ?? ''}${run.error ?? ''}`);
  }
}

for (const project of ['unit', 'system']) {
  const report = path.join(out, `vitest-${project}.json`);
  rmSync(report, { force: true });
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const run = spawnSync(node, [bin('vitest/vitest.mjs'), ...args], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (!existsSync(report)) {
    failed += 1;
    console.log(`FAIL the ${project} tests ended without a report (exit ${run.status ?? run.signal})`);
    continue;
  }
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  passed += counts.numPassedTests;
  failed += counts.numFailedTests;
  // A skipped test is an untold gap, and a file that failed to load counts no test at all.
  const silent = counts.numPendingTests + counts.numTodoTests;
  if (silent > 0) {
    failed += silent;
    console.log(`FAIL ${silent} tests of ${project} did not run`);
  }
  const brokenFiles = counts.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  failed += brokenFiles;
  if (run.status !== 0 && counts.numFailedTests === 0 && brokenFiles === 0) {
    failed += 1;
    console.log(`FAIL the ${project} run ended with exit ${run.status ?? run.signal} although its tests passed`);
  }
}

console.log(`\nTook ${((Date.now() - startedAt) / 60_000).toFixed(1)} minutes.`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
