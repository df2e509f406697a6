import * as z from 'zod';
import { canonicalIp } from '../accounts/ip.ts';
import { done, refuse } from '../accounts/outcome.ts';
import { ENDPOINT_GROUPS, endpointsOf } from '../api/permission-groups.ts';
import type { Account, ApiKey, Outcome, PermissionGroup } from '../ports.ts';
import type { Command, ControlParts } from './command.ts';
import { command, email, named } from './command.ts';
import { faultCommands } from './fault-commands.ts';
import { moneyCommands } from './money-commands.ts';
import { oracleCommands } from './oracle-commands.ts';
import { tradingCommands } from './trading-commands.ts';

/** What tests and scripts may ask of the practice exchange, by name; README.md lists them with examples. */

const group = z.enum(ENDPOINT_GROUPS.map(({ group: name }) => name) as [PermissionGroup, ...PermissionGroup[]]);
const count = z.int().min(1).nullable().default(null);

const rights = {
  groups: z.array(group).optional(),
  endpoints: z.array(z.string()).optional(),
  ips: z.array(z.string()).optional(),
};

export function createCommands(parts: ControlParts): ReadonlyMap<string, Command> {
  return new Map(
    Object.entries({
      ...accountCommands(parts),
      ...keyCommands(parts),
      ...moneyCommands(parts),
      ...worldCommands(parts),
      ...faultCommands(parts),
      ...tradingCommands(parts),
      ...oracleCommands(parts),
    }),
  );
}

function accountCommands({ accounts }: ControlParts): Record<string, Command> {
  /** The whole of switching on, in one step; the code of this moment counts as used. */
  const enable = (account: Account): Outcome<{ secret: string }> => {
    if (account.totpEnabled) return refuse('two-factor-on', 'Two-factor authentication is on already.');
    const { secret } = accounts.startTotp(account.id);
    const enabled = accounts.enableTotp(account.id, accounts.currentTotp(account.id)?.code ?? '');
    return enabled.ok ? done({ secret }) : enabled;
  };
  return {
    'accounts/create': command(
      z.strictObject({ email, password: z.string(), twoFactor: z.boolean().default(false) }),
      async (input) => {
        const made = await accounts.signUp(input.email, input.password);
        if (!made.ok) return made;
        const secret = input.twoFactor ? enable(made.value) : null;
        if (secret !== null && !secret.ok) return secret;
        return done({ account: accounts.account(made.value.id), twoFactorSecret: secret?.value.secret ?? null });
      },
    ),
    'accounts/list': command(z.strictObject({}), () => done({ accounts: accounts.all() })),
    'two-factor/enable': command(z.strictObject({ email }), (input) => named(accounts, input.email, enable)),
    'two-factor/code': command(z.strictObject({ email }), (input) =>
      named<unknown>(accounts, input.email, ({ id }) => {
        const current = accounts.currentTotp(id);
        return current === null ? refuse('two-factor-off', 'Two-factor authentication is off.') : done(current);
      }),
    ),
    'two-factor/disable': command(z.strictObject({ email, code: z.string() }), (input) =>
      named(accounts, input.email, ({ id }) => accounts.disableTotp(id, input.code)),
    ),
  };
}

function shownKey(key: ApiKey): unknown {
  return { ...key, endpoints: [...key.endpoints] };
}

function keyCommands({ accounts }: ControlParts): Record<string, Command> {
  const { keyring } = accounts;
  const endpointsIn = ({
    groups,
    endpoints,
  }: {
    groups?: PermissionGroup[] | undefined;
    endpoints?: string[] | undefined;
  }) =>
    groups === undefined && endpoints === undefined ? undefined : [...endpointsOf(groups ?? []), ...(endpoints ?? [])];

  function found<T>(
    input: { email: string; apiKey: string },
    work: (account: Account, key: ApiKey) => Outcome<T>,
  ): Outcome<T> | Promise<Outcome<T>> {
    return named(accounts, input.email, (account) => {
      const key = accounts.keys(account.id).find(({ publicKey }) => publicKey === input.apiKey);
      return key === undefined ? refuse('key-unknown', 'This account has no such API key.') : work(account, key);
    });
  }

  return {
    'keys/create': command(
      z.strictObject({
        email,
        name: z.string().default('Key of a script'),
        active: z.boolean().default(true),
        ...rights,
      }),
      (input) =>
        named<unknown>(accounts, input.email, (account) => {
          const made = keyring.create(account.id, input.name);
          if (!made.ok) return made;
          const { key, secret } = made.value;
          const endpoints = endpointsIn(input) ?? [];
          const changed = keyring.revise(account.id, key.id, { endpoints, ips: input.ips, active: input.active });
          if (!changed.ok) {
            keyring.remove(account.id, key.id);
            return changed;
          }
          return done({ apiKey: key.publicKey, secret, key: shownKey(changed.value) });
        }),
    ),
    'keys/list': command(z.strictObject({ email }), (input) =>
      named<unknown>(accounts, input.email, ({ id }) => done({ keys: accounts.keys(id).map(shownKey) })),
    ),
    'keys/update': command(
      z.strictObject({
        email,
        apiKey: z.string(),
        name: z.string().optional(),
        active: z.boolean().optional(),
        ...rights,
      }),
      (input) =>
        found<unknown>(input, (account, key) => {
          const { name, ips, active } = input;
          const changed = keyring.revise(account.id, key.id, { name, ips, active, endpoints: endpointsIn(input) });
          return changed.ok ? done({ key: shownKey(changed.value) }) : changed;
        }),
    ),
    'keys/delete': command(z.strictObject({ email, apiKey: z.string() }), (input) =>
      found(input, (account, key) => keyring.remove(account.id, key.id)),
    ),
  };
}

function worldCommands({ clock, faults, pretended, log }: ControlParts): Record<string, Command> {
  const time = () => done({ nowMs: clock.nowMs(), offsetMs: clock.offsetMs(), skewMs: faults.skewMs() });
  return {
    'keys/pretend-address': command(
      z.strictObject({ apiKey: z.string(), address: z.string().nullable(), count }),
      (input) => {
        const address = input.address === null ? null : canonicalIp(input.address);
        if (input.address !== null && address === null) return refuse('ip-invalid', 'That is no IP address.');
        pretended.set(input.apiKey, address, input.count);
        return done(null);
      },
    ),
    'clock/read': command(z.strictObject({}), time),
    'clock/advance': command(z.strictObject({ ms: z.int().min(0) }), (input) => {
      try {
        clock.advanceMs(input.ms);
      } catch (error) {
        if (error instanceof RangeError) return refuse('clock-step', error.message);
        throw error;
      }
      return time();
    }),
    'requests/list': command(z.strictObject({ afterNumber: z.int().default(0) }), (input) =>
      done({ requests: log.list(input.afterNumber) }),
    ),
    'requests/counts': command(z.strictObject({}), () => done({ counts: log.counts() })),
    'requests/shapes': command(z.strictObject({}), () => done({ shapes: log.shapes() })),
    'requests/clear': command(z.strictObject({}), () => {
      log.clear();
      return done(null);
    }),
  };
}
