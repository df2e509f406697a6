/** Custody's own words for the Security page: what is in force, what it protects from, what happened. */

import type { AuditEntry, CustodyStatus } from '../custody/protocol.ts';

export function unlockExplained(status: CustodyStatus | null): string {
  switch (status?.unlockMode) {
    case undefined:
      return 'The process that holds the keys has not answered yet.';
    case 'key-file':
      return 'A key file outside the data folder opens the keys at every start, so that a reboot needs nobody. A copy of the data folder alone (a backup, a lost disk image) opens nothing. Whoever can read both the data folder and the key file can open the keys.';
    case 'passphrase':
      return 'A passphrase opens the keys. It is kept nowhere: after every start the keys stay locked until somebody types it. Even the whole disk opens nothing without it.';
  }
}

export function levelExplained(status: CustodyStatus | null): string {
  switch (status?.level) {
    case undefined:
      return 'Not known yet.';
    case 'L1':
      return 'Level 1: the keys live in a process of their own, under the same user of this machine as the desk. A fault of the desk or of a library in it cannot read them; a program that already runs as this user could.';
    case 'L2':
      return 'Level 2: the keys live in a process of their own, under a user of its own. A program that runs as the desk’s user cannot read its files or its memory.';
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  created: 'The keystore was made.',
  started: 'The process that holds the keys was started.',
  opened: 'The keys were unlocked.',
  unlocked: 'The keys were unlocked.',
  locked: 'The keys were locked.',
  'connect-intent': 'A new key is about to be stored.',
  'replace-intent': 'A key is about to be replaced.',
  'drop-intent': 'A key is about to be removed.',
  stored: 'The key was stored.',
  'not-stored': 'The key was not stored.',
  dropped: 'The key was removed.',
  stopped: 'The key was stopped: it can move money out.',
  freed: 'The key may be used again: it cannot move money out any more.',
  refused: 'A key was refused.',
  'connect-refused': 'A key was refused and not stored:',
  'replace-refused': 'A new key was refused, the one from before stays:',
  signing: 'A request was signed.',
  'signing-balances': 'Requests for balances were signed.',
  'wall-refused': 'A request that is on no list was stopped before it was signed.',
  checkpoint: 'A checkpoint of the trail.',
  'audit-repaired': 'An entry that was cut off by a crash was removed.',
  'wrong-passphrase': 'A wrong passphrase was given.',
  backup: 'A backup was made.',
  restored: 'A backup was restored.',
  rotated: 'The trail goes on in a new file.',
};

/** Asked with every parameter missing: the refusal tells whether the key has the right, and nothing can move. */
const PROBES = /\/(?:order\/cancel|main-account\/(?:address|withdraw|withdraw-pay|transfer|codes))$/;

/** The sentence for a person; an event without one is named as it is. */
export function auditText(entry: AuditEntry): string {
  const sentence = SENTENCES[entry.event] ?? `${entry.event.replaceAll('-', ' ')}.`;
  const why =
    entry.event === 'signing' && PROBES.test(entry.detail) ? ' (empty on purpose, to learn whether the key may)' : '';
  return entry.detail === '' ? sentence : `${sentence} ${entry.detail}${why}`;
}
