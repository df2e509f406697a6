import type { IconName } from '../parts/icons.tsx';

type Place = {
  readonly to: '/overview' | '/exchanges' | '/trade' | '/security' | '/settings';
  readonly name: string;
  readonly icon: IconName;
};

/** The rail, top to bottom. Bots and History join when they exist; nothing here leads nowhere. */
export const PLACES: readonly Place[] = [
  { to: '/overview', name: 'Overview', icon: 'overview' },
  { to: '/exchanges', name: 'My Exchanges', icon: 'exchanges' },
  { to: '/trade', name: 'Trade', icon: 'trade' },
  { to: '/security', name: 'Security', icon: 'security' },
  { to: '/settings', name: 'Settings', icon: 'settings' },
];
