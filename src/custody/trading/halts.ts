/**
 * What stops orders: of one connection, or of all. A halt stops every order; reduce-only lets those pass that give coins
 * away for money. Where several are in force, the strictest counts.
 */

import type { ConnectionId } from '../../core/ids.ts';
import type { Halt } from '../trade-protocol.ts';

/** Names all connections. */
const ALL = '*';
type Kind = 'halts' | 'reducing';

export class Halts {
  readonly #byKind: Readonly<Record<Kind, Map<string, Halt>>> = { halts: new Map(), reducing: new Map() };

  list(kind: Kind): readonly Halt[] {
    return [...this.#byKind[kind].values()];
  }

  /** Why this order does not pass; empty where it does. */
  because(connection: string, isReducing: boolean): string {
    const { halts, reducing } = this.#byKind;
    const halt = halts.get(ALL) ?? halts.get(connection);
    if (halt !== undefined) return `Halted: ${halt.why}`;
    const only = reducing.get(ALL) ?? reducing.get(connection);
    return only === undefined || isReducing ? '' : `Only sales until it is resumed: ${only.why}`;
  }

  /** False where it is in force already. */
  halt(halt: Halt): boolean {
    const name = halt.connection ?? ALL;
    const { halts, reducing } = this.#byKind;
    if (halts.has(name)) return false;
    halts.set(name, halt);
    // What is lifted later is the halt, with nothing of the owner's left over beneath it.
    reducing.delete(name);
    return true;
  }

  /** In a halt's place, or where there was none. */
  reduce(only: Halt): void {
    const name = only.connection ?? ALL;
    this.#byKind.halts.delete(name);
    this.#byKind.reducing.set(name, only);
  }

  lift(connection: ConnectionId | null): void {
    this.#byKind.halts.delete(connection ?? ALL);
    this.#byKind.reducing.delete(connection ?? ALL);
  }

  clear(): void {
    this.load(null);
  }

  /** As it was written down by `text`; null: nothing was. */
  load(text: string | null): void {
    const rows = JSON.parse(text ?? '[]') as readonly (Halt & { readonly reduces?: true })[];
    this.#byKind.halts.clear();
    this.#byKind.reducing.clear();
    for (const { reduces, ...row } of rows)
      this.#byKind[reduces === true ? 'reducing' : 'halts'].set(row.connection ?? ALL, row);
  }

  text(): string {
    return JSON.stringify([...this.list('halts'), ...this.list('reducing').map((row) => ({ ...row, reduces: true }))]);
  }
}
