/**
 * What an account is worth, for the limits that are a share of it, and what it holds. Measured by custody itself, of the
 * trade wallet alone. Worth are only assets of enabled markets: what nobody may trade here must not widen what may be
 * lost.
 */

import { Decimal } from '../../core/decimal.ts';
import type { VenueAccess } from '../gate.ts';
import type { Credential, KeyRecord } from '../records.ts';
import type { Clock } from '../seams.ts';

/** Measured again after this long; a price that somebody pushes for a moment moves it once an hour at most. */
const AGE_MAX_MS = 3_600_000;
/** After a failed measurement: the next order tries again, but not each. */
const RETRY_MS = 1_000;
/**
 * Holdings are read again after this long, without waiting for it. What was bought since is added to them, so old ones
 * are never too low; young ones know of sales and deposits.
 */
const HELD_FRESH_MS = 30_000;

/** What the trade wallet held at a time. */
export type Held = { readonly atMs: number; readonly amounts: ReadonlyMap<string, Decimal> };
export type Worth = {
  /** In USDT; null where it cannot be measured now. */
  readonly equity: Decimal | null;
  readonly held: Held | null;
};
type Measured = Worth & { readonly atMs: number; readonly triedAtMs: number; readonly markets: string };

export class Equity {
  readonly #clock: Clock;
  readonly #measured = new Map<string, Measured>();
  readonly #measuring = new Map<string, Promise<Worth>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** In USDT, as last measured; null where it never was. */
  last(connection: string): Decimal | null {
    return this.#measured.get(connection)?.equity ?? null;
  }

  /** `forHeld`: whether it is asked for what is held as well. */
  async of(record: KeyRecord, access: VenueAccess, credential: () => Credential, forHeld: boolean): Promise<Worth> {
    const { connection } = record;
    const markets = (record.policy?.limits.markets ?? []).join();
    const known = this.#measured.get(connection);
    const isDue =
      known === undefined ||
      known.markets !== markets ||
      this.#ageMs(known.atMs) >= (known.equity === null ? RETRY_MS : AGE_MAX_MS);
    if (!isDue && (!forHeld || this.#ageMs(known.triedAtMs) < HELD_FRESH_MS)) return known;
    const running = this.#measuring.get(connection) ?? this.#measure(record, access, credential(), markets);
    this.#measuring.set(connection, running);
    if (isDue) return running;
    // Nobody waits for it; what cannot be read stays as it was.
    running.catch(() => {});
    return known;
  }

  async #measure(record: KeyRecord, access: VenueAccess, credential: Credential, markets: string): Promise<Worth> {
    const { connection, owner } = record;
    try {
      const atMs = this.#clock.nowMs();
      const answer = await access.private(credential, { connection, owner, audit: 'polled' }).holdings();
      const known = this.#measured.get(connection);
      const amounts = new Map<string, Decimal>();
      for (const { asset, free, locked, wallet } of answer.ok ? answer.value.balances : [])
        if (wallet === 'trade') amounts.set(asset, free.add(locked));
      const held = answer.ok ? { atMs, amounts } : (known?.held ?? null);
      const isYoung = known?.markets === markets && known.equity !== null && this.#ageMs(known.atMs) < AGE_MAX_MS;
      const measured: Measured = isYoung
        ? { ...known, held, triedAtMs: atMs }
        : { equity: answer.ok ? await worthOf(amounts, record, access) : null, held, atMs, triedAtMs: atMs, markets };
      this.#measured.set(connection, measured);
      return measured;
    } finally {
      this.#measuring.delete(connection);
    }
  }

  #ageMs(atMs: number): number {
    return Math.abs(this.#clock.nowMs() - atMs);
  }
}

async function worthOf(
  amounts: ReadonlyMap<string, Decimal>,
  record: KeyRecord,
  access: VenueAccess,
): Promise<Decimal> {
  const assets = new Set((record.policy?.limits.markets ?? []).flatMap((market) => market.split('_')));
  let total = Decimal.ZERO;
  for (const [asset, amount] of amounts) {
    const price = assets.has(asset) ? await access.market.unitPrice(asset) : null;
    // What has no price counts as nothing: limits then are tighter, never wider.
    if (price !== null) total = total.add(amount.mul(price));
  }
  return total;
}
