import { Decimal } from '../../src/core/decimal.ts';
import type { Command } from './commands.ts';
import { quoted } from './quoted.ts';

/** Commands as JSON texts, for a log that can be replayed. Decimals and rates are marked, so nothing is guessed. */

const DECIMAL = '$decimal';
const BIGINT = '$bigint';

export class CommandTextError extends Error {
  override name = 'CommandTextError';
}

export function commandText(command: Command): string {
  return printed(command);
}

/** Reads what `commandText` wrote. Throws `CommandTextError` on anything that is no command text at all. */
export function parseCommand(text: string): Command {
  const value = unmark(JSON.parse(text));
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('atUs' in value))
    throw new CommandTextError(`Not a command: ${text.slice(0, 80)}`);
  return value as Command;
}

/** By hand, because every command passes here: marking a copy and printing that took three times as long. */
function printed(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return `{"${BIGINT}":"${value}"}`;
    case 'object':
      return printedObject(value);
    default:
      return JSON.stringify(value) ?? 'null';
  }
}

function printedObject(value: object | null): string {
  if (value === null) return 'null';
  if (value instanceof Decimal) return `{"${DECIMAL}":"${value}"}`;
  if (Array.isArray(value)) return `[${value.map(printed).join(',')}]`;
  let fields = '';
  for (const name in value) {
    const field: unknown = value[name as keyof typeof value];
    if (field !== undefined) fields += `${fields === '' ? '' : ','}"${name}":${printed(field)}`;
  }
  return `{${fields}}`;
}

function unmark(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmark);
  if (typeof value !== 'object' || value === null) return value;
  if (DECIMAL in value) return Decimal.parse(String(value[DECIMAL]));
  if (BIGINT in value) return BigInt(String(value[BIGINT]));
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, unmark(field)]));
}
