import type { DatabaseSync } from 'node:sqlite';
import { integer } from '../accounts/row.ts';

/**
 * When the exchange lived: ran, and heard its clock go on. Within these times only its own trades happened, and where
 * there were none nothing did. What happened outside (it did not run, its clock was moved) is not its to tell.
 */
export interface Lived {
  /**
   * Cuts [fromSec, toSec) where the exchange began or ceased to live. Oldest first; nothing where nothing is asked for.
   * Counted while it is read: who wants the first segment pays for one.
   */
  split(fromSec: number, toSec: number, nowUs: number): Iterable<Segment>;
  /** The first and the last sign of life, in Unix microseconds; 0 before the first. */
  firstUs(): number;
  lastUs(): number;
}

/** Whole seconds, the end not included. A second in which the exchange lived at all is a lived one. */
export type Segment = {
  readonly isLived: boolean;
  readonly fromSec: number;
  readonly toSec: number;
  /** Where the whole life or gap begins of which this is a part; minus infinity before the first life. */
  readonly beganSec: number;
};

export interface LivedStore extends Lived {
  /** Every commit and every tick is one. Only in memory until it is saved. */
  signOfLife(nowUs: number): void;
  /** Whether the file is so far behind that a death now would be taken for an earlier one. */
  isSaveDue(): boolean;
  /** Writes only where something is new. */
  save(): void;
}

/** Silence longer than this is a gap: ticks come every second, so a minute without one is no hiccup. */
export const GAP_MS = 60_000;
/** A test that moves the clock all day makes some thousands; of lives before that only the model speaks. */
const LIVES_KEPT = 10_000;
/** The file may be this share of a gap behind, so that being killed never makes one. */
const SAVE_SHARE = 0.25;

const US_PER_MS = 1_000;
const US_PER_SEC = 1_000_000;

type Life = { readonly fromUs: number; toUs: number };

/** `lastCommandUs`: of the last command in the file, which is a sign of life that needed no saving; 0 without one. */
export function createLived(database: DatabaseSync, lastCommandUs: number, gapMs: number = GAP_MS): LivedStore {
  const upsert = database.prepare('INSERT OR REPLACE INTO lived (from_us, to_us) VALUES (?, ?)');
  const prune = database.prepare(
    'DELETE FROM lived WHERE from_us NOT IN (SELECT from_us FROM lived ORDER BY from_us DESC LIMIT ?)',
  );
  const gapUs = gapMs * US_PER_MS;
  const lives: Life[] = database
    .prepare('SELECT from_us, to_us FROM lived ORDER BY from_us')
    .all()
    .map((row) => ({ fromUs: integer(row, 'from_us'), toUs: integer(row, 'to_us') }));
  const unsaved = new Set<Life>();
  let savedUs = lives.at(-1)?.toUs ?? 0;

  function signOfLife(nowUs: number): void {
    const life = lives.at(-1);
    if (life !== undefined && nowUs - life.toUs <= gapUs) {
      if (nowUs <= life.toUs) return;
      life.toUs = nowUs;
      unsaved.add(life);
      return;
    }
    const born = { fromUs: nowUs, toUs: nowUs };
    lives.push(born);
    if (lives.length > LIVES_KEPT) lives.shift();
    unsaved.add(born);
  }
  if (lastCommandUs > 0) signOfLife(lastCommandUs);

  /** The running life reaches up to now, unless this very moment will turn out to be after a gap. */
  function endSec(place: number, nowUs: number): number {
    const toUs = lives[place]?.toUs ?? Number.NEGATIVE_INFINITY;
    const isRunning = place === lives.length - 1 && nowUs - toUs <= gapUs;
    return Math.floor((isRunning ? Math.max(nowUs, toUs) : toUs) / US_PER_SEC) + 1;
  }

  /** Place of the first life that ends after a second. */
  function firstAfter(sec: number, nowUs: number): number {
    let low = 0;
    let high = lives.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (endSec(middle, nowUs) > sec) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  return {
    signOfLife,
    isSaveDue: () => (lives.at(-1)?.toUs ?? 0) - savedUs > gapUs * SAVE_SHARE,
    save() {
      if (unsaved.size === 0) return;
      for (const { fromUs, toUs } of unsaved) upsert.run(fromUs, toUs);
      if (lives.length >= LIVES_KEPT) prune.run(LIVES_KEPT);
      unsaved.clear();
      savedUs = lives.at(-1)?.toUs ?? 0;
    },
    firstUs: () => lives[0]?.fromUs ?? 0,
    lastUs: () => lives.at(-1)?.toUs ?? 0,
    *split(fromSec, toSec, nowUs) {
      let at = fromSec;
      for (let place = firstAfter(fromSec, nowUs); at < toSec; place += 1) {
        const life = lives[place];
        const bornSec = life === undefined ? toSec : Math.floor(life.fromUs / US_PER_SEC);
        if (at < bornSec) {
          const end = Math.min(bornSec, toSec);
          // The gap before the first life has no beginning: `endSec` of no life is minus infinity.
          yield { isLived: false, fromSec: at, toSec: end, beganSec: endSec(place - 1, nowUs) };
          at = end;
        }
        if (at >= toSec) return;
        const end = Math.min(endSec(place, nowUs), toSec);
        yield { isLived: true, fromSec: at, toSec: end, beganSec: bornSec };
        at = end;
      }
    },
  };
}
