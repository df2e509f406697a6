import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Decimal } from '../../src/core/decimal.ts';
import type { Account, Wallet } from '../ports.ts';
import { NotEnoughError, WORLD } from './ledger.ts';
import { openWorld, person, type World } from './world.testing.ts';

let world: World;
let ann: Account;
let bob: Account;
beforeEach(async () => {
  world = openWorld();
  ann = await person(world);
  bob = await person(world, 'bob@example.org');
});
afterEach(() => world.close());

const d = Decimal.parse;
const main = (account: Account, ticker = 'USDT'): string =>
  (world.accounts.balances(account.id, 'main').get(ticker)?.available ?? Decimal.ZERO).toString();
const codeOf = (outcome: { ok: boolean; code?: string }): string => (outcome.ok ? 'ok' : (outcome.code ?? ''));

function withdrawal(amount: string, address: string, more: { payFee?: boolean; uniqueId?: string } = {}) {
  return {
    ticker: 'USDT',
    amount: d(amount),
    address,
    memo: null,
    network: null,
    uniqueId: more.uniqueId ?? null,
    payFee: more.payFee ?? false,
  };
}

describe('ledger', () => {
  test('refuses lines that do not sum to zero and a balance below zero, and then nothing has changed', () => {
    const { ledger } = world.accounts;
    const line = { wallet: 'main', part: 'available', ticker: 'BTC' } as const;
    expect(() => ledger.post('adjust', 0, [{ ...line, holder: ann.id, amount: d('1') }])).toThrow(RangeError);
    expect(() =>
      ledger.post('adjust', 0, [
        { ...line, holder: bob.id, amount: d('1') },
        { ...line, holder: ann.id, amount: d('-1') },
      ]),
    ).toThrow(NotEnoughError);
    expect(ledger.holdings()).toEqual([]);
    expect(ledger.entries(0, 10)).toEqual([]);
  });

  test('its check finds a balance that somebody changed behind its back', () => {
    world.accounts.faucet(ann.id, 'BTC', d('1'));
    world.database.exec(`UPDATE balance SET available = '2' WHERE holder = '${ann.id}'`);
    expect(world.accounts.ledger.check().join('\n')).toMatch(/balance 2, entries 1[\s\S]*sums to 1, not 0/);
  });
});

describe('wallets', () => {
  test('a withdrawal takes the fee out of the amount, or comes with the fee on top', () => {
    world.accounts.faucet(ann.id, 'USDT', d('100'));
    const within = world.accounts.withdraw(ann.id, withdrawal('20', 'TAddress1'));
    expect(within.ok && within.value.amount.toString()).toBe('19');
    expect(main(ann)).toBe('80');
    const onTop = world.accounts.withdraw(ann.id, withdrawal('20', 'TAddress1', { payFee: true }));
    expect(onTop.ok && onTop.value.amount.toString()).toBe('20');
    expect(main(ann)).toBe('59');
    expect(codeOf(world.accounts.withdraw(ann.id, withdrawal('58.5', 'TAddress1', { payFee: true })))).toBe(
      'not-enough-money',
    );
    expect(main(ann)).toBe('59');
    expect(world.accounts.walletEvents(ann.id).map(({ kind }) => kind)).toEqual(['withdraw', 'withdraw', 'deposit']);
  });

  test('money sent to the address of another account arrives there', () => {
    world.accounts.faucet(ann.id, 'USDT', d('100'));
    const place = world.accounts.depositAddress(bob.id, 'USDT', null);
    if (!place.ok) throw new Error(place.message);
    expect(world.accounts.withdraw(ann.id, withdrawal('50', place.value.address)).ok).toBe(true);
    expect([main(ann), main(bob)]).toEqual(['50', '49']);
    expect(world.accounts.walletEvents(bob.id)[0]).toMatchObject({ kind: 'deposit', address: place.value.address });
  });

  test('an address stays the same until a new one is asked for', () => {
    const address = (fresh: boolean, network: string | null): string => {
      const place = (fresh ? world.accounts.wallets.newDepositAddress : world.accounts.depositAddress)(
        ann.id,
        'USDT',
        network,
      );
      return place.ok ? place.value.address : place.code;
    };
    const first = address(false, null);
    expect(address(false, 'USDT')).toBe(first);
    expect(address(false, 'TRC20')).not.toBe(first);
    const second = address(true, null);
    expect(second).not.toBe(first);
    expect(address(false, null)).toBe(second);
  });

  test.each([
    ['an unknown asset', { ...withdrawal('20', 'TAddress1'), ticker: 'NONE' }, 'asset-unknown'],
    ['an asset that stays', { ...withdrawal('20', 'TAddress1'), ticker: 'EUR', network: null }, 'network-missing'],
    ['no amount', withdrawal('0', 'TAddress1'), 'amount-not-positive'],
    ['too little', withdrawal('9', 'TAddress1'), 'amount-too-small'],
    ['no address', withdrawal('20', 'x y'), 'address-invalid'],
    ['a foreign network', { ...withdrawal('20', 'TAddress1'), network: 'MOON' }, 'network-unsupported'],
    ['a used id', withdrawal('20', 'TAddress1', { uniqueId: 'one' }), 'unique-id-taken'],
    ['too much', withdrawal('1000', 'TAddress1'), 'not-enough-money'],
  ])('a withdrawal of %s is refused', (_name, order, code) => {
    world.accounts.faucet(ann.id, 'USDT', d('100'));
    world.accounts.withdraw(ann.id, withdrawal('20', 'TAddress1', { uniqueId: 'one' }));
    expect(codeOf(world.accounts.withdraw(ann.id, order))).toBe(code);
    expect(main(ann)).toBe('80');
  });

  test('to the own address is refused', () => {
    world.accounts.faucet(ann.id, 'USDT', d('100'));
    const place = world.accounts.depositAddress(ann.id, 'USDT', null);
    const address = place.ok ? place.value.address : '';
    expect(codeOf(world.accounts.withdraw(ann.id, withdrawal('20', address)))).toBe('own-address');
  });

  test('trade and collateral meet only in the main wallet', async () => {
    world.accounts.faucet(ann.id, 'USDT', d('100'));
    expect(codeOf(await world.accounts.transfer(ann.id, 'USDT', d('10'), 'main', 'trade'))).toBe('ok');
    expect(codeOf(await world.accounts.transfer(ann.id, 'USDT', d('10'), 'trade', 'collateral'))).toBe(
      'wallets-not-connected',
    );
    expect(codeOf(await world.accounts.transfer(ann.id, 'USDT', d('10'), 'main', 'main'))).toBe('same-wallet');
  });

  test('listeners hear of both ends of a transfer until they stop', async () => {
    const heard: string[] = [];
    const stop = world.accounts.onBalance((id, wallet, tickers) => heard.push(`${id === ann.id} ${wallet} ${tickers}`));
    world.accounts.faucet(ann.id, 'BTC', d('1'));
    await world.accounts.transfer(ann.id, 'BTC', d('1'), 'main', 'trade');
    stop();
    world.accounts.faucet(ann.id, 'BTC', d('1'));
    expect(heard).toEqual(['true main BTC', 'true main BTC', 'true trade BTC']);
  });
});

