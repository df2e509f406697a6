/**
 * The one hole through which signed requests leave. `venues/whitebit` says what to ask and reads what comes back;
 * whoever holds the key (custody) supplies a `PrivateCall` that reserves a nonce, checks its own frozen table, signs
 * and sends once. Nothing in this folder ever sees a stored secret but `sign.ts`, which is handed a `KeyObject`.
 */

/** What JSON can carry without losing digits: amounts are texts, numbers are whole. */
export type CallValue =
  | string
  | number
  | boolean
  | null
  | readonly CallValue[]
  | { readonly [name: string]: CallValue };
/** Parameters beside `request`, `nonce` and `nonceWindow`. */
export type CallParameters = Readonly<Record<string, CallValue>>;

export type RawReply =
  | {
      readonly kind: 'reply';
      readonly status: number;
      /** At most `BODY_BYTES_MAX`, UTF-8. */
      readonly body: string;
      readonly contentType: string;
      readonly retryAfterMs: number | null;
      readonly tookMs: number;
    }
  /** No answer. `sent` says whether bytes of the request may have reached the exchange. */
  | {
      readonly kind: 'no-reply';
      readonly sent: boolean;
      readonly reason: string;
      readonly tookMs: number;
      /** Set when our own budget kept the request back: nothing was sent, and there is room again after this long. */
      readonly heldBackMs?: number;
    };

export type PrivateCall = (path: string, parameters: CallParameters) => Promise<RawReply>;

/** A request of the trading half, ready to be signed: `whitebit/requests.ts` is the only maker. */
export type TradeRequest = {
  readonly path: string;
  readonly parameters: CallParameters;
  /**
   * True: the nonce is a millisecond time that counts only within five seconds of the exchange's clock. After that
   * nothing of the request can still happen, which is what proves an order absent.
   */
  readonly nonceWindow: boolean;
};
export type TradeReply = {
  readonly reply: RawReply;
  /** The nonce that was signed, by our clock; null where nothing was. */
  readonly signedAtMs: number | null;
};
/** Signs and sends once; never rejects for what a network or an exchange does. */
export type TradeCall = (request: TradeRequest) => Promise<TradeReply>;

export type PublicCall = (pathAndQuery: string) => Promise<RawReply>;

/** A full list of every asset's main balance is about 40 kB on the real exchange; a mebibyte is no honest answer. */
export const BODY_BYTES_MAX = 1024 * 1024;
