import type { AccountId } from '../ports.ts';

/**
 * The last step before the wire. Everything a client is sent passes here, so that a fault can lose, double, delay or
 * change it without any channel knowing.
 */

/** What goes to one client: an answer (channel null) or an update of a channel ('depth', 'deals', …). */
export type OutgoingFrame = {
  readonly connection: number;
  readonly account: AccountId | null;
  readonly channel: string | null;
  readonly message: Readonly<Record<string, unknown>>;
};

/**
 * Calls `send` never, once or several times, now or later. A text is sent as it is (it need not be JSON), anything else
 * as JSON. What comes after the connection's end goes nowhere.
 */
export type Deliver = (frame: OutgoingFrame, send: (message: unknown) => void) => void;

export const deliverAtOnce: Deliver = (frame, send) => send(frame.message);

/** What a fault may do to an open socket. */
export type OpenSocket = {
  readonly connection: number;
  readonly account: AccountId | null;
  readonly channels: readonly string[];
  close(code: number): void;
  cut(): void;
  /** Half-open: nothing is read, written or answered any more, the TCP connection stays. */
  freeze(): void;
};
