import * as z from 'zod';
import { done } from '../accounts/outcome.ts';
import { CATALOGUE } from '../faults/catalogue.ts';
import { NOT_OURS } from '../faults/not-ours.ts';
import { PARAMETER_WORDS, PARAMETERS } from '../faults/parameters.ts';
import { type Command, type ControlParts, command } from './command.ts';
import { FAULT_KINDS } from './faults.ts';

/** Faults on demand: the five plain ones by kind, and every row of the catalogue by its id. */
export function faultCommands({ clock, faults, armory }: ControlParts): Record<string, Command> {
  const shown = () => done({ faults: faults.list(), skewMs: faults.skewMs() });
  const armed = () => done({ armed: armory.armed() });
  return {
    'clock/skew': command(z.strictObject({ ms: PARAMETERS.skewMs }), (input) => {
      faults.setSkewMs(input.ms);
      return done({ nowMs: clock.nowMs(), offsetMs: clock.offsetMs(), skewMs: faults.skewMs() });
    }),
    'faults/set': command(
      z.strictObject({
        kind: z.enum(FAULT_KINDS),
        path: z.string().startsWith('/').default('/'),
        count: z.int().min(1).nullable().default(null),
        delayMs: z.int().min(0).max(600_000).default(0),
      }),
      (input) => {
        faults.set(input);
        return shown();
      },
    ),
    'faults/clear': command(z.strictObject({ kind: z.enum(FAULT_KINDS).optional() }), async (input) => {
      // Without a kind everything ends, as a test that puts the world right wants it.
      if (input.kind === undefined) await armory.disarmAll();
      faults.clear(input.kind ?? null);
      return shown();
    }),
    'faults/list': command(z.strictObject({}), shown),
    'faults/catalogue': command(z.strictObject({}), () =>
      done({ switches: CATALOGUE.map(described), notOurs: NOT_OURS, parameters: PARAMETER_WORDS }),
    ),
    // Checked where it is armed, against what the switch listens to.
    'faults/arm': (input) => armory.arm(input),
    'faults/disarm': command(z.strictObject({ armed: z.int().min(1) }), async (input) => {
      const outcome = await armory.disarm(input.armed);
      return outcome.ok ? armed() : outcome;
    }),
    'faults/armed': command(z.strictObject({}), armed),
  };
}

function described({ id, name, group, title, ways }: (typeof CATALOGUE)[number]): unknown {
  return {
    id,
    name,
    group,
    title,
    ways: ways.map(({ name: way, effect, layer, takes, needs, defaults }) => ({
      way,
      effect,
      layer,
      takes,
      needs: needs ?? [],
      defaults: defaults ?? {},
    })),
  };
}
