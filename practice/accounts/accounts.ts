import type { DatabaseSync } from 'node:sqlite';
import type { Account, AccountId, Accounts, Asset, Clock, Wallet } from '../ports.ts';
import { createCodes } from './codes.ts';
import { inTransaction } from './database.ts';
import type { ExchangeMoney, MoneyExchange } from './exchange-money.ts';
import { createExchangeMoney } from './exchange-money.ts';
import type { KeyUse } from './key-use.ts';
import { createKeyUse } from './key-use.ts';
import type { Keys } from './keys.ts';
import { createKeys, KEYS_MAX } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { createLedger } from './ledger.ts';
import { moneyFaults } from './money-check.ts';
import { refuse } from './outcome.ts';
import { createPendingTransfers } from './pending-transfers.ts';
import { createPeople } from './people.ts';
import type { Random } from './random.ts';
import { createWalletEvents } from './wallet-events.ts';
import type { Wallets } from './wallets.ts';
import { createWallets } from './wallets.ts';

/** `Accounts` as pages and streams see it, and what only the API and the control interface may touch. */
export interface PracticeAccounts extends Accounts {
  all(): readonly Account[];
  readonly keyring: Keys;
  readonly keyUse: KeyUse;
  readonly ledger: Ledger;
  readonly wallets: Wallets;
  /** Finishes the transfers of a former run. To be awaited before anybody is served. */
  readonly settleTransfers: ExchangeMoney['settle'];
  /** When no transfer is under way any more. To be awaited between closing the exchange and closing the databases. */
  readonly transfersDone: ExchangeMoney['idle'];
  readonly fundHouse: ExchangeMoney['fundHouse'];
  /** What is wrong with the money of ledger and exchange, in words; empty when all is well. Looks at everything. */
  moneyFaults(): readonly string[];
}

export type AccountsOptions = {
  readonly database: DatabaseSync;
  /** The second file: nonces and last use. */
  readonly useDatabase: DatabaseSync;
  readonly clock: Clock;
  readonly random: Random;
  /** Holds the trade wallets. */
  readonly exchange: MoneyExchange;
  readonly asset: (ticker: string) => Asset | null;
  /** Every path that has a switch under Endpoint access restrictions. */
  readonly endpoints: ReadonlySet<string>;
};

const NEW_KEY_NAME = 'New key';

export function createAccounts(options: AccountsOptions): PracticeAccounts {
  const { database, clock, random, exchange, asset, endpoints } = options;
  const people = createPeople({ database, clock, random });
  const keyUse = createKeyUse(options.useDatabase);
  const keys = createKeys({ database, clock, random, use: keyUse, account: people.account, endpoints });
  const ledger = createLedger(database);
  const events = createWalletEvents(database);
  const listeners = new Set<Parameters<Accounts['onBalance']>[0]>();
  const changed = (id: AccountId, wallet: Wallet, tickers: readonly string[]): void => {
    for (const listener of listeners) listener(id, wallet, tickers);
  };
  const pending = createPendingTransfers(database);
  const money = createExchangeMoney({ database, clock, random, ledger, events, pending, exchange, changed });
  const wallets = createWallets({ database, clock, random, ledger, events, money, asset, changed });
  const codes = createCodes({ database, clock, random, ledger, events, asset, changed });
  const { dropTotp, takeTotp, ...person } = people;

  return {
    ...person,
    useTotp: takeTotp,
    keyring: keys,
    keyUse,
    ledger,
    wallets,
    settleTransfers: money.settle,
    transfersDone: money.idle,
    fundHouse: money.fundHouse,
    moneyFaults: () => moneyFaults({ ledger, pending, exchange }),
    disableTotp: (id, code) =>
      inTransaction(database, () => {
        const dropped = dropTotp(id, code);
        if (dropped.ok) keys.switchAllOff(id, 'two-factor-off');
        return dropped;
      }),
    keys: keys.keys,
    createKey(id, code) {
      // Before the code is spent: a refusal that the person cannot cure with another code.
      if (keys.keys(id).length >= KEYS_MAX) return keys.create(id, NEW_KEY_NAME);
      const used = takeTotp(id, code);
      return used.ok ? keys.create(id, NEW_KEY_NAME) : used;
    },
    renameKey: keys.rename,
    setEndpoints(id, key, paths, code) {
      const unknown = paths.find((path) => !endpoints.has(path));
      if (unknown !== undefined || keys.find(id, key) === null) return keys.setEndpoints(id, key, paths);
      const used = takeTotp(id, code);
      return used.ok ? keys.setEndpoints(id, key, paths) : used;
    },
    setActive: keys.setActive,
    setIps: keys.setIps,
    deleteKey: keys.remove,
    balances: (id, wallet) => (wallet === 'trade' ? money.balances(id) : ledger.balances(id, wallet)),
    faucet: wallets.faucet,
    transfer: wallets.transfer,
    depositAddress: wallets.depositAddress,
    withdraw(id, order) {
      if (people.account(id) === null) return refuse('account-unknown', 'There is no such account.');
      return wallets.withdraw(id, order);
    },
    createCode: codes.create,
    applyCode: codes.apply,
    codes: codes.list,
    walletEvents: events.list,
    onBalance(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
