import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const SRC = path.dirname(path.dirname(MAIN));
const IMPORT = /^(?:import|export) (?:[^;]*? from )?'([^']+)'/gm;

/** Every file that the process loads, with its text. */
function loaded(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const visit = (file: string) => {
    if (files.has(file)) return;
    const text = readFileSync(file, 'utf8');
    files.set(file, text);
    for (const [, from = ''] of text.matchAll(IMPORT)) {
      if (from.startsWith('.')) visit(path.resolve(path.dirname(file), from));
      else expect(from, `${file} imports ${from}`).toMatch(/^node:/);
    }
  };
  visit(MAIN);
  return files;
}

test('the process loads nothing but Node, and nothing of ours beyond custody, core and venues', () => {
  for (const file of loaded().keys()) expect(path.relative(SRC, file)).toMatch(/^(?:custody|core|venues)[/\\]/);
});

test('it makes no code at run time and starts nothing', () => {
  for (const [file, text] of loaded()) {
    expect(text, file).not.toMatch(
      /\bimport\(|\brequire\(|\beval\(|new Function|node:(?:child_process|vm|worker_threads|inspector)/,
    );
    expect(text, file).not.toMatch(/console\./);
  }
});

/**
 * The design wants 3,000 for a process that only reads, and had that with 3,400. Growth beyond this needs a reason. The
 * last ones: orders, then what an asset may come to, markets that grew thin, reduce-only, fewer commits an order,
 * telling what was traded from what open orders could add, and memory that does not keep a day's rows whole
 * (docs/decisions/2026-11-23-custody-trades.md).
 */
const LINES_MAX = 6_280;

test('custody stays small enough to be read in one sitting', () => {
  const lines = [...loaded()]
    .filter(([file]) => path.relative(SRC, file).startsWith('custody'))
    .flatMap(([, text]) => text.split('\n'))
    .filter((line) => line.trim() !== '' && !/^\s*(?:\/\/|\/?\*)/.test(line));
  expect(lines.length).toBeLessThanOrEqual(LINES_MAX);
});
