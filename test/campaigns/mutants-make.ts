/** Makes mutants of a TypeScript file: one small change each, the kind of slip that a test should notice. */

export type Mutant = {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The line as it is, without its indentation. */
  readonly code: string;
  readonly change: string;
  readonly text: string;
};

/** Each match becomes one mutant for each replacement. */
const SWAPS: readonly (readonly [from: RegExp, ...to: string[]])[] = [
  [/ === /g, ' !== '],
  [/ !== /g, ' === '],
  [/ < /g, ' <= ', ' >= '],
  [/ <= /g, ' < ', ' > '],
  [/ > /g, ' >= ', ' <= '],
  [/ >= /g, ' > ', ' < '],
  [/ && /g, ' || '],
  [/ \|\| /g, ' && '],
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/ \* /g, ' + '],
  [/ \+= /g, ' -= '],
  [/ -= /g, ' += '],
  [/\.gt\(/g, '.gte(', '.lte('],
  [/\.gte\(/g, '.gt(', '.lt('],
  [/\.lt\(/g, '.lte(', '.gte('],
  [/\.lte\(/g, '.lt(', '.gt('],
  [/\.add\(/g, '.sub('],
  [/\.sub\(/g, '.add('],
  [/\.mul\(/g, '.add('],
  [/\bDecimal\.max\(/g, 'Decimal.min('],
  [/\bDecimal\.min\(/g, 'Decimal.max('],
  [/\bMath\.max\(/g, 'Math.min('],
  [/\bMath\.abs\(/g, '('],
  [/\.every\(/g, '.some('],
  [/\.some\(/g, '.every('],
  [/(?<=[( ])!(?=[\w(])/g, ''],
  [/\btrue\b/g, 'false'],
  [/\bfalse\b/g, 'true'],
  [/(?<![\w.$'])0(?![\w.'])/g, '1'],
  [/(?<![\w.$'])1(?![\w.'])/g, '2'],
  [/'up'/g, "'down'"],
  [/'down'/g, "'up'"],
  [/'ceil'/g, "'floor'"],
  [/'floor'/g, "'ceil'"],
  [/'buy'/g, "'sell'"],
  [/'sell'/g, "'buy'"],
];
/** A statement of one line that does something by being there. */
const STATEMENT =
  /^[ \t]+(?!return\b|throw\b|const\b|let\b|readonly\b|else\b|if\b|for\b|while\b|case\b|break\b)[\w#.]+(?:\(|\.| (?:=|\+=|-=|\?\?=) ).*;$/gm;
const CONDITION = /\b(?:if|while) \(/g;

export function mutantsOf(file: string, text: string): readonly Mutant[] {
  const masked = mask(text);
  const mutants: Mutant[] = [];
  const add = (at: number, length: number, to: string, change: string): void => {
    const line = text.slice(0, at).split('\n').length;
    const code = (text.split('\n')[line - 1] ?? '').trim();
    // A type is not run, and an import is not a decision.
    if (/^(?:import|export type|type|readonly|function|\|) /.test(code)) return;
    mutants.push({ file, line, code, change, text: text.slice(0, at) + to + text.slice(at + length) });
  };
  for (const [from, ...tos] of SWAPS) {
    // Strings are no code, but for the ones that name a rounding or a side.
    const where = from.source.startsWith("'") ? withStrings(text) : masked;
    for (const match of where.matchAll(from))
      for (const to of tos)
        add(match.index, match[0].length, to, `${match[0].trim()} becomes ${to.trim() || 'nothing'}`);
  }
  for (const match of masked.matchAll(CONDITION)) {
    const begin = match.index + match[0].length;
    add(begin, closing(masked, begin) - begin, 'false', 'the condition is never true');
  }
  for (const match of masked.matchAll(STATEMENT)) {
    // Half of a statement that goes on over several lines is not one.
    const before = masked.slice(0, match.index).trimEnd().at(-1) ?? '';
    if (';{})'.includes(before)) add(match.index, match[0].length, '  ;', 'left out');
  }
  return mutants.toSorted((a, b) => a.line - b.line);
}

function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
const STRINGS = /'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|(?<=[(=:,] ?)\/(?![/*])(?:\\.|[^/\\\n])+\/[a-z]*/g;

/** As long as before, with blanks where nothing is code. */
function mask(text: string): string {
  return withStrings(text).replace(STRINGS, (found) => found.replace(/[^\n]/g, '_'));
}

function withStrings(text: string): string {
  return text.replace(COMMENT, (found) => found.replace(/[^\n]/g, ' '));
}
