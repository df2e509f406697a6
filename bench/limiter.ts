/**
 * Ten minutes at the exchange's limits, by a clock that is moved: whoever asks for as much as there is must get nearly
 * all of it, and never more may arrive in any window than the exchange grants, on a line that is late, too. The count of
 * what arrived is kept here, exactly and sliding, apart from the one that is tried.
 *
 *     node bench/limiter.ts [--seeds 3]
 *
 * Three demands by seed: without end, in bursts after pauses, and at random. All must stay below the limit; the first
 * says how much of it is used. Beside them stands what the default limiter of ccxt would use.
 */

import { parseArgs } from 'node:util';
import { createWhitebitBudget, type Pass, WHITEBIT_LIMITS, WS_CONNECT } from '../src/venues/whitebit/budget.ts';
import { type Seeded, seeded } from '../test/campaigns/seeded.ts';
import { ccxtAt, loadCcxt } from '../test/system/ccxt.testing.ts';
import { judge, round, sayMachine } from './judged.ts';

const RUN_MS = 600_000;
const USED_MIN = 0.9;
/** As often as a flood of orders would ask. */
const STEP_MS = 20;
/** More than the widest limit grants in a step. */
const FLOOD = 100;
/** A line that is slow for a second and quick again bunches what was sent evenly: the last hardly brings anything. */
const LATE_MS = [50, 500, 9_000] as const;
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

/** Exact: the times of what arrived within the window that ends now. */
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

/** First in, first out; each second it is late by something else. */
class Line {
  readonly #lateMs: number;
  readonly #chance: Seeded;
  readonly #onTheWay: { readonly atMs: number; readonly pass: Pass }[] = [];
  #from = 0;
  #second = 0;
  #slowMs = 0;
  #lastMs = 0;

  constructor(lateMs: number, chance: Seeded) {
    this.#lateMs = lateMs;
    this.#chance = chance;
  }

  send(nowMs: number, pass: Pass): void {
    const second = Math.floor(nowMs / SLOW_FOR_MS);
    if (second !== this.#second) {
      this.#second = second;
      this.#slowMs = this.#chance.next() * this.#lateMs;
    }
    this.#lastMs = Math.max(this.#lastMs, nowMs + this.#slowMs);
    this.#onTheWay.push({ atMs: this.#lastMs, pass });
  }

  bring(nowMs: number, arrived: Window): void {
    for (let next = this.#onTheWay[this.#from]; next !== undefined; next = this.#onTheWay[this.#from]) {
      if (next.atMs > nowMs) return;
      arrived.add(next.atMs);
      next.pass.over(true);
      this.#from += 1;
    }
  }
}

type Run = { readonly share: number; readonly most: number };

/** `most`: the fullest window of arrivals, as a share of the limit. An answer comes with the arrival it answers. */
function run(scope: Scope, demand: Demand, lateMs: number, chance: Seeded, withCancels = false): Run {
  const { requests, windowMs } = WHITEBIT_LIMITS[scope];
  let nowMs = 1_700_000_000_000;
  const beginMs = nowMs;
  const budget = createWhitebitBudget({ clock: { nowMs: () => nowMs }, random: () => chance.next() });
  const arrived = new Window(windowMs);
  const line = new Line(lateMs, chance);
  let sent = 0;
  let quietUntilMs = 0;
  for (let step = 0; nowMs < beginMs + RUN_MS; step += 1, nowMs += STEP_MS) {
    line.bring(nowMs, arrived);
    if (demand === 'bursts' && chance.chance(1)) quietUntilMs = nowMs + chance.below(2 * windowMs);
    if (nowMs < quietUntilMs) continue;
    const wanted = demand === 'bursts' ? requests : demand === 'random' ? chance.below(2 * FLOOD) : 2 * FLOOD;
    const paths = PATHS[scope];
    for (let asked = 0, refused = 0; asked < wanted && refused < paths.length; asked += 1) {
      const path = withCancels && chance.chance(10) ? CANCEL : (paths[(step + asked) % paths.length] ?? '');
      const pass = budget.take(path);
      if (!pass.ok) {
        refused += 1;
        continue;
      }
      refused = 0;
      line.send(nowMs, pass);
      sent += 1;
    }
  }
  return { share: sent / ((RUN_MS / windowMs) * requests), most: arrived.most / requests };
}

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '3' } } });
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);
sayMachine('before');
const over: number[] = [];
for (const scope of Object.keys(PATHS) as Scope[]) {
  const told: Record<string, { readonly used: number; readonly mostOfLimit: number }> = {};
  for (const lateMs of LATE_MS) {
    const runs = seeds.map((seed) => {
      const of = (demand: Demand) => run(scope, demand, lateMs, seeded(seed));
      return { endless: of('endless'), bursts: of('bursts'), random: of('random') };
    });
    const most = Math.max(...runs.flatMap(({ endless, bursts, random }) => [endless.most, bursts.most, random.most]));
    over.push(most);
    const shares = runs.map(({ endless }) => endless.share);
    told[`late by up to ${lateMs} ms`] = { used: round(Math.min(...shares), 3), mostOfLimit: round(most, 3) };
    if (lateMs === LATE_MS[0]) judge(`2d ${scope}: share used`, shares, { least: USED_MIN });
  }
  console.log(JSON.stringify({ bench: 'limiter', scope, ...told }));
}
const mixed = seeds.map((seed) => run('orders', 'endless', LATE_MS[0], seeded(seed), true));
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
