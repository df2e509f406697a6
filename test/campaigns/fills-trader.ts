/**
 * A desk's trading half that takes reports of trades as fast as it can: the machine, the group commit and the store as the
 * desk has them, in a process of its own that may be killed at any moment. What is durable it says on its standard output.
 *
 *     node test/campaigns/fills-trader.ts FILE SEED FILLS [MISTAKE]
 */

import { writeSync } from 'node:fs';
import type { ClientOrderId } from '../../src/core/ids.ts';
import { openAccount, reopenAccount } from '../../src/engine/account.ts';
import type { AccountEvent } from '../../src/engine/events.ts';
import { RULES, type Rules } from '../../src/engine/rules.ts';
import { GroupCommit } from '../../src/shell/trading/group-commit.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { Written } from '../../src/store/trade-store.ts';
import { openTradeStore } from '../../src/store/trade-store-sql.ts';
import { CONNECTION, FillsWorld, OPENING, OWNER } from './fills-world.ts';
import { seeded } from './seeded.ts';

/** As in the desk: with more, it tells its stream to wait. */
const WAITING_MAX = 2_000;
/** What is read from a socket at once: one message or a burst of up to so many. */
const BURST_MAX_LOG2 = 9;
const BOOT = -1;
const STDOUT = 1;

/** Known mistakes, so that the campaign itself is tested: said before it is written, or known trades taken for new. */
export type FillsMistake = 'said-early' | 'taken-twice';

const [file = '', seed = '0', fills = '0', mistake = ''] = process.argv.slice(2);
const rules: Rules = mistake === 'taken-twice' ? { ...RULES, knowsFill: () => false } : RULES;
const world = new FillsWorld(Number(seed), Number(fills));
const chance = seeded(Number(seed) + 1);
const database = openDatabase(file);
const store = openTradeStore(database);
const saved = await store.load(CONNECTION);
const machine = saved === null ? openAccount(OPENING, rules) : reopenAccount(saved, rules);
let waiting = 0;

const commit = new GroupCommit<number>({
  store,
  soon: setImmediate,
  clock: {
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  },
  crash: { at: () => {} },
  committed(steps) {
    waiting -= steps.length;
    say(steps.at(-1)?.of ?? BOOT);
  },
  failed(_steps, error) {
    throw error;
  },
  gone() {
    throw new Error('The connection is gone');
  },
});

/** Straight into the pipe: what was said stays said when this process is killed. */
function say(delivery: number): void {
  if (delivery !== BOOT) writeSync(STDOUT, `${delivery + 1}\n`);
}

function step(event: AccountEvent): Written {
  return { connection: CONNECTION, owner: OWNER, event, applied: machine.apply(event) };
}

/** All of it or nothing: an account that is there has all its orders resting. */
async function open(): Promise<void> {
  const steps: Written[] = [];
  for (const event of world.opening()) {
    const { applied } = steps[steps.push(step(event)) - 1] as Written;
    if (event.kind !== 'place') continue;
    if (applied.order === null) throw new Error(`Not placed: ${applied.refused?.cause ?? ''}`);
    const clientId = applied.order as string as ClientOrderId;
    const outcome = { kind: 'accepted', venueId: event.requestId, report: null } as const;
    steps.push(step({ kind: 'place-outcome', clientId, outcome, atMs: event.atMs }));
  }
  await store.write(steps);
}

function tell(event: AccountEvent, of: number): void {
  waiting += 1;
  commit.add({ of, written: step(event), mayWait: false });
  if (mistake === 'said-early') say(of);
}

if (saved === null) await open();
else tell({ kind: 'boot', epoch: 0, atMs: machine.query.machine.nowMs }, BOOT);
let next = 0;
while (next < world.deliveries.length) {
  const burst = Math.floor(2 ** (chance.next() * BURST_MAX_LOG2));
  for (const until = Math.min(world.deliveries.length, next + burst); next < until; next += 1)
    tell(world.delivered(next), next);
  do await new Promise(setImmediate);
  while (waiting >= WAITING_MAX);
}
await commit.idle();
await database.destroy();
