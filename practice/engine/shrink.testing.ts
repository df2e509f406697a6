import type { Command, OrderName } from './commands.ts';
import { Duel, RANDOM_OPENING } from './duel.testing.ts';
import type { Engine, Result } from './engine.ts';
import { openEngine } from './engine.ts';
import { RandomCommands, temperOf } from './random-commands.testing.ts';

/**
 * Makes a short list of commands out of a long one over which the engine and the reference book disagree: drops ever
 * smaller pieces of it as long as the rest still makes them disagree, in whatever way.
 */

export type Shrunk = { readonly commands: readonly Command[]; readonly words: string };

/** A command, and the ids of the orders it made when it was recorded: the first of them and how many. */
type Step = { readonly command: Command; readonly firstId: number; readonly made: number };
type Failure = { readonly at: number; readonly commands: readonly Command[]; readonly words: string };

/** Lists up to this long have the whole state compared after every command. */
const SHORT_LIST = 3_000;
/** Long ones as often as this, and at their end. */
const CHECK_EVERY = 250;
/** Nobody waits longer for a shorter list; what there is by then is good. */
const SHRINKING_MS = 120_000;

export type OpenEngine = () => Engine;
const sound: OpenEngine = () => openEngine(RANDOM_OPENING, null);

/** Null where they agree on the first `commands` commands of the seed. */
export function shrink(seed: number, commands: number, open: OpenEngine = sound): Shrunk | null {
  let steps = record(seed, commands, open);
  let failure = attempt(steps, open);
  if (failure === null) return null;
  const deadlineMs = performance.now() + SHRINKING_MS;
  steps = steps.slice(0, failure.at + 1);
  for (let piece = Math.ceil(steps.length / 2); piece >= 1; piece = piece === 1 ? 0 : Math.ceil(piece / 2))
    for (let start = 0; start < steps.length && performance.now() < deadlineMs; ) {
      const fewer = [...steps.slice(0, start), ...steps.slice(start + piece)];
      const still = attempt(fewer, open);
      if (still === null) start += piece;
      else {
        steps = fewer.slice(0, still.at + 1);
        failure = still;
      }
    }
  return { commands: failure.commands, words: failure.words };
}

/** The commands of a seed up to where the two disagree, or all of them. */
function record(seed: number, commands: number, open: OpenEngine): Step[] {
  const random = new RandomCommands(seed, temperOf(seed));
  const fight = new Duel(open());
  const ids = new IdCounter();
  const funding = random.funding();
  const steps: Step[] = [];
  for (let number = 0; number < funding.length + commands; number += 1) {
    const command = funding[number] ?? random.next();
    try {
      const result = fight.apply(command);
      random.learn(result.events);
      steps.push({ command, ...ids.madeBy(result) });
    } catch {
      steps.push({ command, firstId: ids.next, made: 0 });
      break;
    }
  }
  return steps;
}

function attempt(steps: readonly Step[], open: OpenEngine): Failure | null {
  const fight = new Duel(open());
  const ids = new IdCounter();
  const renamed = new Map<number, number>();
  const commands: Command[] = [];
  const every = steps.length <= SHORT_LIST ? 1 : CHECK_EVERY;
  for (const [at, step] of steps.entries()) {
    const command = withIds(step.command, renamed);
    commands.push(command);
    try {
      const { firstId, made } = ids.madeBy(fight.apply(command));
      for (let index = 0; index < Math.min(made, step.made); index += 1)
        renamed.set(step.firstId + index, firstId + index);
      if ((at + 1) % every === 0 || at === steps.length - 1) fight.compareAll();
    } catch (error) {
      return { at, commands, words: error instanceof Error ? error.message : String(error) };
    }
  }
  return null;
}

/** Ids are given out one after the other, so the highest seen tells how many orders a command made. */
class IdCounter {
  next = RANDOM_OPENING.firstOrderId;

  madeBy({ events }: Result): { readonly firstId: number; readonly made: number } {
    const firstId = this.next;
    for (const event of events) if (event.kind === 'order') this.next = Math.max(this.next, event.order.id + 1);
    return { firstId, made: this.next - firstId };
  }
}

/** Names orders by the ids they have in this list; one that no command of the list made has an id nobody has. */
function withIds(command: Command, renamed: ReadonlyMap<number, number>): Command {
  const rename = (name: OrderName): OrderName =>
    'orderId' in name ? { market: name.market, orderId: renamed.get(name.orderId) ?? 0 } : name;
  switch (command.kind) {
    case 'cancel':
    case 'modify':
      return { ...command, order: rename(command.order) };
    case 'cancel-bulk':
      return { ...command, orders: command.orders.map(rename) };
    default:
      return command;
  }
}
