import { describe, expect, test } from 'vitest';
import { duel, RANDOM_OPENING } from './duel.testing.ts';
import type { Engine } from './engine.ts';
import { openEngine } from './engine.ts';
import type { EngineEvent } from './events.ts';
import { shrink } from './shrink.testing.ts';

/** That the duel can fail at all, and says why in few commands. Faults in the engine itself: `campaign.testing.ts --planted`. */

const SEED = 5;
const COMMANDS = 600;

/** An engine whose events are not what it does. */
function lying(change: (event: EngineEvent) => EngineEvent | null): () => Engine {
  return () => {
    const engine = openEngine(RANDOM_OPENING, null);
    return {
      ...engine,
      apply: (command) => {
        const { reply, events } = engine.apply(command);
        return { reply, events: events.flatMap((event) => change(event) ?? []) };
      },
    };
  };
}

describe('shrinking', () => {
  test('finds nothing where the two agree', () => {
    duel(SEED, COMMANDS, 50);
    expect(shrink(SEED, COMMANDS)).toBeNull();
  });

  test('a fee told to be one unit more: money for two, an order, another that meets it', () => {
    const shrunk = shrink(
      SEED,
      COMMANDS,
      lying((event) => (event.kind === 'deal' ? { ...event, fee: event.fee + 1n } : event)),
    );
    expect(shrunk?.commands.length).toBeLessThanOrEqual(4);
    expect(shrunk?.words).toContain('fee');
  });

  test('a level that is never told as gone is seen when whole states are compared', () => {
    const shrunk = shrink(
      SEED,
      COMMANDS,
      lying((event) => (event.kind === 'level' && event.lots === 0n ? null : event)),
    );
    expect(shrunk?.commands.length).toBeLessThanOrEqual(4);
    expect(shrunk?.words).toContain('as told by events');
  });

  test('orders keep their names when the commands before them are dropped', () => {
    const silent = lying((event) =>
      event.kind === 'order' && event.change === 'finish' && event.order.id > 12 && event.order.status === 'CANCELED'
        ? null
        : event,
    );
    const shrunk = shrink(SEED, COMMANDS, silent);
    // Twelve orders have to be made before one of them can be cancelled without a word.
    expect(shrunk?.commands.length).toBeGreaterThan(4);
    expect(shrunk?.commands.length).toBeLessThan(40);
  });
});
