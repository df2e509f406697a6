/** How trading on one connection stands, in a word for the switch and in sentences for the bar above the tables. */

import type { CustodyState } from '../../../src/contract/custody.ts';
import type { TradingAccount } from '../../../src/contract/trading.ts';

export type Tone = 'plain' | 'amber' | 'red' | 'none';
type Cure = 'choose-markets' | 'replace-key' | 'resume' | 'unlock' | null;
/** Undefined: not told. */
export type Custody = CustodyState['state'] | undefined;
export type Condition = {
  readonly tone: 'amber' | 'red' | 'none';
  readonly cause: string;
  readonly cure: string;
  readonly sinceMs: number;
  readonly nextAtMs: number | null;
  readonly action: Cure;
};

export function stateWord(account: TradingAccount): { readonly tone: Tone; readonly word: string } {
  switch (account.state) {
    case 'ready':
      if (account.stream.state !== 'live') return { tone: 'amber', word: 'Stream lost' };
      return account.reducing === null ? { tone: 'plain', word: 'Ready' } : { tone: 'amber', word: 'Only sales' };
    case 'starting':
      return { tone: 'none', word: 'Starting' };
    case 'watch-only':
      return { tone: 'none', word: 'Watch only' };
    case 'no-markets':
      return { tone: 'amber', word: 'No markets yet' };
    case 'halted':
      return { tone: 'red', word: 'Halted' };
    case 'trouble':
      return { tone: 'amber', word: 'In trouble' };
  }
}

/** Why there is no private stream that could be lost; null where there is one, or should be. */
export function noStreamWords({ state, stream }: Pick<TradingAccount, 'state' | 'stream'>): string | null {
  if (stream.state === 'live') return null;
  switch (state) {
    case 'watch-only':
      return 'no stream, as it only watches';
    case 'no-markets':
      return 'no stream, as no market is chosen';
    case 'ready':
    case 'starting':
    case 'halted':
    case 'trouble':
      return null;
  }
}

const LOST: Readonly<Record<'lost' | 'gap', string>> = {
  lost: 'The private stream is lost.',
  gap: 'The private stream has a gap.',
};

/** What a person or a program wrote as a reason may end without a full stop. */
export const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** Null while there is nothing to say. The desk's own words come first; ours stand in where it sent none. */
export function conditionOf(account: TradingAccount, custody?: Custody): Condition | null {
  const { state, cause, cure, sinceMs, stream } = account;
  const said = { cause, cure, sinceMs, nextAtMs: null, action: null } as const;
  switch (state) {
    case 'ready':
      if (stream.state === 'live') return salesOnly(account);
      return {
        tone: 'amber',
        cause: stream.why || LOST[stream.state],
        cure: 'We connect again by ourselves and compare everything with the exchange. Orders there stay as they are.',
        sinceMs: stream.sinceMs,
        nextAtMs: stream.nextAttemptAtMs,
        action: null,
      };
    case 'starting':
      return {
        ...said,
        tone: 'none',
        cause: cause || 'The account is being read.',
        cure: cure || 'Orders can be placed in a moment.',
      };
    case 'watch-only':
      return {
        ...said,
        tone: 'none',
        cause: cause || 'This connection only watches.',
        cure: cure || 'Replace its key with one that may trade.',
        action: 'replace-key',
      };
    case 'no-markets':
      return {
        ...said,
        tone: 'amber',
        cause: cause || 'No market was chosen for this key yet.',
        cure: cure || 'Choose the markets it may trade; orders elsewhere are refused.',
        action: 'choose-markets',
      };
    case 'halted':
      return {
        ...said,
        tone: 'red',
        cause: sentence(cause || 'Trading is halted'),
        cure,
        sinceMs: account.halt?.sinceMs ?? sinceMs,
        action: 'resume',
      };
    case 'trouble':
      return {
        ...said,
        tone: 'amber',
        cause: cause || 'Trading on this connection is not possible now.',
        nextAtMs: stream.state === 'live' ? null : stream.nextAttemptAtMs,
        action: custody === 'locked' ? 'unlock' : null,
      };
  }
}

/** Custody signs sales and nothing else, until its owner ends that; null where it does not. */
function salesOnly({ reducing }: TradingAccount): Condition | null {
  if (reducing === null) return null;
  return {
    tone: 'amber',
    cause: sentence(`Only sales until it is resumed: ${reducing.why}`),
    cure: 'Other orders are refused. Cancelling works.',
    sinceMs: reducing.sinceMs,
    nextAtMs: null,
    action: 'resume',
  };
}
