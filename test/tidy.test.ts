/**
 * The house rules that a machine can hold: which folder may import which, what pure code may not touch, how long a file
 * may be, and what must not stand in the repository at all.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Tracked files and those about to be. */
const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(path.join(ROOT, file)));
const CODE = FILES.filter((file) => /\.(ts|tsx|mjs)$/.test(file));
const text = new Map(
  FILES.filter((file) => !/\.(png|ico|woff2?)$/.test(file)).map((file) => [
    file,
    readFileSync(path.join(ROOT, file), 'utf8'),
  ]),
);

const FILE_LINES_MAX = 450;

/** What each part may import besides itself. The longest matching prefix names the part. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/core/': [],
  'src/engine/': ['src/core/'],
  'src/contract/': ['src/core/candle.ts'],
  'src/indicators/': ['src/core/'],
  'src/venues/': ['src/core/'],
  'src/portfolio/': ['src/core/', 'src/venues/venue.ts'],
  'src/custody/': ['src/core/', 'src/venues/'],
  'src/store/': [
    'src/core/',
    'src/engine/',
    'src/portfolio/',
    'src/venues/venue.ts',
    'src/custody/protocol.ts',
    'src/custody/trade-protocol.ts',
  ],
  'src/shell/': [
    'src/core/',
    'src/engine/',
    'src/portfolio/',
    'src/store/',
    'src/venues/',
    'src/contract/',
    'src/custody/protocol.ts',
    'src/custody/trade-protocol.ts',
    'src/custody/client.ts',
    'src/options.ts',
    'guides/',
  ],
  'src/server/': [
    'src/core/',
    'src/engine/',
    'src/portfolio/',
    'src/store/',
    'src/shell/',
    'src/contract/',
    'src/venues/venue.ts',
    'src/custody/protocol.ts',
    'src/custody/trade-protocol.ts',
    'src/custody/client.ts',
    'src/options.ts',
    'guides/',
  ],
  'src/cli/': [
    'src/core/',
    'src/contract/',
    'src/store/',
    'src/shell/',
    'src/server/',
    'src/custody/protocol.ts',
    'src/custody/trade-protocol.ts',
    'src/custody/client.ts',
    'src/custody/sealing.ts',
    'src/custody/launch.ts',
    'src/options.ts',
    'guides/',
  ],
  'src/options.ts': [],
  'src/main.ts': ['src/'],
  'src/desk.ts': ['src/', 'guides/'],
  'guides/': ['src/core/', 'src/custody/protocol.ts', 'src/venues/venue.ts'],
  'practice/': ['src/core/decimal.ts'],
  'web/': ['src/contract/', 'src/core/decimal.ts', 'src/core/candle.ts', 'src/indicators/'],
};

function partOf(file: string): string | null {
  const parts = Object.keys(MAY_IMPORT).filter(
    (prefix) => file === prefix || (prefix.endsWith('/') && file.startsWith(prefix)),
  );
  return parts.sort((a, b) => b.length - a.length)[0] ?? null;
}

type Import = { readonly specifier: string; readonly typeOnly: boolean };

function importsOf(file: string): Import[] {
  const source = text.get(file) ?? '';
  const found: Import[] = [];
  const pattern = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;
  for (const match of source.matchAll(pattern)) {
    found.push({ specifier: match[2] ?? match[3] ?? '', typeOnly: match[1] !== undefined });
  }
  return found;
}

/** What a helper of tests that plays custody may know of it: which requests it takes. */
const isPlayed = (file: string, target: string): boolean =>
  file.endsWith('.testing.ts') && target === 'src/custody/requests.ts';

const isTest = (file: string): boolean =>
  /\.test\.tsx?$/.test(file) || file.startsWith('test/') || file.startsWith('bench/');