describe('codes', () => {
  test('a code is applied once, by anybody who knows its passphrase', () => {
    world.accounts.faucet(ann.id, 'USDT', d('100'));
    const made = world.accounts.createCode(ann.id, 'USDT', d('40'), 'sesame');
    if (!made.ok) throw new Error(made.message);
    expect(made.value.code).toMatch(/^WB[0-9a-f-]{36}USDT$/);
    expect(main(ann)).toBe('60');
    expect(codeOf(world.accounts.applyCode(bob.id, made.value.code, 'open'))).toBe('passphrase-wrong');
    expect(codeOf(world.accounts.applyCode(bob.id, made.value.code, 'sesame'))).toBe('ok');
    expect(codeOf(world.accounts.applyCode(ann.id, made.value.code, 'sesame'))).toBe('code-applied');
    expect([main(ann), main(bob)]).toEqual(['60', '40']);
    expect(world.accounts.codes(ann.id, 'history').map(({ amount }) => amount.toString())).toEqual(['-40']);
    expect(world.accounts.codes(bob.id, 'history').map(({ amount }) => amount.toString())).toEqual(['40']);
    expect(world.accounts.codes(ann.id, 'mine')).toMatchObject([{ status: 'Activated' }]);
    expect(world.accounts.codes(bob.id, 'mine')).toEqual([]);
  });
});

type Step = (account: Account, other: Account, amount: Decimal) => unknown;
const WALLETS: readonly Wallet[] = ['main', 'trade', 'collateral'];

const STEPS: readonly Step[] = [
  (account, _other, amount) => world.accounts.faucet(account.id, 'BTC', amount),
  ...WALLETS.flatMap((from) =>
    WALLETS.map(
      (to): Step =>
        (account, _other, amount) =>
          world.accounts.transfer(account.id, 'BTC', amount, from, to),
    ),
  ),
  (account, other, amount) => {
    const place = world.accounts.depositAddress(other.id, 'BTC', null);
    const address = place.ok ? place.value.address : '';
    world.accounts.withdraw(account.id, { ...withdrawal('1', address, { payFee: true }), ticker: 'BTC', amount });
  },
  (account, _other, amount) =>
    world.accounts.withdraw(account.id, { ...withdrawal('1', 'outside-1'), ticker: 'BTC', amount }),
  (account, other, amount) => {
    const made = world.accounts.createCode(account.id, 'BTC', amount, null);
    if (made.ok && amount.gt(d('0.5'))) world.accounts.applyCode(other.id, made.value.code, null);
  },
  (account, _other, amount) => world.accounts.wallets.setBalance(account.id, 'trade', 'BTC', amount, amount),
];

test('whatever people do, no money appears, vanishes or is owed', async () => {
  const step = fc.record({
    which: fc.nat({ max: STEPS.length - 1 }),
    who: fc.boolean(),
    amount: fc.tuple(fc.bigInt({ min: -1n, max: 3_000_000_000n }), fc.nat({ max: 18 })),
    isAwaited: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      for (const { which, who, amount, isAwaited } of steps) {
        const [account, other] = who ? [ann, bob] : [bob, ann];
        const taken = STEPS[which]?.(account, other, Decimal.fromInteger(amount[0], amount[1]));
        if (isAwaited) await taken;
        expect(world.accounts.moneyFaults()).toEqual([]);
      }
      await world.accounts.transfersDone();
      expect(world.accounts.moneyFaults()).toEqual([]);
      const owed = world.accounts.ledger
        .holdings()
        .filter(({ holder, available }) => holder !== WORLD && available.sign() < 0);
      expect(owed).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
