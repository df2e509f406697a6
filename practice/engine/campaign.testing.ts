import { parseArgs } from 'node:util';
import { duel } from './duel.testing.ts';
import { rehearse } from './rehearsal.testing.ts';

/**
 * The long run: `node practice/engine/campaign.testing.ts --seeds 200 --commands 100000 [--first 1]`. For every seed the
 * engine and the reference book get the same random commands and must agree after each; then the same commands run once
 * more through engines that are saved, restored and replayed, whose events must be the same to the byte.
 */

/** Comparing whole states costs as much as hundreds of commands; every command's own outcome is compared anyway. */
const CHECK_EVERY = 500;
const SAVE_EVERY = 20_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    commands: { type: 'string', default: '100000' },
    first: { type: 'string', default: '1' },
  },
});
const [seeds, commands, first] = [wholeNumber(values.seeds), wholeNumber(values.commands), wholeNumber(values.first)];
const startedMs = performance.now();
let trades = 0;
for (let seed = first; seed < first + seeds; seed += 1) {
  const tally = duel(seed, commands, CHECK_EVERY);
  rehearse(seed, commands, SAVE_EVERY);
  trades += tally.trades;
  const elapsed = ((performance.now() - startedMs) / 1000).toFixed(0);
  console.log(`seed ${seed}: agreed on ${JSON.stringify(tally)} (${elapsed} s so far)`);
}
console.log(`${seeds} seeds of ${commands} commands: no difference, ${trades} trades compared`);

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new RangeError(`Not a whole number above zero: ${text}`);
  return Number(text);
}
