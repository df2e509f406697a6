/** Makes the items of a script happen: wishes of people, news of markets, faults; and, in the end, calm. */

import { haltNow } from '../../src/shell/trading/halt.ts';
import { chanceOf } from './chance.ts';
import type { People } from './people.ts';
import type { Act, Item } from './script.ts';
import type { Killable, World } from './world.ts';

/** The supervisor starts a process again this soon where it could not start. */
const RESTART_MS = 500;
const RESUMES_MS = [1_000, 4_000, 8_000, 16_000];
const POINTS: Readonly<Record<Killable, readonly string[]>> = {
  desk: [
    ...['before-commit', 'after-commit', 'between-accounts', 'before-place', 'after-place', 'before-cancel'],
    ...['after-cancel', 'before-find', 'after-find', 'before-snapshot', 'after-snapshot', 'before-follow'],
    ...[
      'before-install',
      'after-install',
      'before-halt',
      'after-halt',
      'before-prune',
      'after-prune',
      'disk before',
      'disk after',
    ],
  ],
  custody: [
    ...['before-journal', 'in-journal', 'after-journal', 'before-send-order', 'after-send-order', 'before-send-cancel'],
    ...['after-send-cancel', 'before-send-read', 'after-send-read', 'disk before', 'disk after'],
  ],
};

export class Troubles {
  readonly #world: World;
  readonly #people: People;

  constructor(world: World, people: People) {
    this.#world = world;
    this.#people = people;
  }

