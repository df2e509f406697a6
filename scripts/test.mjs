/**
 * `npm test`: makes the machine ready, Chromium and PostgreSQL included, then runs every check and every test. A check
 * that cannot run is a failure, never a silence. Ends with `N passed, N failed` alone on a line.
 */
import './check-node.mjs';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
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

/** Long runs of seeds have no deadlines of their own: they take what the timed tests leave, from the start on. */
const campaigns = begin('campaigns', constants.priority.PRIORITY_LOW);
/** A browser mostly waits, and the unit tests mostly reckon. */
const browser = begin('e2e', constants.priority.PRIORITY_NORMAL);
runHere('unit');
report(await browser);
runHere('system');
report(await campaigns);

function runHere(project) {
  const { file, args } = argumentsOf(project);
  const run = spawnSync(node, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] });
  count(project, file, run.status ?? run.signal);
}

function report({ project, file, status, output }) {
  console.log(output);
  count(project, file, status);
}

function argumentsOf(project) {
  const file = path.join(out, `vitest-${project}.json`);
  rmSync(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  return { file, args: [bin('vitest/vitest.mjs'), 'run', '--project', project, ...reporters] };
}

/** Beside the others; what it prints is told when it ended. A pipe would fill up while this process waits for another. */
function begin(project, priority) {
  const { file, args } = argumentsOf(project);
  const printed = path.join(out, `vitest-${project}.log`);
  const log = openSync(printed, 'w');
  const child = spawn(node, args, { cwd: ROOT, env, stdio: ['ignore', log, log] });
  closeSync(log);
  // What it starts inherits this.
  if (child.pid !== undefined) setPriority(child.pid, priority);
  return new Promise((resolve) => {
    child.once('close', (code, signal) =>
      resolve({ project, file, status: code ?? signal, output: readFileSync(printed, 'utf8') }),
    );
  });
}

function count(project, file, status) {
  if (!existsSync(file)) {
    failed += 1;
    console.log(`FAIL the ${project} tests ended without a report (exit ${status})`);
    return;
  }
  const counts = JSON.parse(readFileSync(file, 'utf8'));
  passed += counts.numPassedTests;
  failed += counts.numFailedTests;
  // A skipped test is an untold gap, and a file that failed to load counts no test at all.
  const silent = counts.numPendingTests + counts.numTodoTests;
  if (silent > 0) {
    failed += silent;
    console.log(`FAIL ${silent} tests of ${project} did not run`);
  }
  const brokenFiles = counts.testResults.filter(
    (tests) => tests.status === 'failed' && tests.assertionResults.length === 0,
  ).length;
  failed += brokenFiles;
  if (status !== 0 && counts.numFailedTests === 0 && brokenFiles === 0) {
    failed += 1;
    console.log(`FAIL the ${project} run ended with exit ${status} although its tests passed`);
  }
}

console.log(`\nTook ${((Date.now() - startedAt) / 60_000).toFixed(1)} minutes.`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
