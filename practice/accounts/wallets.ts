import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { Decimal } from '../../src/core/decimal.ts';
import type { AccountId, Accounts, Asset, Clock, Outcome, Refusal, Wallet, WalletEvent } from '../ports.ts';
import { inTransaction } from './database.ts';
import type { ExchangeMoney } from './exchange-money.ts';
import type { Ledger } from './ledger.ts';
import { NotEnoughError } from './ledger.ts';
import {
  amountRefusal,
  blankEvent,
  isTooFine,
  move,
  notEnough,
  OUTSIDE,
  tooFine,
  transferEvent,
  unknownAsset,
} from './movement.ts';
import { done, refuse } from './outcome.ts';
import type { Random } from './random.ts';
import { text } from './row.ts';
import type { WalletEvents } from './wallet-events.ts';

/** The practice world is generous, but a total that outgrows every chart helps nobody. */
const FAUCET_MAX = Decimal.power(12);
/** Shape of addresses over all networks; whether a checksum holds cannot matter where no chain exists. */
const ADDRESS = /^[A-Za-z0-9][A-Za-z0-9:._-]{4,199}$/;
const MEMO_LENGTH_MAX = 120;

export type WithdrawOrder = Parameters<Accounts['withdraw']>[1];

export interface Wallets {
  faucet(id: AccountId, ticker: string, amount: Decimal): Outcome<WalletEvent>;
  transfer: Accounts['transfer'];
  depositAddress(
    id: AccountId,
    ticker: string,
    network: string | null,
  ): Outcome<{ address: string; memo: string | null }>;
  /** One more address; the ones before stay good. */
  newDepositAddress(
    id: AccountId,
    ticker: string,
    network: string | null,
  ): Outcome<{ address: string; memo: string | null }>;
  withdraw(id: AccountId, order: WithdrawOrder): Outcome<WalletEvent>;
  /**
   * Sets a balance to what a test wants; the difference comes from or goes to the world. In the trade wallet `freeze` comes
   * on top of what orders hold.
   */
  setBalance(
    id: AccountId,
    wallet: Wallet,
    ticker: string,
    available: Decimal,
    freeze: Decimal,
  ): Promise<Outcome<null>>;
}

export type WalletsOptions = {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly events: WalletEvents;
  readonly money: ExchangeMoney;
  readonly asset: (ticker: string) => Asset | null;
  readonly changed: (id: AccountId, wallet: Wallet, tickers: readonly string[]) => void;
};

export function createWallets(options: WalletsOptions): Wallets {
  return { ...fundingPart(options), ...addressPart(options), withdraw: withdrawPart(options) };
}

function fundingPart({ database, clock, random, ledger, events, money, asset, changed }: WalletsOptions) {
  return {
    faucet(id: AccountId, ticker: string, amount: Decimal): Outcome<WalletEvent> {
      if (asset(ticker) === null) return unknownAsset(ticker);
      const fault = amountRefusal(amount);
      if (fault !== null) return fault;
      if (amount.gt(FAUCET_MAX)) return refuse('amount-too-big', `The faucet gives at most ${FAUCET_MAX} at a time.`);
      const atMs = clock.nowMs();
      const event = inTransaction(database, () => {
        ledger.post('deposit', atMs, move(ticker, amount, OUTSIDE, { holder: id, wallet: 'main' }));
        return events.record(id, { ...blankEvent(random, atMs), kind: 'deposit', ticker, amount, address: 'faucet' });
      });
      changed(id, 'main', [ticker]);
      return done(event);
    },
    /** Inside the account file, where it is done at once; to and from the trade wallet through the exchange. */
    async transfer(id: AccountId, ticker: string, amount: Decimal, from: Wallet, to: Wallet): Promise<Outcome<null>> {
      if (asset(ticker) === null) return unknownAsset(ticker);
      const fault = amountRefusal(amount);
      if (fault !== null) return fault;
      if (from === to) return refuse('same-wallet', 'Choose two different wallets.');
      if (from !== 'main' && to !== 'main')
        return refuse('wallets-not-connected', 'Trade and collateral wallets meet in the main wallet: transfer twice.');
      if (to === 'trade') return money.transfer(id, ticker, amount, 'in');
      if (from === 'trade') return money.transfer(id, ticker, amount, 'out');
      const atMs = clock.nowMs();
      try {
        inTransaction(database, () => {
          ledger.post('transfer', atMs, move(ticker, amount, { holder: id, wallet: from }, { holder: id, wallet: to }));
          events.record(id, transferEvent(random, { atMs, ticker, amount, from, to }));
        });
      } catch (error) {
        if (error instanceof NotEnoughError) return notEnough(ticker, error.available, amount);
        throw error;
      }
      changed(id, from, [ticker]);
      changed(id, to, [ticker]);
      return done(null);
    },
    async setBalance(
      id: AccountId,
      wallet: Wallet,
      ticker: string,
      available: Decimal,
      freeze: Decimal,
    ): Promise<Outcome<null>> {
      if (asset(ticker) === null) return unknownAsset(ticker);
      if (available.sign() < 0 || freeze.sign() < 0)
        return refuse('amount-negative', 'A balance cannot be less than 0.');
      if (isTooFine(available) || isTooFine(freeze)) return tooFine();
      if (wallet === 'trade') {
        const set = await money.setAvailable(id, ticker, available);
        if (!set.ok) return set;
      }
      const before = ledger.balance(id, wallet, ticker);
      const availableMore = wallet === 'trade' ? Decimal.ZERO : available.sub(before.available);
      const freezeMore = freeze.sub(before.freeze);
      if (availableMore.isZero() && freezeMore.isZero()) return done(null);
      ledger.post('adjust', clock.nowMs(), [
        { holder: id, wallet, part: 'available', ticker, amount: availableMore },
        { holder: id, wallet, part: 'freeze', ticker, amount: freezeMore },
        { ...OUTSIDE, part: 'available', ticker, amount: availableMore.add(freezeMore).neg() },
      ]);
      changed(id, wallet, [ticker]);
      return done(null);
    },
  };
}

