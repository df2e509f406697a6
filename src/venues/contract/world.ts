/**
 * What the contract suite needs of an exchange in order to try a venue on it: accounts with known holdings, keys with
 * exactly chosen rights, and the ways a key can be wrong. A stub gives it for unit tests, the practice exchange for
 * the system test.
 */

import type { AssetBalance, PrivateVenue, PublicVenue, Right } from '../venue.ts';

export type VenueWorld = {
  readonly public: PublicVenue;
  /** How far the exchange's clock is ahead of the one that `public` was given. */
  readonly clockOffsetMs: number;
  /** What the account holds in every wallet, zeros left out. */
  readonly holdings: readonly AssetBalance[];
  /** A key of the account with exactly these rights. Each call makes another key. */
  key(rights: readonly Right[]): Promise<PrivateVenue>;
  /** A key with these rights of another account, which holds nothing and has a history of its own. */
  strangersKey(rights: readonly Right[]): Promise<PrivateVenue>;
  /** The account's key, used with a secret that is not its own. */
  wrongSecret(): Promise<PrivateVenue>;
  unknownKey(): Promise<PrivateVenue>;
  switchedOff(): Promise<PrivateVenue>;
  /** A key that another program uses with higher nonces. */
  sharedWithAnother(): Promise<PrivateVenue>;
  /** Paths of the private requests that arrived so far, in order. */
  seen(): readonly string[];
  close(): Promise<void>;
};

export type VenueWorldFactory = () => Promise<VenueWorld>;
