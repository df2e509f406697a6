/** What a route's function is given and gives back, all of it from the contract. */

import type { z } from 'zod';
import type { CONTRACT } from '../contract/contract.ts';
import type { ROUTES, RouteName } from '../contract/routes.ts';
import type { StoredToken } from '../store/tokens.ts';
import type { Peer } from './people/peer.ts';
import type { Session } from './people/sessions.ts';
import type { User } from './people/users.ts';

type Parsed<N extends RouteName, K extends 'params' | 'query' | 'body'> = (typeof CONTRACT)[N] extends {
  [P in K]: infer S;
}
  ? S extends z.ZodType
    ? z.output<S>
    : undefined
  : undefined;

/** The token by which a program came in. */
export type TokenUse = Pick<StoredToken, 'id' | 'scopes' | 'markets' | 'connections'>;

export type SignedIn = {
  readonly user: User;
  /** Null for the command line on this machine, which acts for the owner, and for a program with a token. */
  readonly session: Session | null;
  /** Null for a person, at the page or at the command line. */
  readonly token: TokenUse | null;
};

type Who<N extends RouteName> = (typeof ROUTES)[N]['access'] extends 'user' | 'owner' ? SignedIn : Partial<SignedIn>;

export type Call<N extends RouteName> = {
  readonly params: Parsed<N, 'params'>;
  readonly query: Parsed<N, 'query'>;
  readonly body: Parsed<N, 'body'>;
  readonly who: Who<N>;
  /** A session that gave its password and still owes the second factor. */
  readonly pending: Session | null;
  readonly peer: Peer;
  /** A new token for this browser, or null to forget it. */
  readonly setToken: (token: string | null) => void;
};

export type Answer<N extends RouteName> = z.input<(typeof CONTRACT)[N]['reply']>;
export type Handler<N extends RouteName> = (call: Call<N>) => Promise<Answer<N>> | Answer<N>;
export type Handlers<N extends RouteName = RouteName> = { readonly [K in N]: Handler<K> };
