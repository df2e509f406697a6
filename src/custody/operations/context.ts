/** What every operation works with. Made once, in custody.ts. */

import type { VenueId } from '../../core/ids.ts';
import type { AuditTrail } from '../audit.ts';
import type { VenueAccess } from '../gate.ts';
import type { Argon2Cost } from '../kdf.ts';
import type { Keystore } from '../keystore.ts';
import type { Nonces } from '../nonces.ts';
import type { OperationEvent, StepReport } from '../protocol.ts';
import type { Records } from '../records.ts';
import type { Refusals } from '../refusals.ts';
import type { Clock, Random } from '../seams.ts';
import type { Equity } from '../trading/equity.ts';
import type { Follows } from '../trading/follows.ts';
import type { Trading } from '../trading/trading.ts';

export type Context = {
  readonly keystore: Keystore;
  readonly records: Records;
  readonly audit: AuditTrail;
  readonly refusals: Refusals;
  readonly nonces: Nonces;
  readonly trading: Trading;
  readonly equity: Equity;
  readonly follows: Follows;
  readonly clock: Clock;
  readonly random: Random;
  /** In [0, 1), for spreading; never for keys. */
  readonly chance: () => number;
  readonly argon2: Argon2Cost;
  /** Throws `CustodyError` where the exchange is not known here, as the practice exchange when none runs. */
  readonly access: (venue: VenueId) => VenueAccess;
  /** Throws `LOCKED` or `HALTED`. */
  readonly mayAct: () => void;
};

export type OnStep = (report: StepReport) => void;

/** The way back to whoever asked. */
export type OperationLine = {
  readonly step: (event: OperationEvent) => void;
  /** What they have not read yet. */
  readonly backlogBytes: () => number;
  /** When they are gone. */
  readonly ended: AbortSignal;
};
