/** What goes wrong between custody and whoever asks it. The message is for a log; the code is what programs go by. */

import type { CustodyErrorCode } from './protocol.ts';

export class CustodyError extends Error {
  override name = 'CustodyError';
  readonly code: CustodyErrorCode | 'UNREACHABLE';

  /** `UNREACHABLE` is made by the client only: no answer came, and nobody knows whether the request was carried out. */
  constructor(code: CustodyErrorCode | 'UNREACHABLE', message: string) {
    super(message);
    this.code = code;
  }
}
