import type { Order } from './order.ts';

/**
 * Price levels of one side, each a first-in-first-out queue of orders. The levels are kept in an array with the best at
 * its end: the best price is a look at the last element, and most changes happen near it.
 */

export type Level = {
  readonly ladder: Ladder;
  readonly ticks: number;
  /** Quote units of one lot at this price. */
  readonly moneyPerLot: bigint;
  /** Sum of `left` of its orders; 0n once the level is gone. */
  total: bigint;
  first: Order | null;
  last: Order | null;
  /** Number of the command that changed it last, so that a change is told once. */
  touchedBy: number;
};

export type BestPrice = 'highest' | 'lowest';

export class Ladder {
  readonly levels: Level[] = [];
  readonly best: BestPrice;
  /** Turns prices into keys that ascend towards the best. */
  readonly #sign: 1 | -1;

  constructor(best: BestPrice) {
    this.best = best;
    this.#sign = best === 'highest' ? 1 : -1;
  }

  top(): Level | undefined {
    return this.levels[this.levels.length - 1];
  }

  find(ticks: number): Level | null {
    const level = this.levels[this.#position(ticks)];
    return level !== undefined && level.ticks === ticks ? level : null;
  }

  /** Puts the order behind all others of its price. */
  add(order: Order, ticks: number, moneyPerLot: bigint): Level {
    const level = this.#levelAt(ticks, moneyPerLot);
    order.level = level;
    order.previous = level.last;
    order.next = null;
    if (level.last === null) level.first = order;
    else level.last.next = order;
    level.last = order;
    level.total += order.left;
    return level;
  }

  /** Takes the order out, and its level too where it was the last of it. */
  remove(order: Order): void {
    const level = order.level;
    if (level === null || level.ladder !== this) throw new Error(`Order ${order.id} does not stand on this ladder`);
    if (order.previous === null) level.first = order.next;
    else order.previous.next = order.next;
    if (order.next === null) level.last = order.previous;
    else order.next.previous = order.previous;
    level.total -= order.left;
    order.level = null;
    order.previous = null;
    order.next = null;
    if (level.first !== null) return;
    if (this.top() === level) this.levels.pop();
    else this.levels.splice(this.#position(level.ticks), 1);
  }

  /** Best price first, oldest first within a price. */
  *orders(): Generator<Order> {
    for (let index = this.levels.length - 1; index >= 0; index -= 1)
      for (let order = this.levels[index]?.first ?? null; order !== null; order = order.next) yield order;
  }

  #levelAt(ticks: number, moneyPerLot: bigint): Level {
    const position = this.#position(ticks);
    const known = this.levels[position];
    if (known !== undefined && known.ticks === ticks) return known;
    const level: Level = { ladder: this, ticks, moneyPerLot, total: 0n, first: null, last: null, touchedBy: 0 };
    if (position === this.levels.length) this.levels.push(level);
    else this.levels.splice(position, 0, level);
    return level;
  }

  /** Index of the first level that is as good as `ticks` or better. */
  #position(ticks: number): number {
    const key = ticks * this.#sign;
    let low = 0;
    let high = this.levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const level = this.levels[middle];
      if (level !== undefined && level.ticks * this.#sign < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