type Placed = Outcome<{ address: string; memo: string | null }>;

function addressPart({ database, asset }: WalletsOptions) {
  const selectLast = database.prepare(
    `SELECT number, address FROM deposit_address WHERE account = ? AND ticker = ? AND network = ?
     ORDER BY number DESC LIMIT 1`,
  );
  const insert = database.prepare(
    'INSERT INTO deposit_address (address, account, ticker, network, number) VALUES (?, ?, ?, ?, ?)',
  );

  function address(id: AccountId, ticker: string, wanted: string | null, fresh: boolean): Placed {
    const found = asset(ticker);
    if (found === null) return unknownAsset(ticker);
    if (!found.canDeposit) return refuse('not-depositable', `${ticker} cannot be deposited.`);
    const network = networkOf(found, wanted);
    if (!network.ok) return network;
    const last = selectLast.get(id, ticker, network.value);
    if (last !== undefined && !fresh) return done({ address: text(last, 'address'), memo: null });
    const number = last === undefined ? 0 : Number(last.number) + 1;
    // Plainly no address of a real chain: nobody should ever send real money to one.
    const digest = createHash('sha256').update(`${id} ${ticker} ${network.value} ${number}`).digest('hex');
    const made = `practice-${ticker.toLowerCase()}-${digest.slice(0, 32)}`;
    insert.run(made, id, ticker, network.value, number);
    return done({ address: made, memo: null });
  }

  return {
    depositAddress: (id: AccountId, ticker: string, network: string | null) => address(id, ticker, network, false),
    newDepositAddress: (id: AccountId, ticker: string, network: string | null) => address(id, ticker, network, true),
  };
}

/** The network asked for, else the asset's only or first one. */
function networkOf(asset: Asset, wanted: string | null): Outcome<string> {
  if (wanted !== null)
    return asset.networks.includes(wanted)
      ? done(wanted)
      : refuse('network-unsupported', `${asset.ticker} is not on the network ${wanted.slice(0, 20)}.`);
  const first = asset.networks[0];
  return first === undefined ? refuse('network-missing', `${asset.ticker} is on no network.`) : done(first);
}

function withdrawPart({ database, clock, random, ledger, events, asset, changed }: WalletsOptions) {
  const selectOwner = database.prepare('SELECT account, ticker FROM deposit_address WHERE address = ?');

  function ownerOf(address: string, ticker: string): AccountId | null {
    const row = selectOwner.get(address);
    return row === undefined || text(row, 'ticker') !== ticker ? null : (text(row, 'account') as AccountId);
  }

  function faultOf(id: AccountId, order: WithdrawOrder, found: Asset): Refusal | null {
    const { ticker, amount, uniqueId } = order;
    const fault = amountRefusal(amount);
    if (fault !== null) return fault;
    if (!found.canWithdraw) return refuse('not-withdrawable', `${ticker} cannot be withdrawn.`);
    if (!ADDRESS.test(order.address)) return refuse('address-invalid', 'That is not an address.');
    if ((order.memo ?? '').length > MEMO_LENGTH_MAX)
      return refuse('memo-invalid', `A memo has at most ${MEMO_LENGTH_MAX} characters.`);
    if (ownerOf(order.address, ticker) === id)
      return refuse('own-address', 'That is your own deposit address. Use a transfer between wallets instead.');
    if (uniqueId !== null && events.uniqueIdTaken(id, uniqueId))
      return refuse('unique-id-taken', 'The unique id has already been taken.');
    if (amount.lt(found.minWithdraw))
      return refuse('amount-too-small', `The smallest withdrawal is ${found.minWithdraw} ${ticker}.`);
    if (!order.payFee && amount.lte(found.withdrawFee))
      return refuse(
        'amount-not-above-fee',
        `The amount must be greater than the fee of ${found.withdrawFee} ${ticker}.`,
      );
    return null;
  }

  return (id: AccountId, order: WithdrawOrder): Outcome<WalletEvent> => {
    const { ticker, amount } = order;
    const found = asset(ticker);
    if (found === null) return unknownAsset(ticker);
    const network = networkOf(found, order.network);
    if (!network.ok) return network;
    const fault = faultOf(id, order, found);
    if (fault !== null) return fault;
    const fee = found.withdrawFee;
    const debit = order.payFee ? amount.add(fee) : amount;
    const sent = debit.sub(fee);
    const atMs = clock.nowMs();
    const receiver = ownerOf(order.address, ticker);
    const common = { ...blankEvent(random, atMs), ticker, address: order.address, memo: order.memo ?? '' };
    try {
      const event = inTransaction(database, () => {
        ledger.post('withdraw', atMs, move(ticker, debit, { holder: id, wallet: 'main' }, OUTSIDE));
        if (receiver !== null) {
          ledger.post('deposit', atMs, move(ticker, sent, OUTSIDE, { holder: receiver, wallet: 'main' }));
          events.record(receiver, { ...common, kind: 'deposit', amount: sent, network: network.value });
        }
        const { uniqueId } = order;
        return events.record(id, { ...common, kind: 'withdraw', amount: sent, fee, network: network.value, uniqueId });
      });
      changed(id, 'main', [ticker]);
      if (receiver !== null) changed(receiver, 'main', [ticker]);
      return done(event);
    } catch (error) {
      if (error instanceof NotEnoughError) return notEnough(ticker, error.available, debit);
      throw error;
    }
  };
}
