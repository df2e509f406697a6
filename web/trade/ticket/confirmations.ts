/** What has to be said explicitly, by what the desk says of the order now: never by what it said before. */

import type { Confirmation, OrderProblem } from '../../../src/contract/trading.ts';

/** Those that keep it from being sent. */
export function standing(
  problems: readonly OrderProblem[],
  confirmed: readonly Confirmation[],
): readonly OrderProblem[] {
  return problems.filter(({ confirm }) => confirm === null || !confirmed.includes(confirm));
}

/** None where something else is wrong, too: ticking them would not let it through. */
export function offeredFor(problems: readonly OrderProblem[]): readonly Confirmation[] {
  const asked = problems.map(({ confirm }) => confirm);
  return asked.includes(null) ? [] : [...new Set(asked.filter((confirm) => confirm !== null))];
}
