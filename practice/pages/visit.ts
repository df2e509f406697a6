import type { Faults } from '../control/faults.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { Armory } from '../faults/armory.ts';
import type { Account, AccountId, Accounts, Clock, KeyId, Market, PermissionGroup } from '../ports.ts';
import type { Reply } from './http.ts';
import type { ShortMemory } from './memory.ts';

/** One switch of **Endpoint access restrictions** and what stands under it. */
export type EndpointGroup = {
  readonly group: PermissionGroup;
  readonly title: string;
  readonly endpoints: readonly string[];
};

/** What the site needs from the rest of the practice exchange. */
export type Site = {
  readonly accounts: Accounts;
  readonly market: Market;
  readonly exchange: DurableExchange;
  readonly clock: Clock;
  readonly endpointGroups: readonly EndpointGroup[];
  /** Shown on the login page, if there is such an account. */
  readonly demo: { readonly email: string; readonly password: string } | null;
  readonly memory: SiteMemory;
  readonly faultRoom: FaultRoom;
};

/** Every fault there can be: those of the catalogue, and the plain ones of the JSON interface. */
export type FaultRoom = { readonly armory: Armory; readonly plain: Faults };

export type SiteMemory = {
  /** Password was right, code still to come; by login cookie. */
  readonly logins: ShortMemory<PendingLogin>;
  /** A two-factor secret on the screen, not yet proven. */
  readonly enrolments: ShortMemory<{ readonly secret: string; readonly uri: string }>;
  /** The secret of a key made this moment, for the one page that shows it; by key id. */
  readonly newSecrets: ShortMemory<{ readonly key: KeyId; readonly secret: string }>;
  /** Wrong passwords by email. */
  readonly wrongPasswords: ShortMemory<number>;
};

export type PendingLogin = { readonly account: AccountId; readonly wrongCodes: number };

/** One request, after the guards. */
export type Visit = {
  readonly site: Site;
  readonly url: URL;
  readonly nowMs: number;
  /** Parts of the path that the route names. */
  readonly params: Readonly<Record<string, string>>;
  /** Empty for GET. */
  readonly form: URLSearchParams;
  /** Goes into every form as the hidden field `form_token`. */
  readonly formToken: string;
  readonly sessionToken: string;
  readonly loginToken: string;
  readonly account: Account | null;
  readonly assets: AssetAddresses;
};

/** What the page before has done, by the word in the address; anybody can write another word there. */
export function noteOf({ url }: Visit, notes: Readonly<Record<string, string>>): string | undefined {
  const done = url.searchParams.get('done') ?? '';
  return Object.hasOwn(notes, done) ? notes[done] : undefined;
}

export type MemberVisit = Visit & { readonly account: Account };

export type AssetAddresses = { readonly styles: readonly string[]; readonly script: string; readonly icon: string };

export type Route =
  | {
      readonly method: 'GET' | 'POST';
      readonly path: string;
      readonly access: 'anyone';
      readonly handle: (visit: Visit) => Reply | Promise<Reply>;
    }
  | {
      readonly method: 'GET' | 'POST';
      readonly path: string;
      /** Without a session: to the login page, and back here afterwards. */
      readonly access: 'member';
      readonly handle: (visit: MemberVisit) => Reply | Promise<Reply>;
    };
