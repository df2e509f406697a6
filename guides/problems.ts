/**
 * The words for everything that can be wrong with a key or its exchange: one cause, one cure, one button. What the
 * exchange itself said is shown beneath, under *Details*.
 *
 * Placeholders: `{exchange}` its name, `{rights}` the switches concerned in its own labels, `{offset}` how far the
 * clocks are apart ("3.2 s"), `{other}` the name of the connection that is meant, `{kept}` what became of the key, `{twin}` what to do with two of one account.
 */

import type { ProblemCode } from '../src/custody/protocol.ts';

export type ProblemAction =
  | 'paste-again'
  | 'swap'
  | 'open-key-page'
  | 'check-again'
  | 'use-watch-only'
  | 'replace-other'
  | 'confirm-cannot-withdraw'
  | 'confirm-same-account'
  | 'wait'
  | 'unlock'
  | 'sync-clock';

export type ProblemText = {
  readonly title: string;
  readonly cause: string;
  readonly cure: string;
  readonly action: { readonly id: ProblemAction; readonly label: string };
};

export type ProblemFill = {
  readonly exchange: string;
  readonly rights: readonly string[];
  /** Positive when the exchange is ahead of us; null when unknown. */
  readonly clockOffsetMs: number | null;
  readonly other: string | null;
  /** What became of the key that the problem is about. */
  readonly key: 'not-stored' | 'not-replaced' | 'stopped';
};

const KEPT: Readonly<Record<ProblemFill['key'], string>> = {
  'not-stored': 'Nothing was stored.',
  'not-replaced': 'Nothing was changed: the key from before stays.',
  stopped: 'Until then this key is not used.',
};

