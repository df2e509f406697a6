/** The guard by itself, with a keystore and a trail of its own, in a folder that goes away. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Decimal } from '../../core/decimal.ts';
import { clientOrderId } from '../../core/ids.ts';
import type { OrderReport } from '../../core/report.ts';
import type { PlaceOrder } from '../../venues/trading.ts';
import { AuditTrail } from '../audit.ts';
import { CHEAP } from '../desk.testing.ts';
import { Keystore } from '../keystore.ts';
import type { KeyRecord } from '../records.ts';
import { Refusals } from '../refusals.ts';
import { systemRandom } from '../seams.ts';
import { Store } from '../store.ts';
import { type Reservation, Trading } from './trading.ts';

const d = Decimal.parse;
export const record = { connection: 'c'.repeat(26), owner: 'o'.repeat(26), keyMark: 'm' } as unknown as KeyRecord;
type Sizes = { readonly rowsMax?: number; readonly trailMax?: number };

export class TestGuard {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-guard-'));
  nowMs = 1_700_000_000_000;
  /** What happens around each commit. */
  onCommit: (moment: string) => void = () => {};
  keystore!: Keystore;
  audit!: AuditTrail;
  trading: Trading;
  #store!: Store;

  constructor() {
    this.trading = this.#open('own', {});
    this.trading.attach();
  }

  /** One keystore, and a journal in a folder of its own. */
  #open(journal: string, sizes: Sizes): Trading {
    const clock = { nowMs: () => this.nowMs };
    const folder = path.join(this.folder, journal);
    mkdirSync(folder, { recursive: true });
    this.#store = new Store(this.folder);
    const keyDir = path.join(this.folder, 'keys');
    this.keystore = new Keystore({ store: this.#store, keyDir, random: systemRandom, argon2: CHEAP });
    this.keystore.unlockWithKeyFile();
    this.audit = new AuditTrail({ folder: path.join(this.folder, 'audit'), clock });
    const { audit, keystore } = this;
    const onCommit = (moment: string): void => this.onCommit(moment);
    return new Trading({ folder, clock, keystore, audit, refusals: new Refusals(audit, clock), onCommit, ...sizes });
  }

  /** As after a restart, but that the keystore vouches for nothing yet. */
  again(journal = 'own', sizes: Sizes = {}): void {
    this.#end();
    this.trading = this.#open(journal, sizes);
  }

  #end(): void {
    this.trading.close();
    this.audit.close();
    this.#store.close();
  }

  close(): void {
    this.#end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** One BTC for 100 USDT. */
  order(seq: number, epoch = this.trading.status().epoch): PlaceOrder {
    return {
      ...{ clientId: clientOrderId('guard', epoch, 'm', seq), market: 'BTC_USDT', side: 'buy' },
      terms: { kind: 'limit', price: d('100'), postOnly: false, ioc: false },
      quantity: { unit: 'base', amount: d('1') },
    };
  }

  known(asked: PlaceOrder, of = record) {
    return this.trading.known(of, asked, this.trading.status().epoch);
  }

  async sign(seq: number): Promise<Reservation> {
    const asked = this.order(seq);
    const made = { sent: asked, fair: d('100'), notional: d('100'), adverse: d('0.1') };
    const about = { unitPrice: Decimal.ONE, fee: d('0.001'), deadlineMs: this.nowMs + 5_000 };
    const reservation = this.trading.reserve(record, asked, made, about);
    await this.trading.sign([reservation], 1);
    return reservation;
  }

  /** Half of it was filled, and the rest taken back. */
  report(seq: number, change: Partial<OrderReport> = {}): OrderReport {
    return {
      ...{ clientId: this.order(seq).clientId, venueId: '7', market: 'BTC_USDT', side: 'buy', price: d('100') },
      ...{ filledBase: d('0.5'), filledQuote: d('50'), status: { kind: 'closed', why: 'cancelled', detail: '' } },
      ...change,
    } as OrderReport;
  }

  /** Turnover, what prices and fees may have cost, and open orders. */
  counts() {
    const { adverse, open, turnover } = this.trading.used(record.connection);
    return [turnover.toString(), adverse.toString(), open];
  }
}