  act(item: Item): void {
    const { act } = item;
    this.#world.oracle.count(`act ${act.kind}`);
    if (!this.#person(item) && !this.#market(item)) this.#fault(act, item);
  }

  /** False: not a person's doing. */
  #person(item: Item): boolean {
    const { act, account } = item;
    const world = this.#world;
    const connection = world.accounts[account]?.connection;
    const runner = connection === undefined ? null : (world.desk.accounts?.get(connection) ?? null);
    const at = (run: (one: NonNullable<typeof runner>) => void): true => {
      if (runner !== null) world.loop.deliver('desk', 0, () => run(runner), 'turn');
      return true;
    };
    switch (act.kind) {
      case 'place':
        return at((one) => this.#people.place(item, one, act.style, act.times));
      case 'move':
        return at((one) => this.#people.move(item, one));
      case 'cancel':
        return at((one) => this.#people.cancel(item, one));
      case 'cancel-external':
        return at((one) => this.#people.cancelExternal(item, one));
      case 'cancel-all':
        return at((one) => this.#people.cancelAll(one));
      case 'repeat':
        return at((one) => this.#people.repeat(one));
      case 'halt':
        return at((one) => {
          const { accounts, link } = world.desk;
          if (accounts === null || link === null) return;
          // Refused where custody does not answer; the desk holds still all the same.
          haltNow({ accounts, custody: link }, [one.connection], 'lunch').catch(() => {});
        });
      case 'resume':
        this.#resume();
        return true;
      default:
        return false;
    }
  }

  #market(item: Item): boolean {
    const { act, account, draw } = item;
    const { exchange, loop, oracle, accounts } = this.#world;
    const chance = chanceOf(draw);
    const name = accounts[account]?.key.account ?? '';
    switch (act.kind) {
      case 'market':
        exchange.move(loop.nowMs, chance, act.far);
        return true;
      case 'fill':
        exchange.fill(loop.nowMs, chance);
        return true;
      case 'expel':
        exchange.expel(loop.nowMs, chance);
        return true;
      case 'deposit':
        oracle.othersActed = true;
        exchange.deposit(chance, name, act.gone);
        return true;
      case 'others-place':
        oracle.othersActed = true;
        exchange.othersPlace(loop.nowMs, chance, name);
        return true;
      case 'others-cancel':
        exchange.othersCancel(loop.nowMs, chance);
        return true;
      case 'rules':
        oracle.rulesChanged = true;
        exchange.rules(loop.nowMs, chance, act.what);
        return true;
      default:
        return false;
    }
  }

  #fault(act: Act, item: Item): void {
    const world = this.#world;
    const { wire, link, loop, exchange, disks } = world;
    const later = (delayMs: number, run: () => void): void => loop.plan(delayMs, run);
    switch (act.kind) {
      case 'http':
        wire.arm(act.fault, act.target, act.times);
        return;
      case 'stream':
        wire.armStream(act.fault, act.times);
        return;
      case 'cut':
      case 'half-open':
        wire.cutStreams(act.kind);
        return;
      case 'nonsense':
        exchange.streams.nonsense(
          world.accounts[item.account]?.key.account ?? '',
          '{"id":null,"method":"deals_update","params":[]}',
        );
        return;
      case 'down':
        wire.down = true;
        exchange.streams.cutAll('restart');
        later(act.forMs, () => {
          wire.down = false;
        });
        return;
      case 'dark':
        wire.dark = true;
        wire.cutStreams('half-open');
        later(act.forMs, () => {
          wire.dark = false;
        });
        return;
      case 'lag': {
        const chance = chanceOf(item.draw);
        exchange.rest.lagMs = () => chance.next() * 1_900;
        later(act.forMs, () => {
          exchange.rest.lagMs = () => 0;
        });
        return;
      }
      case 'link-cut':
        if (link.served !== null && world.runs('desk')) link.cut('The connection broke');
        return;
      case 'link-slow':
        link.slowMs = 50 + (item.draw % 2_000);
        later(act.forMs, () => {
          link.slowMs = 0;
        });
        return;
      case 'unread':
        link.unread = true;
        later(act.forMs, () => {
          link.unread = false;
        });
        return;
      case 'kill':
        world.kill(act.process);
        later(act.forMs, () => this.#restart(act.process));
        return;
      case 'power':
        for (const process of ['desk', 'custody'] as const) {
          world.kill(process, true);
          later(act.forMs, () => this.#restart(process));
        }
        return;
      case 'kill-at': {
        const name = POINTS[act.process][act.point % POINTS[act.process].length];
        world.diesAt = (process, point) => {
          if (world.isQuiet || process !== act.process || point !== name) return false;
          world.diesAt = () => false;
          later(act.forMs, () => this.#restart(process));
          return true;
        };
        return;
      }
      case 'disk':
        disks.broken.add(act.process);
        later(act.forMs, () => void disks.broken.delete(act.process));
        return;
      case 'clock':
        world.desk.skewMs = act.byMs;
        world.custody.skewMs = act.byMs;
        later(act.forMs, () => {
          world.desk.skewMs = 0;
          world.custody.skewMs = 0;
        });
        return;
      case 'sleep':
        loop.freeze('desk', loop.nowMs + act.forMs);
        loop.freeze('custody', loop.nowMs + act.forMs);
        return;
      case 'lock':
        this.#owner('lock');
        later(act.forMs, () => this.#owner('unlock'));
        return;
      default:
        throw new TypeError(`Nothing does ${act.kind}`);
    }
  }

  #restart(process: Killable): void {
    const world = this.#world;
    if (world.isQuiet) return;
    world.start(process);
    // Looked after until the quiet: it may not be able to start, or die again.
    if (world.disks.broken.has(process)) world.loop.plan(RESTART_MS, () => this.#restart(process));
  }

  /** At this machine, without the desk. What it cannot do now (locked, broken), it does not do. */
  #owner(what: 'lock' | 'unlock'): void {
    const { loop, custody } = this.#world;
    loop.deliver(
      'custody',
      0,
      () => {
        const sealed = { v: 1, epk: '', iv: '', ct: '' } as const;
        const done = what === 'lock' ? custody.owner('lock', {}) : custody.owner('unlock', { sealed });
        done.catch(() => {});
      },
      'turn',
    );
  }

  #resume(): void {
    const { loop, custody, accounts } = this.#world;
    const resume = (): void => {
      for (const connection of [null, ...accounts.map((one) => one.connection)])
        custody.owner('resume', { connection }).catch(() => {});
    };
    loop.deliver('custody', 0, resume, 'turn');
  }

  /** Nothing goes wrong from here on, and whoever is gone comes back. */
  async calm(): Promise<void> {
    const world = this.#world;
    const { wire, link, disks, loop, exchange, desk, custody } = world;
    wire.calm();
    disks.broken.clear();
    world.diesAt = () => false;
    link.slowMs = 0;
    link.unread = false;
    exchange.rest.lagMs = () => 0;
    desk.skewMs = 0;
    custody.skewMs = 0;
    for (const market of exchange.ledger.markets.values()) market.trades = true;
    custody.start();
    desk.start();
    this.#owner('unlock');
    // More than once: a halt may still have been on its way.
    for (const afterMs of RESUMES_MS) loop.plan(afterMs, () => this.#resume());
    // Again, for a custody that had stopped itself: its owner starts it anew.
    loop.plan(1_500, () => {
      if (custody.custody?.status().state === 'halted') {
        custody.kill();
        custody.start();
        this.#resume();
      }
    });
  }
}
