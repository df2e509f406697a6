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
    file: 'trading/budgets.ts',
    code: 'if (account.from > COMPACT_AFTER) {',
    changes: ['> becomes >=', '> becomes <=', 'the condition is never true'],
    why: 'When memory is given back is nothing that anybody is told.',
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
];
