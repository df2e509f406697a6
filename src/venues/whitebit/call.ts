/**
 * The one hole through which signed requests leave. `venues/whitebit` says what to ask and reads what comes back;
 * whoever holds the key (custody) supplies a `PrivateCall` that reserves a nonce, checks its own frozen table, signs
 * and sends once. Nothing in this folder ever sees a stored secret but `sign.ts`, which is handed a `KeyObject`.
 */

/** Parameters beside `request`, `nonce` and `nonceWindow`. Values are what JSON can carry without losing digits. */
export type CallParameters = Readonly<Record<string, string | number | boolean>>;

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
export type PublicCall = (pathAndQuery: string) => Promise<RawReply>;

/** A full list of every asset's main balance is about 40 kB on the real exchange; a mebibyte is no honest answer. */
export const BODY_BYTES_MAX = 1024 * 1024;
