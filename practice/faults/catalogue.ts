import { ACCOUNT_SWITCHES, RULE_SWITCHES, TIME_SWITCHES } from './account-switches.ts';
import { AVAILABILITY_SWITCHES } from './availability-switches.ts';
import { CONNECTION_SWITCHES } from './connection-switches.ts';
import type { FaultSwitch, Group } from './fault-switch.ts';
import { FEED_SWITCHES } from './feed-switches.ts';
import { FILL_SWITCHES } from './fill-switches.ts';
import { ORDER_SWITCHES } from './order-switches.ts';
import { SUBMISSION_SWITCHES } from './submission-switches.ts';

/** Every fault this exchange can cause, by the id of its row. */
export const CATALOGUE: readonly FaultSwitch[] = [
  ...SUBMISSION_SWITCHES,
  ...ORDER_SWITCHES,
  ...FILL_SWITCHES,
  ...FEED_SWITCHES,
  ...CONNECTION_SWITCHES,
  ...AVAILABILITY_SWITCHES,
  ...TIME_SWITCHES,
  ...RULE_SWITCHES,
  ...ACCOUNT_SWITCHES,
].sort((first, second) => Number(first.id.slice(1)) - Number(second.id.slice(1)));

export const GROUPS: readonly { readonly group: Group; readonly title: string }[] = [
  { group: 'A', title: 'Sending orders' },
  { group: 'B', title: 'Fills and order events' },
  { group: 'C', title: 'Market data and streams' },
  { group: 'D', title: 'Limits and availability' },
  { group: 'E', title: 'Time and nonces' },
  { group: 'F', title: 'Rules that change' },
  { group: 'G', title: 'The account' },
];
