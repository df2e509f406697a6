/** How to make a key at WhiteBIT: its help centre and developer documents, read in August 2026. */

import type { Guide, GuideField, GuidePermission, GuideStep } from './guide.ts';

/** Numbers that the texts speak of; a test holds them to those of the venue. */
export const WHITEBIT_FACTS = {
  keyPagePath: '/settings/api',
  idleDaysUntilOff: 14,
  ipAddressesMax: 50,
  historyReachDays: 183,
  keyShape: '^[0-9a-fA-F]{32}$',
} as const;

/** Steps 2 to 6 have the same words on the practice exchange, which speaks WhiteBIT's protocol and bears its labels. */
export const WHITEBIT_KEY_STEPS: readonly GuideStep[] = [
  {
    text: 'From the account menu (top right) open **API**.',
    note: '',
  },
  { text: 'Click **Generate a new API key**.', note: '' },
  {
    text: '2FA must be on for the account (it can be switched on under **Security**); enter the code from the authenticator.',
    note: 'A code works once. If it is refused, wait for the next one.',
  },
  {
    text: 'Copy **API key** and **Secret key** (the secret is shown once); then click **Endpoint access restrictions**.',
    note: 'Keep the page open until both stand in the form here. A lost secret cannot be looked up; make a new key then.',
  },
  {
    text: 'Match the permissions: *Trade balance and order history* on, *Wallet balance and history* on, *Order management* on, *Deposit* off, *Withdrawal* off, *Balance transfer* off, *Codes* off. Click **Apply changes** and enter a 2FA code again.',
    note: 'A new key works only after it is activated: if the switch beside its name is off, turn it on.',
  },
];

export const WHITEBIT_PERMISSIONS: readonly GuidePermission[] = [
  {
    right: 'read-trade',
    name: 'Trade balance and order history',
    want: 'on',
    why: 'To show what you can trade with, your orders and your trades.',
  },
  {
    right: 'read-wallet',
    name: 'Wallet balance and history',
    want: 'on',
    why: 'To show the main wallet, so that the total is whole, and to know the account again when you replace the key.',
  },
  {
    right: 'trade',
    name: 'Order management',
    want: 'on',
    why: 'To place and cancel orders for you. Leave it off if you only want to watch.',
  },
  { right: 'deposit', name: 'Deposit', want: 'off', why: 'Not needed. Nothing here makes deposit addresses.' },
  {
    right: 'withdraw',
    name: 'Withdrawal',
    want: 'off',
    why: 'Never needed. A key that can withdraw is refused here.',
  },
  {
    right: 'transfer',
    name: 'Balance transfer',
    want: 'off',
    why: 'Not needed. A key that can move money between wallets is refused here.',
  },
  {
    right: 'codes',
    name: 'Codes',
    want: 'off',
    why: 'Never needed. A code is money that anybody can cash in; a key that can make codes is refused here.',
  },
  {
    right: null,
    name: 'Convert, Sub-Accounts, Refund, Mining, Credit Line',
    want: 'off',
    why: 'Not needed. Our check does not look at these, so please leave them off yourself.',
  },
];

export const WHITEBIT_FIELDS: readonly GuideField[] = [
  { name: 'apiKey', label: 'API key', hint: '32 letters and digits. It stays visible at the exchange.', secret: false },
  {
    name: 'secretKey',
    label: 'Secret key',
    hint: '32 letters and digits. Shown once, when the key is made.',
    secret: true,
  },
];

export const WHITEBIT_NOTES: readonly string[] = [
  'The exchange asks for a 2FA code twice: when the key is made, and again when its permissions are applied.',
  'The secret is shown once. It is encrypted here in this page, for the one process on this machine that may hold it.',
  `A key that is not bound to an IP address switches itself off after ${WHITEBIT_FACTS.idleDaysUntilOff} days without use. The regular check here counts as use.`,
  `You may bind the key to up to ${WHITEBIT_FACTS.ipAddressesMax} IP addresses. A call from any other address switches the key off, so bind it only to an address that does not change.`,
  'Give every program its own key. Two programs with one key disturb each other, and the exchange then answers “Too many requests.”',
  'Switching 2FA off at the exchange switches every key off too.',
  'The exchange shows trades of the last six months. Older ones cannot be read by anybody through a key.',
];

export const WHITEBIT_TROUBLES: readonly { readonly sign: string; readonly cure: string }[] = [
  {
    sign: 'There is no button to generate a key.',
    cure: 'Switch on 2FA under **Security** first; the exchange makes no key without it.',
  },
  {
    sign: 'The 2FA code is refused although it is right.',
    cure: 'It has been used already, or the phone’s clock is wrong. Wait for the next code; set the phone’s time to automatic.',
  },
  {
    sign: 'The new key is answered with “Enable your key in API settings”.',
    cure: 'Turn on the switch beside the key’s name. If it is on and turns itself off again, a call came from an address that is not on the key’s list.',
  },
  {
    sign: 'Permissions were changed, and the check still sees the old ones.',
    cure: 'They count only after **Apply changes** and the second 2FA code. Then check again.',
  },
  {
    sign: 'The trading balance is empty although there is money in the account.',
    cure: 'Deposits arrive in the main wallet. Move money to the trade balance at the exchange; a key here cannot and shall not do that.',
  },
  {
    sign: 'It says “Too many requests.” with hardly any requests made.',
    cure: 'Another program uses the same key. Make a key for each.',
  },
];

export const whitebit: Guide = {
  venue: 'whitebit',
  name: 'WhiteBIT',
  kind: 'live',
  note: 'Spot. Rights are checked by harmless, incomplete requests.',
  // Paths, not addresses: a desk that was started with WhiteBIT at another place must lead there and nowhere else.
  site: '/',
  keyPage: WHITEBIT_FACTS.keyPagePath,
  steps: [
    {
      text: 'Log in to WhiteBIT, or create an account.',
      note: 'Accounts of whitebit.eu live on a server of their own and cannot be connected yet.',
    },
    ...WHITEBIT_KEY_STEPS.map((step, index) =>
      // Only the real exchange has these tabs.
      index === 0
        ? { ...step, note: 'The page has tabs for several kinds of key; the one for API keys is meant.' }
        : step,
    ),
  ],
  permissions: WHITEBIT_PERMISSIONS,
  notes: WHITEBIT_NOTES,
  fields: WHITEBIT_FIELDS,
  passphrase: false,
  ipListNeeded: false,
  rightsReadable: 'probe',
  keyShape: WHITEBIT_FACTS.keyShape,
  idleDaysUntilOff: WHITEBIT_FACTS.idleDaysUntilOff,
  historyReachDays: WHITEBIT_FACTS.historyReachDays,
  troubles: WHITEBIT_TROUBLES,
};
