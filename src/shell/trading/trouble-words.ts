/** What keeps an account from trading beyond what its machine knows, in words. */

import type { TradingStatus } from '../../custody/trade-protocol.ts';
import type { CustodyNow } from '../custody-link.ts';

export type Trouble = {
  readonly cause: string;
  readonly cure: string;
  readonly sinceMs: number;
  /** It only begins, and goes on by itself. */
  readonly isOpening?: true;
};

export type TroubleFacts = {
  readonly storeHalt: { readonly why: string; readonly sinceMs: number } | null;
  readonly custody: Pick<CustodyNow, 'condition' | 'reason'>;
  readonly custodySinceMs: number;
  readonly status: TradingStatus | null;
  readonly statusSinceMs: number;
  /** Of the account's own history. */
  readonly epoch: number;
};

/** The worst first; null: nothing. */
export function troubleOf(facts: TroubleFacts): Trouble | null {
  const { storeHalt, status, statusSinceMs: sinceMs } = facts;
  if (storeHalt !== null) {
    const cause = `Nothing can be written to the database (${storeHalt.why}), so nothing is placed.`;
    const cure = 'Make room on the disk if it is full. It is tried again by itself; halting works meanwhile.';
    return { cause, cure, sinceMs: storeHalt.sinceMs };
  }
  const custody = custodyTrouble(facts);
  if (custody !== null) return custody;
  if (status === null) return null;
  if (status.trouble !== '') {
    const cause = `Orders cannot be signed: custody's order journal cannot be written (${status.trouble}).`;
    return { cause, cure: 'Make room on the disk, then restart Gapless. Cancelling works meanwhile.', sinceMs };
  }
  if (status.epoch < facts.epoch) {
    const cause = 'The keystore is older than this account\u2019s history, so its orders are refused.';
    return { cause, cure: 'Restore the newest backup of the keys.', sinceMs };
  }
  return null;
}

function custodyTrouble({ custody, custodySinceMs: sinceMs }: TroubleFacts): Trouble | null {
  switch (custody.condition) {
    case 'open':
      return null;
    case 'locked':
      return { cause: 'The keys are locked.', cure: 'Unlock them under Security.', sinceMs };
    case 'halted': {
      const cause = `The process that holds the keys has halted: ${custody.reason}`;
      return { cause, cure: 'Open Security: what to do stands there.', sinceMs };
    }
    case 'unreachable': {
      const cause = 'The process that holds the keys does not answer.';
      return { cause, cure: 'It is started again by itself.', sinceMs };
    }
  }
}
