/** Mutants that change nothing that anybody could see, each with its reason. They are not counted. */

type Equal = {
  readonly file: string;
  readonly code: string;
  readonly changes: readonly string[];
  readonly why: string;
};

export const EQUAL: readonly Equal[] = [
  {
    file: 'trading/policy.ts',
    code: "const waits = order.side === 'buy' ? activation.gt(reference) : activation.lt(reference);",
    changes: ['.gt( becomes .gte(', '.lt( becomes .lte('],
    why: 'A trigger at the reference is the reference.',
  },
  {
    file: 'trading/changes.ts',
    code: 'Decimal.parse(String(after[name])).lt(Decimal.parse(String(before[name]))) ? after[name] : before[name];',
    changes: ['.lt( becomes .lte('],
    why: 'Equal amounts have one spelling.',
  },
  {
    file: 'trading/budgets.ts',
    code: 'if (account.from > COMPACT_AFTER) {',
    changes: ['> becomes >=', '> becomes <=', 'the condition is never true'],
    why: 'When memory is given back is nothing that anybody is told.',
  },
  {
    file: 'trading/budgets.ts',
    code: 'account.boughtSince.set(asset, since);',
    changes: ['left out'],
    why: 'The sum is made anew each time, and is the same.',
  },
  {
    file: 'trading/budgets.ts',
    code: 'if (endedAtMs > nowMs - WINDOW_MS) break;',
    changes: ['> becomes >=', 'the condition is never true'],
    why: 'The row itself is looked at again two lines on; this only saves looking.',
  },
  {
    file: 'trading/budgets.ts',
    code: 'gone += 1;',
    changes: ['+= becomes -=', 'left out'],
    why: 'Names of rows that are gone are passed over; letting go of them saves memory.',
  },
  {
    file: 'trading/budgets.ts',
    code: 'account.ended.splice(0, gone);',
    changes: ['left out'],
    why: 'As above.',
  },
  {
    file: 'trading/journal.ts',
    code: 'if (this.#scheduled) return;',
    changes: ['the condition is never true'],
    why: 'A second look at an empty list; nobody is told.',
  },
  {
    file: 'trading/journal.ts',
    code: 'this.#scheduled = true;',
    changes: ['true becomes false', 'left out'],
    why: 'As above.',
  },
  {
    file: 'trading/journal.ts',
    code: 'if (this.#waiting.length > 0) this.#flush();',
    changes: ['> becomes >='],
    why: 'Nothing is flushed where nothing waits.',
  },
  {
    file: 'trading/journal.ts',
    code: 'if (seq > (this.watermark(String(connection), line) ?? -1))',
    changes: ['1 becomes 2'],
    why: 'No number of an order is below zero.',
  },
  {
    file: 'trading/journal-file.ts',
    code: "db.exec('PRAGMA trusted_schema = off');",
    changes: ['left out'],
    why: 'A second bolt: the schema is ours, and a file with another one does not pass the chain.',
  },
  {
    file: 'trading/trading.ts',
    code: "made: Pick<Extract<Verdict, { ok: true }>, 'sent' | 'fair' | 'notional' | 'adverse'>,",
    changes: ['true becomes false'],
    why: 'A type.',
  },
  {
    file: 'trading/halts.ts',
    code: "const rows = JSON.parse(text ?? '[]') as readonly (Halt & { readonly reduces?: true })[];",
    changes: ['true becomes false'],
    why: 'A type.',
  },
  {
    file: 'trading/trading.ts',
    code: '#savedSeq = 0;',
    changes: ['0 becomes 1'],
    why: 'It is written with the first checkpoint, before which nothing looks at it.',
  },
  {
    file: 'trading/trading.ts',
    code: 'this.#savedAtMs = options.clock.nowMs();',
    changes: ['left out'],
    why: 'As above.',
  },
  {
    file: 'trading/trading.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the line as it stands.
    code: 'this.#absentAtMs.delete(`${connection} ${clientId}`);',
    changes: ['left out'],
    why: 'An order that was seen is in doubt no more; letting go of the time saves memory.',
  },
  {
    file: 'trading/trading.ts',
    code: 'this.#absentAtMs.delete(name);',
    changes: ['left out'],
    why: 'As above.',
  },
  {
    file: 'trading/trading.ts',
    code: '#epoch = 0;',
    changes: ['0 becomes 1'],
    why: 'It is read from the keystore before anything is asked.',
  },
  {
    file: 'operations/place.ts',
    code: 'if (fresh.length > 0) await placeFresh(context, record, fresh, args, results);',
    changes: ['> becomes >='],
    why: 'Of no orders none may pass, and nothing more is done.',
  },
  {
    file: 'operations/place.ts',
    code: 'if (!(error instanceof JournalError)) throw error;',
    changes: ['the condition is never true'],
    why: 'Whatever fails in a commit is told as an error of the journal.',
  },
  {
    file: 'operations/place.ts',
    code: 'if (instrument === null || unitPrice === null) continue;',
    changes: ['|| becomes &&', 'the condition is never true'],
    why: 'What may be placed has both; this says so to the compiler.',
  },
];
