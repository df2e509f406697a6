/**
 * What an account is worth, for the limits that are a share of it. Measured by custody itself, of the trade wallet
 * alone, and only in assets of enabled markets: what nobody may trade here must not widen what may be lost.
 */

import { Decimal } from '../../core/decimal.ts';
import type { VenueAccess } from '../gate.ts';
import type { Credential, KeyRecord } from '../records.ts';
import type { Clock } from '../seams.ts';

/** Measured again after this long; a price that somebody pushes for a moment moves it once an hour at most. */
const AGE_MAX_MS = 3_600_000;
/** After a failed measurement: the next order tries again, but not each. */
const RETRY_MS = 1_000;

type Measured = { readonly value: Decimal | null; readonly atMs: number; readonly markets: string };

export class Equity {
  readonly #clock: Clock;
  readonly #measured = new Map<string, Measured>();
  readonly #measuring = new Map<string, Promise<Decimal | null>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** In USDT, as last measured; null where it never was. */
  last(connection: string): Decimal | null {
    return this.#measured.get(connection)?.value ?? null;
  }

  /** In USDT; null where it cannot be measured now. */
  async of(record: KeyRecord, access: VenueAccess, credential: () => Credential): Promise<Decimal | null> {
    const { connection } = record;
    const markets = (record.policy?.limits.markets ?? []).join();
    const known = this.#measured.get(connection);
    const ageMs = Math.abs(this.#clock.nowMs() - (known?.atMs ?? Number.NEGATIVE_INFINITY));
    if (known !== undefined && known.markets === markets && ageMs < (known.value === null ? RETRY_MS : AGE_MAX_MS))
      return known.value;
    const running = this.#measuring.get(connection) ?? this.#measure(record, access, credential(), markets);
    this.#measuring.set(connection, running);
    return running;
  }

  forget(connection: string): void {
    this.#measured.delete(connection);
  }

  async #measure(
    record: KeyRecord,
    access: VenueAccess,
    credential: Credential,
    markets: string,
  ): Promise<Decimal | null> {
    const { connection, owner } = record;
    try {
      const atMs = this.#clock.nowMs();
      const answer = await access.private(credential, { connection, owner, audit: 'polled' }).holdings();
      const assets = new Set((record.policy?.limits.markets ?? []).flatMap((market) => market.split('_')));
      let total: Decimal | null = answer.ok ? Decimal.ZERO : null;
      for (const { asset, free, locked, wallet } of answer.ok ? answer.value.balances : []) {
        if (total === null || wallet !== 'trade' || !assets.has(asset)) continue;
        const price = await access.market.unitPrice(asset);
        // What has no price counts as nothing: limits then are tighter, never wider.
        if (price !== null) total = total.add(free.add(locked).mul(price));
      }
      this.#measured.set(connection, { value: total, atMs, markets });
      return total;
    } finally {
      this.#measuring.delete(connection);
    }
  }
}