export const problemTexts: Readonly<Record<ProblemCode, ProblemText>> = {
  swapped: {
    title: 'Key and secret are swapped.',
    cause: '{exchange} knows this pair the other way round.',
    cure: 'Swap them and connect again.',
    action: { id: 'swap', label: 'Swap them' },
  },
  'malformed-key': {
    title: 'This does not look like a key of {exchange}.',
    cause: 'Key and secret are 32 letters and digits each. Something is missing, or something else was pasted.',
    cure: 'Copy both again with the copy buttons of {exchange}.',
    action: { id: 'paste-again', label: 'Paste again' },
  },
  'unknown-key': {
    title: '{exchange} does not know this key.',
    cause: 'It may be mistyped, deleted, or of another site of the same name.',
    cure: 'Paste it again, or make a new one.',
    action: { id: 'paste-again', label: 'Paste again' },
  },
  'wrong-secret': {
    title: 'The key is right, the secret is not.',
    cause: 'The key is known here, and {exchange} refuses the signature made with this secret.',
    cure: 'Paste the secret again. It is shown only once; if it is lost, make a new key.',
    action: { id: 'paste-again', label: 'Paste again' },
  },
  'key-or-secret': {
    title: '{exchange} refuses this pair of key and secret.',
    cause: 'One of the two is mistyped, or the key was deleted. {exchange} does not say which.',
    cure: 'Copy both again. If the secret is lost, make a new key.',
    action: { id: 'paste-again', label: 'Paste again' },
  },
  'key-off': {
    title: 'This key is switched off at {exchange}.',
    cause:
      'It was never activated, it lay unused for 14 days, 2FA was switched off, or a call came from an address that is not on its list. {exchange} does not say which.',
    cure: 'Open the key at {exchange}, look at its list of addresses, and turn the switch beside its name on.',
    action: { id: 'open-key-page', label: 'Open the key page' },
  },
  'foreign-ip': {
    title: '{exchange} refuses the address of this machine.',
    cause: 'The key is bound to other IP addresses.',
    cure: 'Add the address of this machine to the key, save, and wait a minute.',
    action: { id: 'open-key-page', label: 'Open the key page' },
  },
  'right-missing-read': {
    title: 'This key may not read the trading balance.',
    cause: 'The switch {rights} is off.',
    cure: 'Turn it on under Endpoint access restrictions, apply the changes, and check again.',
    action: { id: 'check-again', label: 'Check again' },
  },
  'right-missing-wallet': {
    title: 'This key may not read the main wallet.',
    cause: 'The switch {rights} is off, so the total would lack what lies in the main wallet.',
    cure: 'Turn it on under Endpoint access restrictions, apply the changes, and check again.',
    action: { id: 'check-again', label: 'Check again' },
  },
  'cannot-trade': {
    title: 'This key may read but not trade.',
    cause: 'The switch {rights} is off.',
    cure: 'Turn it on at {exchange} and check again, or connect it to watch only.',
    action: { id: 'use-watch-only', label: 'Use it to watch only' },
  },
  'can-withdraw': {
    title: 'Refused: this key can move your money away.',
    cause: 'At {exchange} it has these switches on: {rights}. Nothing here ever needs them.',
    cure: 'Turn them off under Endpoint access restrictions and apply the changes. {kept}',
    action: { id: 'check-again', label: 'Check again' },
  },
  'rights-unknown': {
    title: 'We could not find out what this key may do.',
    cause: '{exchange} gave no clear answer about: {rights}.',
    cure: 'Look at the key at {exchange}. Go on only if withdrawal, transfer and codes are switched off.',
    action: { id: 'confirm-cannot-withdraw', label: 'I looked: they are off' },
  },
  clock: {
    title: 'The clock of this machine is {offset} off.',
    cause: '{exchange} refuses requests that are stamped too early or too late.',
    cure: 'Turn on time synchronisation on the host itself (not inside a container), then check again.',
    action: { id: 'sync-clock', label: 'Show how' },
  },
  nonce: {
    title: 'Another program seems to use this key.',
    cause: '{exchange} has seen a higher request number from this key than ours.',
    cure: 'Make a key for each program, and give this one to Gapless alone.',
    action: { id: 'open-key-page', label: 'Open the key page' },
  },
  'rate-limited': {
    title: '{exchange} asks us to slow down.',
    cause: 'Too many requests came from this address, perhaps from other programs as well. The key is untouched.',
    cure: 'Wait a moment. We go on by ourselves.',
    action: { id: 'wait', label: 'Wait and try again' },
  },
  unreachable: {
    title: '{exchange} cannot be reached from here.',
    cause: 'No answer came: the connection, a firewall or the exchange itself. The key is untouched.',
    cure: 'Look at the connection of this machine. We try again by ourselves.',
    action: { id: 'wait', label: 'Try again' },
  },
  down: {
    title: '{exchange} is out of service.',
    cause: 'It answers with an error of its own, as in maintenance. The key is untouched.',
    cure: 'Wait until it is back. We try again by ourselves.',
    action: { id: 'wait', label: 'Try again' },
  },
  'account-blocked': {
    title: '{exchange} does not serve this account through keys.',
    cause: 'An identity check, a restriction of the account or of its region stands in the way. The key may be right.',
    cure: 'Only {exchange} can lift it. Log in there and look for a notice.',
    action: { id: 'open-key-page', label: 'Open {exchange}' },
  },
  'not-understood': {
    title: '{exchange} gave an answer that we do not understand.',
    cause: 'It may have changed something, or something in between answered in its place.',
    cure: 'Check again later. If it stays, report it together with the details below.',
    action: { id: 'check-again', label: 'Check again' },
  },
  'already-connected': {
    title: 'This account is already here as “{other}”.',
    cause: 'The same account, or the same key, stands behind both.',
    cure: '{twin}',
    action: { id: 'replace-other', label: 'Replace its key instead' },
  },
  'different-account': {
    title: 'This key belongs to a different account.',
    cause: 'Its deposits, withdrawals and trades are not those that we know from this connection.',
    cure: 'Connect it as an exchange of its own. Go on only if you know better.',
    action: { id: 'confirm-same-account', label: 'It is the same account' },
  },
  'account-unproven': {
    title: 'We cannot tell whether this is the same account.',
    cause: 'There is no deposit, withdrawal or trade to know it by, and the balances differ.',
    cure: 'Go on only if you made both keys in the same account.',
    action: { id: 'confirm-same-account', label: 'It is the same account' },
  },
  'sealed-unreadable': {
    title: 'The key did not arrive whole.',
    cause: 'What the page encrypted could not be opened here; the page may be older than the program.',
    cure: 'Load the page again and paste both once more. Nothing was stored.',
    action: { id: 'paste-again', label: 'Paste again' },
  },
  locked: {
    title: 'The keys are locked.',
    cause: 'The process that holds them was started or locked, and waits to be unlocked.',
    cure: 'Unlock it; everything goes on from there.',
    action: { id: 'unlock', label: 'Unlock' },
  },
};

/** The words of one problem with every placeholder filled. */
export function problemWords(code: ProblemCode, fill: ProblemFill): ProblemText {
  const text = problemTexts[code];
  const put = (words: string): string =>
    words.replace(/\{(exchange|rights|offset|other|kept)\}/g, (_match, name: keyof typeof values) => values[name]);
  const values = {
    exchange: fill.exchange,
    rights: fill.rights.length === 0 ? 'a permission it needs' : fill.rights.join(', '),
    offset: fill.clockOffsetMs === null ? 'too far' : `${(Math.abs(fill.clockOffsetMs) / 1_000).toFixed(1)} s`,
    other: fill.other ?? 'another connection',
    kept: KEPT[fill.key],
  };
  // On a card both are here already, and both are counted.
  const twin =
    fill.key === 'stopped'
      ? 'Remove one of the two: until then this money is counted twice.'
      : 'Replace the key of “{other}” instead; its history stays.';
  return {
    title: put(text.title),
    cause: put(text.cause),
    cure: put(text.cure === '{twin}' ? twin : text.cure),
    action: { id: text.action.id, label: put(text.action.label) },
  };
}
