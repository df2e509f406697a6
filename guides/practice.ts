/** The practice exchange on this machine: WhiteBIT's protocol and labels, practice money. */

import type { Guide } from './guide.ts';
import {
  WHITEBIT_FACTS,
  WHITEBIT_FIELDS,
  WHITEBIT_KEY_STEPS,
  WHITEBIT_NOTES,
  WHITEBIT_PERMISSIONS,
  WHITEBIT_TROUBLES,
} from './whitebit.ts';

export const practice: Guide = {
  venue: 'practice',
  name: 'Practice exchange',
  kind: 'practice',
  note: 'Practice money, on this machine. Speaks WhiteBIT’s protocol.',
  site: '/',
  keyPage: WHITEBIT_FACTS.keyPagePath,
  steps: [
    {
      text: 'Log in to the practice exchange, or create an account.',
      note: 'The address and a demo login stand in the terminal where Gapless was started.',
    },
    ...WHITEBIT_KEY_STEPS,
  ],
  permissions: WHITEBIT_PERMISSIONS,
  notes: [
    'Nothing here is real money, and nothing leaves this machine. All else is as at WhiteBIT, so that what you try here is what will happen there.',
    'Without a phone at hand, the practice authenticator under **Security** shows the current code. A real exchange has no such thing.',
    ...WHITEBIT_NOTES,
  ],
  fields: WHITEBIT_FIELDS,
  passphrase: false,
  ipListNeeded: false,
  rightsReadable: 'probe',
  keyShape: WHITEBIT_FACTS.keyShape,
  idleDaysUntilOff: WHITEBIT_FACTS.idleDaysUntilOff,
  historyReachDays: WHITEBIT_FACTS.historyReachDays,
  troubles: WHITEBIT_TROUBLES,
};
