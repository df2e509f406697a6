import { Decimal } from '../../src/core/decimal.ts';
import type { Command } from './commands.ts';

/** Commands as JSON texts, for a log that can be replayed. Decimals and rates are marked, so nothing is guessed. */

const DECIMAL = '$decimal';
const BIGINT = '$bigint';

export class CommandTextError extends Error {
  override name = 'CommandTextError';
}

export function commandText(command: Command): string {
  return JSON.stringify(mark(command));
}

/** Reads what `commandText` wrote. Throws `CommandTextError` on anything that is no command text at all. */
export function parseCommand(text: string): Command {
  const value = unmark(JSON.parse(text));
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('atUs' in value))
    throw new CommandTextError(`Not a command: ${text.slice(0, 80)}`);
  return value as Command;
}

/** Before JSON.stringify, because Decimals turn themselves into plain texts there. */
function mark(value: unknown): unknown {
  if (value instanceof Decimal) return { [DECIMAL]: value.toString() };
  if (typeof value === 'bigint') return { [BIGINT]: String(value) };
  if (Array.isArray(value)) return value.map(mark);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, mark(field)]));
}

function unmark(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmark);
  if (typeof value !== 'object' || value === null) return value;
  if (DECIMAL in value) return Decimal.parse(String(value[DECIMAL]));
  if (BIGINT in value) return BigInt(String(value[BIGINT]));
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, unmark(field)]));
}