describe('imports', () => {
  test('go one way', () => {
    const wrong: string[] = [];
    let seen = 0;
    for (const file of CODE) {
      const part = partOf(file);
      if (part === null || isTest(file)) continue;
      for (const { specifier } of importsOf(file)) {
        if (!specifier.startsWith('.')) continue;
        seen += 1;
        const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
        if (partOf(target) === part || isPlayed(file, target)) continue;
        const allowed = (MAY_IMPORT[part] ?? []).some(
          (prefix) => target === prefix || (prefix.endsWith('/') && target.startsWith(prefix)),
        );
        if (!allowed) wrong.push(`${file} imports ${target}`);
      }
    }
    expect(seen).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  test('the page takes only types and the plain route table from the contract', () => {
    const wrong = CODE.filter((file) => file.startsWith('web/') && !isTest(file)).flatMap((file) =>
      importsOf(file)
        .filter(
          ({ specifier, typeOnly }) =>
            specifier.includes('/contract/') && !specifier.endsWith('/routes.ts') && !typeOnly,
        )
        .map(({ specifier }) => `${file} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  test('custody stands on Node alone', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const { specifier, typeOnly } of importsOf(file)) {
        if (typeOnly || !specifier.startsWith('.')) continue;
        visit(path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier)));
      }
    };
    visit('src/custody/main.ts');
    expect(reached.size).toBeGreaterThan(10);
    const foreign = [...reached].flatMap((file) =>
      importsOf(file)
        .filter(({ specifier, typeOnly }) => !typeOnly && !specifier.startsWith('.') && !specifier.startsWith('node:'))
        .map(({ specifier }) => `${file} imports ${specifier}`),
    );
    expect(foreign).toEqual([]);
    const dynamic = [...reached].filter((file) => /\bimport\(|\beval\(|new Function\(/.test(text.get(file) ?? ''));
    expect(dynamic).toEqual([]);
  });
});

describe('pure code', () => {
  const PURE = /^src\/(core|engine|indicators|strategies|portfolio|contract)\//;
  const IMPURE =
    /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.|\bprocess\.|\bfetch\(|\bsetTimeout\b|\bsetInterval\b|from 'node:/;

  test('asks neither clock nor chance nor the machine', () => {
    const files = CODE.filter((file) => PURE.test(file) && !isTest(file));
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((file) => IMPURE.test(text.get(file) ?? ''))).toEqual([]);
  });

  test('has no money typed number', () => {
    const money = /\b(price|amount|quantity|notional|fee|balance|volume)s?\??:\s*number\b/i;
    // Indicators are reckoned from candles for drawing and deciding; nothing of them is booked or sent.
    const exact = /^(src\/(?!indicators\/)|practice\/(accounts|api|control)\/)/;
    const files = CODE.filter((file) => exact.test(file) && !isTest(file));
    const wrong = files.flatMap((file) =>
      (text.get(file) ?? '')
        .split('\n')
        .filter((line) => money.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('files', () => {
  test(`are at most ${FILE_LINES_MAX} lines`, () => {
    const long = CODE.filter((file) => !isTest(file) && (text.get(file) ?? '').split('\n').length > FILE_LINES_MAX);
    expect(long).toEqual([]);
  });

  test('are named for what they hold: no utils, no barrels', () => {
    expect(CODE.filter((file) => /(^|\/)(utils?|helpers?|common|misc|index)\.(ts|tsx)$/.test(file))).toEqual([]);
  });

  test('switch off no rule without a reason and no test at all', () => {
    const wrong = CODE.filter((file) => file !== 'test/tidy.test.ts').flatMap((file) =>
      (text.get(file) ?? '')
        .split('\n')
        .filter((line) => /@ts-(ignore|nocheck)|biome-ignore [^:]*$|\.(skip|only|todo)\(/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(wrong).toEqual([]);
  });

  test('tell nothing of the machine they were written on', () => {
    const wrong = [...text].flatMap(([file, content]) =>
      file === 'test/tidy.test.ts'
        ? []
        : /\/work\/|\/root\/|\/tmp\/brief|registry\.npmjs|\.\.\/shared\b/.test(content)
          ? [file]
          : [],
    );
    expect(wrong).toEqual([]);
  });

  test('the lockfile names no registry host and every package exactly', () => {
    const manifest = JSON.parse(text.get('package.json') ?? '{}') as Record<string, Record<string, string>>;
    for (const group of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      for (const version of Object.values(manifest[group] ?? {})) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    }
    expect(text.get('package-lock.json')).not.toContain('"resolved"');
  });
});
