import { commandText, parseCommand } from './command-text.ts';
import { RANDOM_OPENING } from './duel.testing.ts';
import type { Result } from './engine.ts';
import { openEngine } from './engine.ts';
import { RandomCommands } from './random-commands.testing.ts';
import { eventData } from './render.ts';

export type Rehearsal = { readonly commands: number; readonly saves: number; readonly bytes: number };

/**
 * Runs random commands through one engine, and the log of them through another that is saved to text and restored from
 * it every `saveEvery` commands. Throws at the first command whose events or reply differ by a byte, and where the two
 * end in different states.
 */
export function rehearse(seed: number, commands: number, saveEvery: number): Rehearsal {
  const engine = openEngine(RANDOM_OPENING, null);
  let second = openEngine(RANDOM_OPENING, null);
  const random = new RandomCommands(seed);
  const funding = random.funding();
  let bytes = 0;
  let saves = 0;
  for (let number = 0; number < funding.length + commands; number += 1) {
    const command = funding[number] ?? random.next();
    const first = engine.apply(command);
    const text = resultText(first);
    const again = resultText(second.apply(parseCommand(commandText(command))));
    if (text !== again) throw new Error(`Seed ${seed}, command ${number}:\n${text}\nreplayed:\n${again}`);
    bytes += text.length;
    for (const event of first.events)
      if (event.kind === 'order' && event.change === 'new')
        random.know(event.order.account, event.order.spec.name, event.order.id);
    if ((number + 1) % saveEvery !== 0) continue;
    second = openEngine(RANDOM_OPENING, JSON.parse(JSON.stringify(second.snapshot())));
    saves += 1;
  }
  const [saved, restored] = [engine, second].map((one) => JSON.stringify(one.snapshot()));
  if (saved !== restored) throw new Error(`Seed ${seed}: the states differ at the end`);
  return { commands, saves, bytes };
}

function resultText({ reply, events }: Result): string {
  const replyText = JSON.stringify(reply, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
  return [replyText, ...events.map((event) => JSON.stringify(eventData(event)))].join('\n');
}
