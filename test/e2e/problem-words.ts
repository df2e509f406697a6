/** What a person reads when step 8 goes wrong: said twice, so each sentence stands here once. */

export type Words = {
  readonly code: string;
  readonly title: string;
  readonly cause: string;
  readonly cure: string;
  readonly button: string;
};

export const NOT_ITS_PAIR: Words = {
  code: 'key-or-secret',
  title: 'WhiteBIT refuses this pair of key and secret.',
  cause: 'One of the two is mistyped, or the key was deleted. WhiteBIT does not say which.',
  cure: 'Copy both again. If the secret is lost, make a new key.',
  button: 'Paste again',
};
export const CANNOT_TRADE: Words = {
  code: 'cannot-trade',
  title: 'This key may read but not trade.',
  cause: 'The switch Order management is off.',
  cure: 'Turn it on at WhiteBIT and check again, or connect it to watch only.',
  button: 'Use it to watch only',
};
export const KEY_OFF: Words = {
  code: 'key-off',
  title: 'This key is switched off at WhiteBIT.',
  cause:
    'It was never activated, it lay unused for 14 days, 2FA was switched off, or a call came from an address that is not on its list. WhiteBIT does not say which.',
  cure: 'Open the key at WhiteBIT, look at its list of addresses, and turn the switch beside its name on.',
  button: 'Open the key page',
};
export const canMoveMoney = (switches: string): Words => ({
  code: 'can-withdraw',
  title: 'Refused: this key can move your money away.',
  cause: `At WhiteBIT it has these switches on: ${switches}. Nothing here ever needs them.`,
  cure: 'Turn them off under Endpoint access restrictions and apply the changes. Nothing was stored.',
  button: 'Check again',
});
export const readRight = (wallet: string, name: string, lack = ''): Omit<Words, 'code'> => ({
  title: `This key may not read the ${wallet}.`,
  cause: `The switch ${name} is off${lack}.`,
  cure: 'Turn it on under Endpoint access restrictions, apply the changes, and check again.',
  button: 'Check again',
});
export const alreadyHere = (label: string): Words => ({
  code: 'already-connected',
  title: `This account is already here as “${label}”.`,
  cause: 'The same account, or the same key, stands behind both.',
  cure: `Replace the key of “${label}” instead; its history stays.`,
  button: 'Replace its key instead',
});
