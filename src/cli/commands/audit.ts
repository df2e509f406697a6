/** `audit`, `audit verify`, `audit export`: what was done with the keys, and whether the record is whole. */

import type { Command } from 'commander';
import type { Reply } from '../../contract/contract.ts';
import { CliError, wrongUsage } from '../cli-error.ts';
import type { Act } from '../program.ts';
import { type Column, table } from '../table.ts';
import { dateTimeText } from '../time-text.ts';
import type { Workplace } from '../workplace.ts';

type Entry = Reply<'audit.list'>[number];

const LIMIT_STANDARD = 20;
/** The desk gives at most this many at once; more are fetched page by page. */
const PAGE = 200;
/** Beyond this `audit export` is the right tool. */
const LIMIT_MAX = 10_000;

export function addAuditCommands(program: Command, act: Act): void {
  const audit = program
    .command('audit')
    .description('what was done with the keys, newest first')
    .option('--limit <n>', 'how many entries', String(LIMIT_STANDARD))
    .action(act((work, options: { limit: string }) => list(work, limitOf(options.limit))));
  audit
    .command('verify')
    .description('recompute the whole chain; names the first bad entry and ends with exit code 1 if there is one')
    .action(act((work) => verify(work)));
  audit
    .command('export')
    .description('every entry with its hashes, oldest first, one JSON object a line')
    .addHelpText('after', '\nExamples:\n  $ gapless audit export > audit.jsonl')
    .action(act((work) => exportAll(work)));
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw wrongUsage(`--limit takes a number from 1 to ${LIMIT_MAX}.`, '`gapless audit export` gives everything.');
}

async function list(work: Workplace, limit: number): Promise<void> {
  const entries: Entry[] = [];
  for (let before: number | undefined; entries.length < limit; ) {
    const query = { limit: Math.min(PAGE, limit - entries.length), ...(before !== undefined && { before }) };
    const page = await work.desk.call('audit.list', { query });
    entries.push(...page);
    before = page.at(-1)?.seq;
    if (before === undefined || before <= 1 || page.length < query.limit) break;
  }
  if (work.json) return work.terminal.json({ entries });
  const layout: Column<Entry>[] = [
    { title: 'No.', align: 'right', text: ({ seq }) => String(seq) },
    { title: 'When', text: ({ atMs }) => dateTimeText(atMs) },
    { title: 'What', text: ({ text }) => text },
    { title: 'Hash', text: ({ hash }) => hash.slice(0, 12) },
  ];
  work.terminal.lines(table(entries, layout, work.terminal.strong));
}

/** Asks custody itself, not the desk: a desk in other hands cannot say that all is well. */
async function verify(work: Workplace): Promise<void> {
  const result = await work.custody.request('audit-verify', {});
  if (work.json) {
    work.terminal.json({
      ok: result.ok,
      entries: result.entries,
      head: result.ok ? result.head : null,
      firstBadSeq: result.ok ? null : result.firstBadSeq,
      reason: result.ok ? '' : result.reason,
    });
  }
  if (!result.ok) {
    throw new CliError(
      'audit_bad',
      `The audit trail does not verify: entry ${result.firstBadSeq} is the first bad one (${result.reason}).`,
      'Somebody or something changed the file. Keep a copy of the data folder, remove the keys at the exchanges, and only then restore a backup.',
    );
  }
  if (!work.json) work.terminal.print(`${result.entries} entries, all of them whole. Head ${result.head}`);
}

async function exportAll(work: Workplace): Promise<void> {
  const status = await work.custody.request('status', {});
  // Custody pages backwards from an entry; asked for the pages in rising order, the output is too, and no page is kept.
  for (let from = 0; from < status.auditHead.seq; from += PAGE) {
    const to = Math.min(from + PAGE, status.auditHead.seq);
    const page = await work.custody.request('audit', { before: to + 1, limit: to - from });
    for (const entry of [...page].sort((one, other) => one.seq - other.seq)) work.terminal.jsonLine(entry);
  }
}
