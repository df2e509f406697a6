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
];
