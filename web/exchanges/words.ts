/** What a connection's states are called and how loud they are. Pure, so that every state is tried in a test. */

import type { Connection } from '../../src/contract/exchanges.ts';

export type Tone = 'plain' | 'amber' | 'red' | 'none';

export function toneOf(status: Connection['status']): Tone {
  switch (status) {
    case 'connected':
    case 'read-only':
      return 'plain';
    case 'checking':
      return 'none';
    case 'expiring':
    case 'attention':
    case 'not-answering':
    case 'locked':
      return 'amber';
    case 'refused':
      return 'red';
  }
}

export type Chip = { readonly text: string; readonly tone: Tone; readonly why: string };
type Rights = Connection['rights'];
type Right = keyof Rights;

/** Any of these moves money out of reach; one that is on is as bad as all. */
const MOVES_MONEY: readonly Right[] = ['withdraw', 'transfer', 'codes'];

const HOW: Readonly<Record<Connection['rightsSource'], string>> = {
  exact: 'The exchange told us.',
  probe: 'Found by harmless probes at the last check.',
  'user-confirmed': 'You confirmed it; this exchange does not tell.',
  unknown: 'Not known yet.',
};

function readChip(rights: Rights, how: string): Chip {
  const trade = rights['read-trade'];
  const wallet = rights['read-wallet'];
  if (trade === 'on' && wallet === 'on')
    return { text: 'Read', tone: 'plain', why: `Trade and wallet balances. ${how}` };
  if (trade === 'on')
    return { text: 'Read: trade only', tone: 'none', why: `Wallet balances are not readable. ${how}` };
  if (wallet === 'on')
    return { text: 'Read: wallet only', tone: 'none', why: `Trade balances are not readable. ${how}` };
  if (trade === 'off' && wallet === 'off') return { text: 'Cannot read', tone: 'amber', why: how };
  return { text: 'Read unknown', tone: 'none', why: how };
}

function tradeChip(rights: Rights, how: string): Chip {
  if (rights.trade === 'on') return { text: 'Trade', tone: 'plain', why: `Orders may be placed and cancelled. ${how}` };
  if (rights.trade === 'off') return { text: 'Cannot trade', tone: 'none', why: `This key only watches. ${how}` };
  return { text: 'Trade unknown', tone: 'none', why: how };
}

function withdrawChip(rights: Rights, source: Connection['rightsSource'], how: string): Chip {
  const on = MOVES_MONEY.filter((right) => rights[right] === 'on');
  if (on.length > 0) {
    const text = on.includes('withdraw') ? 'Can withdraw' : on.includes('codes') ? 'Can make codes' : 'Can transfer';
    return { text, tone: 'red', why: `This key can move money away. ${how}` };
  }
  if (source === 'user-confirmed')
    return { text: 'Cannot withdraw (you confirmed)', tone: 'plain', why: HOW['user-confirmed'] };
  if (MOVES_MONEY.every((right) => rights[right] === 'off'))
    return { text: 'Cannot withdraw', tone: 'plain', why: `Withdraw, transfer and codes are off. ${how}` };
  return { text: 'Withdraw unknown', tone: 'amber', why: `Not every permission could be read. ${how}` };
}

export function rightsChips(connection: Pick<Connection, 'rights' | 'rightsSource'>): readonly Chip[] {
  const how = HOW[connection.rightsSource];
  return [
    readChip(connection.rights, how),
    tradeChip(connection.rights, how),
    withdrawChip(connection.rights, connection.rightsSource, how),
  ];
}

export function ipChip(lock: Connection['ipLock']): Chip {
  switch (lock) {
    case 'locked':
      return { text: 'IP locked', tone: 'plain', why: 'The key works from its listed addresses only.' };
    case 'open':
      return {
        text: 'Open to any IP',
        tone: 'amber',
        why: 'Anyone who gets hold of this key can use it from anywhere.',
      };
    case 'unknown':
      return {
        text: 'IP lock unknown',
        tone: 'none',
        why: 'This exchange does not tell whether a key is bound to addresses.',
      };
  }
}

/** Null while the end is too far to matter; the number is the exchange's own rule applied to the last use. */
/** Far from its end a key is not running out: each of our calls starts the count anew. Then the rule is told instead. */
const NEAR_DAYS = 7;

export function endText(days: number | null): string | null {
  if (days === null) return null;
  if (days <= 0) return 'ends today';
  if (days > NEAR_DAYS) return `ends if unused for ${days} days`;
  return days === 1 ? '1 day left' : `${days} days left`;
}

export const WALLET_NAMES = { trade: 'trade, free', main: 'main', collateral: 'collateral' } as const;
/** The trader's order, not the alphabet's. */
export const WALLET_ORDER = ['trade', 'main', 'collateral'] as const;

/** Old prices leave nothing out; the card says them once, and a value is called incomplete only for what else it lacks. */
export function besideOldPrices(worth: Connection['total'], oldPrices: string): Connection['total'] {
  return oldPrices !== '' && worth.value !== null && worth.reason === oldPrices ? { ...worth, reason: '' } : worth;
}

/** "By prices of 3 minutes ago." as it stands below a number. */
export function midSentence(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`.replace(/\.$/, '');
}
