/**
 * Hours of moderate trading with something going wrong at the exchange twice a minute, and nothing of ours killed: does
 * memory, the number of descriptors or the delay grow, and do the books agree at the end to the last digit?
 *
 *     node test/campaigns/soak.ts --hours 2 [--accounts 20] [--open 25] [--seed 1]
 *
 * One JSON line a sample, a line of words each minute, at the end a line for every figure with the slope of its second
 * half, and a verdict. Files only ever grow: their slopes are told and not judged. Heap and event loop are those that
 * the desk tells of itself; custody and the exchange tell none.
 */

import { parseArgs } from 'node:util';
import { practiceCall } from '../practice-api.ts';
import { type RunningDesk, startDesk } from '../running-desk.ts';
import { DeskPerson } from './desk-person.ts';
import { type Seeded, seeded, seedFrom } from './seeded.ts';
import { bestPrices, type Counts, SoakAccount } from './soak-account.ts';
import { checkExchange, compareLedgers } from './soak-ledgers.ts';
import { type Point, slopeOf } from './soak-slopes.ts';
import { ONLY_ADDED_TO, type Sample, sample } from './soak-watch.ts';

const HOUR_MS = 3_600_000;
const SAMPLE_EVERY_MS = 10_000;
const SAY_EVERY_MS = 60_000;
const FAULT_EVERY_MS = 30_000;
/** Then it is over; what it left behind has as long to mend before the next one. */
const FAULT_LASTS_MS = 12_000;
/** No faults before the end: what they hid is found by the next comparison with the exchange, a minute later at most. */
const CALM_MS = 90_000;
const TURN_EVERY_MS = 6_000;
const SETTLED_MS = 180_000;

/** What a network and an exchange do to everybody who trades for long. Nothing here is a lie about money. */
const FAULTS: readonly Readonly<Record<string, string | number>>[] = [
  { id: 'F01', way: 'cut', count: 5 },
  { id: 'F01', way: 'silence', count: 3 },
  { id: 'F02', way: 'cut', count: 5 },
  { id: 'F03', way: 'random', delayMs: 3_000, count: 10 },
  { id: 'F05', way: '502', count: 5 },
  { id: 'F06', count: 5 },
  { id: 'F13', count: 3 },
  { id: 'F15', way: 'truncated', count: 3 },
  { id: 'F22', delayMs: 1_500 },
  { id: 'F23', delayMs: 1_000 },
  { id: 'F24', way: 'deals' },
  { id: 'F24', way: 'all' },
  { id: 'F25', delayMs: 1_500 },
  { id: 'F35', count: 5 },
  { id: 'F38', channel: 'deals' },
  { id: 'F43', way: 'closed' },
  { id: 'F43', way: 'cut' },
  { id: 'F44', way: 'unavailable' },
  { id: 'F45', way: 'socket' },
  { id: 'F45', way: 'http' },
  { id: 'F50', count: 5 },
  { id: 'F53', way: 'forbidden', count: 5 },
  { id: 'F55', delayMs: 2_000, count: 20 },
  { id: 'F58', durationMs: 5_000 },
];

let stumbles = 0;

class Soak {
  readonly counts: Counts = { placed: 0, cancelled: 0, taken: 0, refused: 0, unanswered: 0 };
  readonly faults: string[] = [];
  readonly series = new Map<string, Point[]>();
  armed = 0;
  readonly #desk: RunningDesk;
  readonly #person: DeskPerson;
  readonly #chance: Seeded;
  #accounts: SoakAccount[] = [];

  constructor(desk: RunningDesk, chance: Seeded) {
    this.#desk = desk;
    this.#person = new DeskPerson(desk.address);
    this.#chance = chance;
  }

  async prepare(accounts: number): Promise<void> {
    const { practice, setupCode } = this.#desk;
    await this.#person.claim(setupCode ?? '');
    for (let number = 1; number <= accounts; number += 1)
      this.#accounts.push(await SoakAccount.open(practice, this.#person, number, this.#chance, this.counts));
  }

