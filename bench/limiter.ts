/**
 * Ten minutes at the exchange's limits, by a clock that is moved: whoever asks for as much as there is must get nearly
 * all of it, and never more in any window than the exchange grants. The count of what was granted is kept here, exactly
 * and sliding, apart from the one that is tried.
 *
 *     node bench/limiter.ts [--seeds 3]
 *
 * Three demands by seed: without end, in bursts after pauses, and at random. All must stay below the limit; the first
 * says how much of it is used. Beside them stands what the default limiter of ccxt would use.
 */

import { parseArgs } from 'node:util';
import { createWhitebitBudget, WHITEBIT_LIMITS, WS_CONNECT } from '../src/venues/whitebit/budget.ts';
import { type Seeded, seeded } from '../test/campaigns/seeded.ts';
import { ccxtAt, loadCcxt } from '../test/system/ccxt.testing.ts';
import { judge, round, sayMachine } from './judged.ts';

const RUN_MS = 600_000;
const USED_MIN = 0.9;
/** As often as a flood of orders would ask. */
const STEP_MS = 20;
/** More than the widest limit grants in a step. */
const FLOOD = 100;
/** A line that is slow for a second and quick again bunches what was sent evenly. Told, not judged. */
const LATE_MS = [50, 500] as const;
const SLOW_FOR_MS = 1_000;

type Scope = keyof typeof WHITEBIT_LIMITS;
type Demand = 'endless' | 'bursts' | 'random';
/** Paths that count in this limit, the one that is asked for most first. */
const PATHS: Readonly<Record<Scope, readonly string[]>> = {
  default: ['/api/v4/market/fee'],
  public: ['time', 'markets', 'ticker', 'assets', 'fee', 'ping', 'trades', 'futures', 'kline', 'server', 'a', 'b'].map(
    (name) => `/api/v4/public/${name}`,
  ),
  orderbook: ['/api/v4/public/orderbook/BTC_USDT?limit=100'],
  'v1-public': ['/api/v1/public/kline?market=BTC_USDT'],
  'trade-read': ['/api/v4/trade-account/balance', '/api/v4/orders'],
  orders: ['/api/v4/order/new', '/api/v4/order/bulk'],
  main: ['/api/v4/main-account/balance'],
  'main-history': ['/api/v4/main-account/history'],
  'ws-token': ['/api/v4/profile/websocket_token'],
  'ws-connect': [WS_CONNECT],
};
const CANCEL = '/api/v4/order/cancel';

/** Exact: the times of what was granted within the window that ends now. */
class Window {
  readonly #times: number[] = [];
  readonly #windowMs: number;
  #from = 0;
  most = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  add(atMs: number): void {
    this.#times.push(atMs);
    while ((this.#times[this.#from] ?? atMs) <= atMs - this.#windowMs) this.#from += 1;
    this.most = Math.max(this.most, this.#times.length - this.#from);
  }
}

type Run = { readonly share: number; readonly most: number; readonly late: readonly number[] };

/** `most` as a share of the limit, for what left, and for what arrives up to so much later. */
function run(scope: Scope, demand: Demand, chance: Seeded, withCancels = false): Run {
  const { requests, windowMs } = WHITEBIT_LIMITS[scope];
  let nowMs = 1_700_000_000_000;
  const beginMs = nowMs;
  const budget = createWhitebitBudget({ clock: { nowMs: () => nowMs }, random: () => chance.next() });
  const left = new Window(windowMs);
  const sentAtMs: number[] = [];
  let quietUntilMs = 0;
  for (let step = 0; nowMs < beginMs + RUN_MS; step += 1, nowMs += STEP_MS) {
    if (demand === 'bursts' && chance.chance(1)) quietUntilMs = nowMs + chance.below(2 * windowMs);
    if (nowMs < quietUntilMs) continue;
    const wanted = demand === 'bursts' ? requests : demand === 'random' ? chance.below(2 * FLOOD) : 2 * FLOOD;
    const paths = PATHS[scope];
    for (let asked = 0, refused = 0; asked < wanted && refused < paths.length; asked += 1) {
      const path = withCancels && chance.chance(10) ? CANCEL : (paths[(step + asked) % paths.length] ?? '');
      if (!budget.take(path).ok) {
        refused += 1;
        continue;
      }
      refused = 0;
      left.add(nowMs);
      sentAtMs.push(nowMs);
    }
  }
  const late = LATE_MS.map((mostMs) => {
    const arrived = new Window(windowMs);
    let slow = { second: 0, lateMs: 0 };
    let lastMs = 0;
    for (const atMs of sentAtMs) {
      const second = Math.floor(atMs / SLOW_FOR_MS);
      if (second !== slow.second) slow = { second, lateMs: chance.next() * mostMs };
      lastMs = Math.max(lastMs, atMs + slow.lateMs);
      arrived.add(lastMs);
    }
    return arrived.most / requests;
  });
  return { share: sentAtMs.length / ((RUN_MS / windowMs) * requests), most: left.most / requests, late };
}

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '3' } } });
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);
sayMachine('before');
const over: number[] = [];
for (const scope of Object.keys(PATHS) as Scope[]) {
  const runs = seeds.map((seed) => {
    const of = (demand: Demand) => run(scope, demand, seeded(seed));
    return { endless: of('endless'), bursts: of('bursts'), random: of('random') };
  });
  const all = runs.flatMap(({ endless, bursts, random }) => [endless, bursts, random]);
  over.push(...all.map(({ most }) => most));
  const late = LATE_MS.map((ms, index) => [`${ms} ms`, round(Math.max(...all.map((one) => one.late[index] ?? 0)), 3)]);
  const most = round(Math.max(...all.map((one) => one.most)), 3);
  console.log(JSON.stringify({ bench: 'limiter', scope, mostOfLimit: most, mostIfLateBy: Object.fromEntries(late) }));
  judge(
    `2d ${scope}: share used`,
    runs.map(({ endless }) => endless.share),
    { least: USED_MIN },
  );
}
const mixed = seeds.map((seed) => run('orders', 'endless', seeded(seed), true));
over.push(...mixed.map(({ most }) => most));
judge(
  '2d orders and cancels: share used',
  mixed.map(({ share }) => share),
  { least: USED_MIN },
);
judge('2d the fullest window of all, as a share of the limit', [Math.max(...over)], { most: 1 });
const { Rest } = await loadCcxt();
const { rateLimit } = ccxtAt('http://127.0.0.1:1', Rest) as unknown as { readonly rateLimit: number };
const { requests, windowMs } = WHITEBIT_LIMITS.orders;
console.log(JSON.stringify({ bench: 'limiter', ccxtDefaultUses: round(windowMs / rateLimit / requests, 3) }));
sayMachine('after');
