import { done, refuse } from '../accounts/outcome.ts';
import { endpointsOf } from '../api/permission-groups.ts';
import type { Account, ApiKey, Outcome } from '../ports.ts';
import type { Act, Deed, Way } from './fault-switch.ts';

/** What happens to an API key behind its owner's back. */

const FOREIGN_ADDRESS = '203.0.113.9';

function keyNamed({ world, terms, account }: Deed): Outcome<{ readonly account: Account; readonly key: ApiKey }> {
  const key =
    account === null ? undefined : world.accounts.keys(account.id).find(({ publicKey }) => publicKey === terms.apiKey);
  return account === null || key === undefined
    ? refuse('key-unknown', 'There is no such API key.')
    : done({ account, key });
}

function keyWay(name: string, effect: string, act: Act, way: Partial<Way> = {}): Way {
  return { name, effect, layer: 'account', takes: ['apiKey'], needs: ['apiKey'], act, ...way };
}

export const addressWay: Way = keyWay(
  'pretended',
  'Requests of the key seem to come from another address (203.0.113.9 unless said). A key bound to addresses goes off.',
  async ({ world, terms }) => {
    const apiKey = terms.apiKey ?? '';
    world.pretended.set(apiKey, terms.address ?? FOREIGN_ADDRESS, null);
    return done({ undo: async () => world.pretended.set(apiKey, null, null), subject: `address of ${apiKey}` });
  },
  { takes: ['apiKey', 'address'], defaults: { address: FOREIGN_ADDRESS } },
);

export const keyWays: readonly [Way, ...Way[]] = [
  keyWay('off', 'The key is switched off, and on again when this is switched off.', async (deed) => {
    const { keyring } = deed.world.accounts;
    const found = keyNamed(deed);
    if (!found.ok) return found;
    const { key } = found.value;
    keyring.switchOff(key.id, 'switched-off');
    return done({ undo: async () => keyring.switchOn(key.id), subject: `switch of ${key.id}` });
  }),
  keyWay('expired', 'The key is switched off as one that lay idle for too long.', async (deed) => {
    const { keyring } = deed.world.accounts;
    const found = keyNamed(deed);
    if (!found.ok) return found;
    const { key } = found.value;
    keyring.switchOff(key.id, 'idle');
    return done({ undo: async () => keyring.switchOn(key.id), subject: `switch of ${key.id}` });
  }),
  keyWay('revoked', 'The key is deleted, for good.', async (deed) => {
    const found = keyNamed(deed);
    if (!found.ok) return found;
    const removed = deed.world.accounts.keyring.remove(found.value.account.id, found.value.key.id);
    return removed.ok ? done({ undo: null }) : removed;
  }),
  keyWay(
    'permission-added',
    'The key may do more than before: withdraw, unless other permissions are said.',
    (deed) => changeEndpoints(deed, (now, group) => new Set([...now, ...group])),
    { takes: ['apiKey', 'permissions'], defaults: { permissions: 'withdraw' } },
  ),
  keyWay(
    'permission-taken',
    'The key may do less than before: no order management, unless other permissions are said.',
    (deed) => changeEndpoints(deed, (now, group) => new Set([...now].filter((path) => !group.has(path)))),
    { takes: ['apiKey', 'permissions'], defaults: { permissions: 'orders' } },
  ),
];

type Endpoints = ReadonlySet<string>;

async function changeEndpoints(deed: Deed, change: (now: Endpoints, group: Endpoints) => Endpoints): ReturnType<Act> {
  const { keyring } = deed.world.accounts;
  const found = keyNamed(deed);
  if (!found.ok) return found;
  const { account, key } = found.value;
  const group = new Set(endpointsOf(deed.terms.permissions === null ? [] : [deed.terms.permissions]));
  const changed = keyring.setEndpoints(account.id, key.id, [...change(key.endpoints, group)]);
  if (!changed.ok) return changed;
  return done({
    undo: async () => keyring.setEndpoints(account.id, key.id, [...key.endpoints]),
    subject: `endpoints of ${key.id}`,
  });
}