  async run(lastsMs: number, keep: number): Promise<void> {
    const begunMs = performance.now();
    const passedMs = (): number => performance.now() - begunMs;
    const isOver = (): boolean => passedMs() >= lastsMs;
    await Promise.all([
      every(SAMPLE_EVERY_MS, isOver, async () => this.#sample(passedMs())),
      every(SAY_EVERY_MS, isOver, async () => this.#say(passedMs())),
      every(
        FAULT_EVERY_MS,
        () => passedMs() >= lastsMs - CALM_MS,
        () => this.#break(),
      ),
      ...this.#accounts.map((account, index) =>
        every(
          TURN_EVERY_MS,
          isOver,
          async () => account.turn(keep, await bestPrices(this.#desk.practice)),
          (index * TURN_EVERY_MS) / this.#accounts.length,
        ),
      ),
    ]);
  }

  async #sample(atMs: number): Promise<void> {
    // Whoever asks keeps what was answered, for those who look for secrets in it.
    this.#person.heard.length = 0;
    const figures = await sample(this.#desk);
    for (const [name, value] of Object.entries(figures)) {
      if (Number.isNaN(value)) continue;
      const points = this.series.get(name) ?? [];
      points.push({ atMs, value });
      this.series.set(name, points);
    }
    console.log(JSON.stringify({ soak: 'sample', atSec: Math.round(atMs / 1_000), ...tenths(figures) }));
  }

  async #say(atMs: number): Promise<void> {
    const list = await this.#person.call('trading.list');
    const sum = (of: (one: (typeof list)[number]) => number): number => list.reduce((all, one) => all + of(one), 0);
    const states = Object.entries(Object.groupBy(list, ({ state }) => state)).map(
      ([state, all]) => `${all?.length ?? 0} ${state}`,
    );
    const { placed, cancelled, taken, refused, unanswered } = this.counts;
    console.log(
      `minute ${Math.round(atMs / SAY_EVERY_MS)}: ${states.join(', ')}; ${sum((one) => one.openOrders)} open, ` +
        `${sum((one) => one.doubtful)} in doubt; ${placed} placed, ${cancelled} cancelled, ${taken} taken, ` +
        `${refused} refused, ${unanswered} unanswered; ${this.armed} faults so far`,
    );
  }

  async #break(): Promise<void> {
    const fault = this.#chance.pick(FAULTS);
    const { practice } = this.#desk;
    await practiceCall(practice, 'faults/arm', fault);
    this.armed += 1;
    console.log(JSON.stringify({ soak: 'fault', ...fault }));
    await new Promise((resolve) => setTimeout(resolve, FAULT_LASTS_MS));
    await practiceCall(practice, 'faults/clear', {});
  }

  /** Takes every order back, waits until nothing is in doubt, and holds the books against each other. */
  async settle(): Promise<{ readonly fills: number }> {
    const { practice } = this.#desk;
    await practiceCall(practice, 'faults/clear', {});
    const deadlineMs = performance.now() + SETTLED_MS;
    let found: string[] = [];
    let fills = 0;
    do {
      await this.#person.call('orders.cancelAll', { body: { connection: null, market: null } });
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      const list = await this.#person.call('trading.list');
      const left = list.filter(({ openOrders, doubtful, state }) => openOrders + doubtful > 0 || state !== 'ready');
      found = left.map(
        ({ connection, state, openOrders, doubtful }) =>
          `${connection} is ${state} with ${openOrders} open and ${doubtful} in doubt`,
      );
      if (found.length > 0) continue;
      const compared = await Promise.all(
        this.#accounts.map((account) => compareLedgers(practice, this.#person, account)),
      );
      found = compared.flatMap(({ faults }) => faults);
      fills = compared.reduce((sum, one) => sum + one.fills, 0);
    } while (found.length > 0 && performance.now() < deadlineMs);
    this.faults.push(...found, ...(await checkExchange(practice)));
    return { fills };
  }
}

/** The soak goes on, whatever one of its turns met; it is told at once and counted. */
function stumble(error: unknown): void {
  stumbles += 1;
  console.log(JSON.stringify({ soak: 'stumble', error: String(error) }));
}

/** Again and again at this pace, until it is over; a slow one is never overtaken. */
async function every(
  delayMs: number,
  isOver: () => boolean,
  run: () => Promise<void>,
  firstMs = delayMs,
): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, firstMs));
  while (!isOver()) {
    const begunMs = performance.now();
    await run().catch(stumble);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, delayMs - (performance.now() - begunMs))));
  }
}

function tenths(figures: Sample): Sample {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Math.round(value * 10) / 10]));
}

const { values } = parseArgs({
  options: {
    ...{ hours: { type: 'string', default: '2' }, accounts: { type: 'string', default: '20' } },
    ...{ open: { type: 'string', default: '25' }, seed: { type: 'string' } },
  },
});
const seed = seedFrom(values.seed);
console.log(`soak of ${values.hours} hours, ${values.accounts} accounts of ${values.open} orders, seed ${seed}`);
const desk = await startDesk();
const pids = JSON.stringify(desk.children());
const soak = new Soak(desk, seeded(seed));
try {
  await soak.prepare(Number(values.accounts));
  await soak.run(Number(values.hours) * HOUR_MS, Number(values.open));
  const { fills } = await soak.settle();
  if (JSON.stringify(desk.children()) !== pids) soak.faults.push('A process ended and was started again');
  const growing: string[] = [];
  for (const [name, points] of soak.series) {
    const slope = slopeOf(points);
    const isJudged = !ONLY_ADDED_TO.test(name);
    const said = tenths({ mean: slope.mean, perHour: slope.perHour, errorPerHour: slope.errorPerHour });
    const verdict = isJudged ? slope.verdict : 'only added to';
    console.log(JSON.stringify({ soak: 'slope', name, samples: points.length, ...said, verdict }));
    if (isJudged && slope.verdict === 'growing') growing.push(name);
  }
  console.log(
    JSON.stringify({
      soak: 'end',
      seed,
      ...soak.counts,
      faultsArmed: soak.armed,
      fills,
      stumbles,
      faults: soak.faults,
    }),
  );
  const passed = growing.length === 0 && soak.faults.length === 0;
  console.log(growing.length === 0 ? 'verdict: flat' : `verdict: growing: ${growing.join(', ')}`);
  console.log(soak.faults.length === 0 ? 'verdict: the books agree to the last digit' : 'verdict: the books DISAGREE');
  process.exitCode = passed ? 0 : 1;
} finally {
  await desk.end();
}
process.exit();
