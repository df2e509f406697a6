/**
 * Wherever something becomes durable or leaves for the exchange, a test must be able to end the process right before and
 * right after it (`crash-points.ts` of desk and custody). The simulator counts the points that were passed; here, whoever
 * adds such a place without one is told before anything runs. By name and text, because a type does not know what is sent.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = new Map(
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'src'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .filter(
      (file) => file.endsWith('.ts') && !/\.(?:test|testing)\.ts$/.test(file) && existsSync(path.join(ROOT, file)),
    )
    .map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')]),
);

/** One way in which something becomes durable or leaves. */
type Way = {
  readonly what: string;
  /** Global. Its first group, where there is one, stands for `*` in the points. */
  readonly call: RegExp;
  readonly among: RegExp;
  /** The only files that may do it, and what stands before and after it in the same function. */
  readonly in: Readonly<Record<string, readonly [before: string, after: string]>>;
};

const at = (name: string): readonly [string, string] => [`crash.at('before-${name}')`, `crash.at('after-${name}')`];
/** The reason stands beside each. */
const NONE = ['', ''] as const;

const WAYS: readonly Way[] = [
  {
    what: 'a transaction of the accounts',
    call: /\b(?:store|trades)\b\??\.write\(/g,
    among: /^src\/(?!store\/)/,
    in: { 'src/shell/trading/group-commit.ts': at('commit') },
  },
  {
    what: 'another write of the trade store',
    call: /\.(install|prune)(?:Journal)?\(/g,
    among: /^src\/(?!store\/|custody\/)/,
    in: { 'src/shell/trading/accounts.ts': at('*') },
  },
  {
    what: 'a request that acts on orders, or asks about them',
    call: /\brequest\(\s*'(place|cancel|find|snapshot)'/g,
    among: /^src\/(?!custody\/|cli\/)/,
    in: { 'src/shell/trading/dispatch.ts': at('*') },
  },
  {
    what: 'a request for the stream',
    call: /\brequest\(\s*'follow'/g,
    among: /^src\/(?!custody\/|cli\/)/,
    // It changes nothing, and what it tells comes later.
    in: { 'src/shell/trading/follow.ts': ["crash.at('before-follow')", ''] },
  },
  {
    what: 'a halt',
    call: /\brequest\(\s*'halt'/g,
    among: /^src\/(?!custody\/|cli\/)/,
    in: {
      'src/shell/trading/accounts.ts': at('halt'),
      // A person's, who is told what became of it; the accounts' own way above says it again.
      'src/shell/trading/halt.ts': NONE,
    },
  },
  {
    what: 'a request whose name cannot be read here',
    call: /\brequest\((?!\s*'|\s*op: |<)\s*[a-z]\w*,/g,
    among: /^src\/(?:shell|server)\//,
    // Of proposals and approvals alone, by its type.
    in: { 'src/shell/trading/policy-book.ts': NONE },
  },
  {
    what: 'a commit of the order journal',
    call: /\.exec\('COMMIT'\)/g,
    among: /^src\/custody\/trading\//,
    in: {
      'src/custody/trading/journal.ts': ["this.#onCommit('before')", "this.#onCommit('after')"],
      // Makes the tables of an empty file, before anybody can ask for anything.
      'src/custody/trading/journal-file.ts': NONE,
    },
  },
  {
    what: 'a write beside a commit of the order journal',
    call: /prepare\(\s*[`'"](?:INSERT|UPDATE|DELETE)/g,
    among: /^src\/custody\/trading\//,
    // Within what `#commit` is handed.
    in: { 'src/custody/trading/journal.ts': ['this.#commit([', ''] },
  },
  {
    what: 'a signed request of trading',
    call: /\boptions\.send\(/g,
    among: /^src\/custody\//,
    in: { 'src/custody/trade-gate.ts': ['crash.at(`before-send-', 'crash.at(`after-send-'] },
  },
  {
    what: 'a signed request that reads',
    call: /\bawait sendSigned\(/g,
    among: /^src\//,
    in: { 'src/custody/gate.ts': at('send-read') },
  },
  {
    what: 'another signed request',
    call: /(?<!function |await )\bsendSigned\(/g,
    among: /^src\//,
    // What the gate of trading is handed as `options.send`.
    in: { 'src/custody/gate.ts': NONE },
  },
  {
    what: 'a request to an exchange',
    call: /\bhttp\.send\(/g,
    among: /^src\/(?!venues\/contract\/)/,
    in: {
      // `sendSigned`, and what everybody may read.
      'src/custody/gate.ts': NONE,
      // What everybody may read.
      'src/venues/whitebit/public-call.ts': NONE,
    },
  },
];

/** The function or method around a place: our formatter puts the end of each on a line of its own. */
function around(text: string, from: number): { readonly before: string; readonly after: string } {
  const end = /^(?: {2})?\}/gm;
  let [begun, ended] = [0, text.length];
  for (const { index } of text.matchAll(end)) {
    if (index < from) begun = index;
    else {
      ended = index;
      break;
    }
  }
  return { before: text.slice(begun, from), after: text.slice(from, ended) };
}

function complaints(ways: readonly Way[], sources: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  for (const way of ways) {
    const seen = new Set<string>();
    for (const [file, text] of sources) {
      if (!way.among.test(file)) continue;
      for (const match of text.matchAll(way.call)) {
        const place = `${file}:${text.slice(0, match.index).split('\n').length}`;
        const points = way.in[file];
        seen.add(file);
        if (points === undefined) {
          found.push(`${place} is ${way.what}: only ${Object.keys(way.in).join(' and ')} may do that`);
          continue;
        }
        const [before, after] = points.map((point) => point.replace('*', match[1] ?? '*'));
        const { before: code, after: rest } = around(text, match.index);
        if (!code.includes(before ?? '')) found.push(`${place} is ${way.what}, and before it there is no ${before}`);
        if (!rest.includes(after ?? '')) found.push(`${place} is ${way.what}, and after it there is no ${after}`);
      }
    }
    for (const file of Object.keys(way.in)) if (!seen.has(file)) found.push(`${file} has no ${way.what} any more`);
  }
  return found;
}

test('every durable write and every send stands between two named crash points', () => {
  expect(complaints(WAYS, SOURCES)).toEqual([]);
});

test('a place without its points is noticed, and so is one in a file that must not have any', () => {
  const planted = (file: string, from: string, to: string): string[] => {
    const text = SOURCES.get(file) ?? '';
    expect(text, `${file} has no ${from}`).toContain(from);
    return complaints(WAYS, new Map([...SOURCES, [file, text.replace(from, to)]]));
  };
  const cases: readonly (readonly [string, string, string])[] = [
    ['src/shell/trading/group-commit.ts', "    crash.at('before-commit');\n", ''],
    ['src/shell/trading/group-commit.ts', "    crash.at('after-commit');\n", ''],
    ['src/shell/trading/dispatch.ts', "    crash.at('before-place');\n", ''],
    ['src/shell/trading/dispatch.ts', "    crash.at('after-cancel');\n", "    crash.at('after-place');\n"],
    ['src/shell/trading/accounts.ts', "      crash.at('before-prune');\n", ''],
    ['src/shell/trading/accounts.ts', "    crash.at('after-install');\n", ''],
    ['src/custody/trading/journal.ts', "      this.#onCommit('before');\n", ''],
    ['src/custody/trading/journal.ts', "      this.#onCommit('after');\n", ''],
    ['src/custody/trade-gate.ts', '    crash.at(`before-send-', '    log(`before-send-'],
    ['src/custody/gate.ts', "        crash.at('after-send-read');\n", ''],
  ];
  for (const [file, from, to] of cases) expect(planted(file, from, to), `${file} ${from}`).toHaveLength(1);
  const added = (file: string, line: string): string[] =>
    complaints(WAYS, new Map([...SOURCES, [file, `${SOURCES.get(file) ?? ''}\nfunction more() {\n  ${line}\n}\n`]]));
  for (const [file, line] of [
    ['src/shell/trading/runner.ts', 'void this.#parts.store.write([step]);'],
    ['src/shell/trading/group-commit.ts', 'void store.write([step]);'],
    ['src/shell/trading/unwritten.ts', "void custody.client.request('cancel', args);"],
    ['src/shell/trading/dispatch.ts', "void custody.client.request('place', args);"],
    ['src/server/handlers/trading.ts', "void link.client.request(\n    'place', args);"],
    ['src/shell/trading/unwritten.ts', 'void custody.client.request(name, args);'],
    ['src/custody/trading/journal.ts', "db.exec('COMMIT');"],
    ['src/custody/trading/halts.ts', "db.prepare('DELETE FROM orders').run();"],
    ['src/custody/operations/place.ts', 'await sendSigned(credential, path);'],
    ['src/venues/whitebit/trading.ts', 'await http.send(request);'],
  ] as const)
    expect(added(file, line).length, `${file} ${line}`).toBeGreaterThan(0);
});
