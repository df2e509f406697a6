/**
 * What a person needs in order to make a key at an exchange: data, one file an exchange, shown by the page and served
 * by the API. `**bold**` marks the exchange's own labels, word for word as they stand on its pages, `*italics*` the
 * names of its switches; nothing else is markup. No text here promises what the program does not check.
 */

import type { VenueId } from '../src/core/ids.ts';
import type { Right } from '../src/venues/venue.ts';

export type GuideStep = {
  readonly text: string;
  /** A line beneath it in smaller type; empty when there is nothing to add. */
  readonly note: string;
};

export type GuidePermission = {
  /** The switch that our checks read or probe; null where we cannot tell. */
  readonly right: Right | null;
  /** The exchange's own label. */
  readonly name: string;
  readonly want: 'on' | 'off' | 'optional';
  readonly why: string;
};

export type GuideField = {
  readonly name: 'apiKey' | 'secretKey';
  /** The exchange's own label. */
  readonly label: string;
  readonly hint: string;
  readonly secret: boolean;
};

export type Guide = {
  readonly venue: VenueId;
  readonly name: string;
  readonly kind: 'live' | 'practice';
  /** One line under the name on the tile. */
  readonly note: string;
  /** Absolute, or a path on the exchange's address as this desk was started with it (`guideLinks`). */
  readonly site: string;
  readonly keyPage: string;
  readonly steps: readonly GuideStep[];
  readonly permissions: readonly GuidePermission[];
  readonly notes: readonly string[];
  readonly fields: readonly GuideField[];
  readonly passphrase: boolean;
  readonly ipListNeeded: boolean;
  /** `exact`: an endpoint states the rights. `probe`: harmless incomplete requests tell. `no`: the person must confirm. */
  readonly rightsReadable: 'exact' | 'probe' | 'no';
  /** Source of a regular expression that key and secret usually match: for hints, never for refusing. */
  readonly keyShape: string;
  /** Days without use after which the exchange switches an unrestricted key off; null where it never does. */
  readonly idleDaysUntilOff: number | null;
  readonly historyReachDays: number;
  /** What people meet on the way, and what helps. */
  readonly troubles: readonly { readonly sign: string; readonly cure: string }[];
};

/** The guide's two links as addresses a browser can open. `origin` is where this desk found the exchange. */
export function guideLinks(guide: Guide, origin: string): { readonly site: string; readonly keyPage: string } {
  return { site: new URL(guide.site, origin).href, keyPage: new URL(guide.keyPage, origin).href };
}

/** The exchange's own label of a right, for sentences such as "Switch off Withdrawal". */
export function rightLabel(guide: Guide, right: Right): string {
  return guide.permissions.find((permission) => permission.right === right)?.name ?? right;
}
