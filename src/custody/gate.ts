/**
 * The only way out with a signature. In this order, for one key at a time: the wall, the exchange's budget, the audit
 * trail, the nonce, the signature, the wall again over the final bytes, the wire. Each step may refuse, and nothing is
 * signed that was not written down before.
 */

import type { VenueId } from '../core/ids.ts';
import type { PrivateVenue, PublicVenue } from '../venues/venue.ts';
import { type Budget, heldBack } from '../venues/whitebit/budget.ts';
import type { CallParameters, RawReply } from '../venues/whitebit/call.ts';
import { classify } from '../venues/whitebit/faults.ts';
import type { PinnedHttp } from '../venues/whitebit/http.ts';
import { createWhitebitPrivate } from '../venues/whitebit/private.ts';
import { createWhitebitPublic } from '../venues/whitebit/public.ts';
import { signRequest } from '../venues/whitebit/sign.ts';
import type { AuditTrail } from './audit.ts';
import { CustodyError } from './errors.ts';
import type { Nonces } from './nonces.ts';
import type { Credential } from './records.ts';
import type { Clock } from './seams.ts';
import { admit, verify, WallError } from './wall.ts';

export type Use = {
  readonly connection: string;
  readonly owner: string;
  /**
   * `each`: one entry in the trail before each signature. `polled`: one entry before each hundred, for balances that a
   * page asks for every few seconds; entry by entry they would bury everything else.
   */
  readonly audit: 'each' | 'polled';
};

export type VenueAccess = {
  readonly venue: VenueId;
  readonly origin: string;
  readonly public: PublicVenue;
  private(credential: Credential, use: Use): PrivateVenue;
  close(): void;
};

export type GateOptions = {
  readonly venue: VenueId;
  readonly origin: string;
  readonly http: PinnedHttp;
  readonly budget: Budget;
  readonly audit: AuditTrail;
  readonly nonces: Nonces;
  readonly clock: Clock;
  /** Asked before every signature: a lock or a halt takes effect in the middle of a check. Throws `CustodyError`. */
  readonly mayAct: () => void;
};

const POLLED_SIGNATURES = 100;
const POLLED_MS = 600_000;
const POLLED_PATH = /^\/api\/v4\/(?:trade|main|collateral)-account\/balance$/;
/** What this process may ask in public: whether the exchange is there, and its time. */
const PUBLIC_PATHS = new Set(['/api/v4/public/ping', '/api/v4/public/time']);

type Permit = { left: number; readonly untilMs: number };

export function createVenueAccess(options: GateOptions): VenueAccess {
  const { venue, origin, http, budget, audit, nonces, clock, mayAct } = options;
  const permits = new Map<string, Permit>();

  async function limited(path: string, send: () => Promise<RawReply>): Promise<RawReply> {
    const taken = budget.take(path);
    if (!taken.ok) return heldBack(taken.waitMs);
    const reply = await send();
    if (reply.kind === 'reply' && reply.status === 429) {
      if (classify(reply, 'auth').code === 'rate-limited') budget.pause(reply.retryAfterMs);
    } else if (reply.kind === 'reply') budget.relax();
    return reply;
  }

  function writeDown(credential: Credential, use: Use, path: string): void {
    const about = { connection: use.connection, owner: use.owner };
    if (use.audit === 'each' || !POLLED_PATH.test(path)) {
      audit.append('signing', { ...about, detail: `${venue} ${path}` });
      return;
    }
    const known = permits.get(credential.keyMark);
    if (known !== undefined && known.left > 0 && clock.nowMs() < known.untilMs) {
      known.left -= 1;
      return;
    }
    const untilMs = clock.nowMs() + POLLED_MS;
    const made = known === undefined ? '' : `; ${POLLED_SIGNATURES - known.left} of those before were made`;
    const until = new Date(untilMs).toISOString();
    const detail = `${venue} balances, up to ${POLLED_SIGNATURES} requests until ${until}${made}`;
    audit.append('signing-balances', { ...about, detail });
    permits.set(credential.keyMark, { left: POLLED_SIGNATURES - 1, untilMs });
  }

  async function signed(credential: Credential, use: Use, path: string, parameters: CallParameters): Promise<RawReply> {
    try {
      admit(venue, path, parameters);
      return await limited(path, async () => {
        mayAct();
        writeDown(credential, use, path);
        const nonce = nonces.next(credential.keyMark);
        const { body, headers } = signRequest({
          path,
          parameters,
          nonce,
          nonceWindow: false,
          publicKey: credential.publicKey,
          secret: credential.secret,
        });
        const request = { method: 'POST', path, headers, body } as const;
        verify({ origin, ...request }, { venue, origin, publicKey: credential.publicKey });
        return http.send(request);
      });
    } catch (error) {
      if (!(error instanceof WallError)) throw error;
      audit.append('wall-refused', { connection: use.connection, owner: use.owner, detail: error.message });
      throw new CustodyError('INTERNAL', 'A request was refused before it was signed');
    }
  }

  return {
    venue,
    origin,
    public: createWhitebitPublic({
      clock,
      call: (path) => {
        if (!PUBLIC_PATHS.has(path)) throw new WallError(`${path} is not a request that custody makes`);
        return limited(path, () => http.send({ method: 'GET', path, headers: {} }));
      },
    }),
    private: (credential, use) =>
      createWhitebitPrivate({
        call: (path, parameters) => nonces.serial(credential.keyMark, () => signed(credential, use, path, parameters)),
      }),
    close: () => http.close(),
  };
}
