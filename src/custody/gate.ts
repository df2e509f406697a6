/**
 * The only way out with a signature. In this order, for one key at a time: the wall, the exchange's budget, the audit
 * trail, the nonce, the signature, the wall again over the final bytes, the wire. Each step may refuse, and nothing is
 * signed that was not written down before.
 */

import type { VenueId } from '../core/ids.ts';
import type { OpenSocket } from '../venues/streams.ts';
import type { TradingVenue } from '../venues/trading.ts';
import type { PrivateVenue, PublicVenue } from '../venues/venue.ts';
import { type Budget, heldBack, noteLimits, sendWith, WS_CONNECT } from '../venues/whitebit/budget.ts';
import type { CallParameters, PublicCall, RawReply } from '../venues/whitebit/call.ts';
import type { PinnedHttp } from '../venues/whitebit/http.ts';
import { createWhitebitPrivate } from '../venues/whitebit/private.ts';
import { createWhitebitPublic } from '../venues/whitebit/public.ts';
import { signRequest } from '../venues/whitebit/sign.ts';
import type { StreamOptions } from '../venues/whitebit/stream.ts';
import { streamUrl } from '../venues/whitebit/stream-url.ts';
import type { AuditTrail } from './audit.ts';
import type { CustodyCrashPoints } from './crash-points.ts';
import { CustodyError } from './errors.ts';
import type { Nonces } from './nonces.ts';
import type { Credential } from './records.ts';
import type { Clock } from './seams.ts';
import { createTradeGate, type TradeUse } from './trade-gate.ts';
import { MarketData } from './trading/reference.ts';
import { admit, admitPublic, verify, WallError } from './wall.ts';
import { openPinned } from './web-socket.ts';

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
  readonly market: MarketData;
  private(credential: Credential, use: Use): PrivateVenue;
  /** Orders and cancellations must have been written down before they come here. */
  trade(credential: Credential, use: TradeUse): TradingVenue;
  /** How its private stream is opened. */
  readonly stream: Pick<StreamOptions, 'open' | 'url' | 'mayConnect'>;
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
  readonly crash: CustodyCrashPoints;
  /** For tests: in place of a socket to the pinned address. */
  readonly open: OpenSocket | null;
};

const POLLED_SIGNATURES = 100;
const POLLED_MS = 600_000;
const POLLED_PATH = /^\/api\/v4\/(?:trade|main|collateral)-account\/balance$/;

type Permit = { left: number; readonly untilMs: number };

export function createVenueAccess(options: GateOptions): VenueAccess {
  const { venue, origin, http, budget, audit, nonces, clock, crash, mayAct } = options;
  const permits = new Map<string, Permit>();

  async function limited(path: string, send: () => Promise<RawReply>): Promise<RawReply> {
    const taken = budget.take(path);
    if (!taken.ok) return heldBack(taken.waitMs);
    const reply = await sendWith(taken, send, (answer) => answer);
    noteLimits(budget, reply);
    return reply;
  }

  function writeDown(credential: Credential, use: Use, path: string): void {
    if (use.audit === 'polled' && POLLED_PATH.test(path)) writeShared(credential, use, 'balances');
    else audit.append('signing', { connection: use.connection, owner: use.owner, detail: `${venue} ${path}` });
  }

  function writeShared(credential: Credential, use: Pick<Use, 'connection' | 'owner'>, what: string): void {
    const name = `${credential.keyMark} ${what}`;
    const known = permits.get(name);
    if (known !== undefined && known.left > 0 && clock.nowMs() < known.untilMs) {
      known.left -= 1;
      return;
    }
    const untilMs = clock.nowMs() + POLLED_MS;
    const made = known === undefined ? '' : `; ${POLLED_SIGNATURES - known.left} of those before were made`;
    const until = new Date(untilMs).toISOString();
    const detail = `${venue} ${what}, up to ${POLLED_SIGNATURES} requests until ${until}${made}`;
    audit.append('signing-balances', { connection: use.connection, owner: use.owner, detail });
    permits.set(name, { left: POLLED_SIGNATURES - 1, untilMs });
  }

  function sendSigned(
    credential: Credential,
    path: string,
    parameters: CallParameters,
    nonce: number,
    nonceWindow: boolean,
  ): Promise<RawReply> {
    const { publicKey, secret } = credential;
    const { body, headers } = signRequest({ path, parameters, nonce, nonceWindow, publicKey, secret });
    const request = { method: 'POST', path, headers, body } as const;
    verify({ origin, ...request }, { venue, origin, publicKey });
    return http.send(request);
  }

  async function signed(credential: Credential, use: Use, path: string, parameters: CallParameters): Promise<RawReply> {
    try {
      admit(venue, path, parameters);
      return await limited(path, async () => {
        mayAct();
        writeDown(credential, use, path);
        crash.at('before-send-read');
        const reply = await sendSigned(credential, path, parameters, nonces.next(credential.keyMark), false);
        crash.at('after-send-read');
        return reply;
      });
    } catch (error) {
      if (!(error instanceof WallError)) throw error;
      audit.append('wall-refused', { connection: use.connection, owner: use.owner, detail: error.message });
      throw new CustodyError('INTERNAL', 'A request was refused before it was signed');
    }
  }

  const publicCall: PublicCall = (path) => {
    admitPublic(path);
    return limited(path, () => http.send({ method: 'GET', path, headers: {} }));
  };
  const url = streamUrl(origin);
  const publicVenue = createWhitebitPublic({ clock, call: publicCall });
  /** Counted at once: each account has one attempt at a time, and thirty of the thousand a minute are left for that. */
  function mayConnect() {
    const taken = budget.take(WS_CONNECT);
    if (taken.ok) taken.over(true);
    return taken;
  }

  return {
    venue,
    origin,
    public: publicVenue,
    market: new MarketData(publicVenue, publicCall, clock),
    private: (credential, use) =>
      createWhitebitPrivate({
        call: (path, parameters) => nonces.serial(credential.keyMark, () => signed(credential, use, path, parameters)),
      }),
    trade: createTradeGate({
      ...{ venue, budget, audit, nonces, clock, crash, mayAct },
      public: publicVenue,
      noteRead: (credential, use) => writeShared(credential, use, 'orders, trades and balances'),
      send: (credential, path, parameters, nonce) => sendSigned(credential, path, parameters, nonce, true),
    }),
    stream: { open: options.open ?? openPinned(url), url, mayConnect },
    close: () => http.close(),
  };
}
