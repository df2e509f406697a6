import { Decimal } from '../../src/core/decimal.ts';
import type { PracticeAccounts } from '../accounts/accounts.ts';
import type { Market, Wallet, WalletEvent } from '../ports.ts';
import type { Answer, Call, Handlers, Params, RefusalShape } from './answer.ts';
import { invalid, json, refusalAnswer } from './answer.ts';
import { OUTCOME_UNKNOWN, SERVICE_UNAVAILABLE } from './outcome-answer.ts';
import { decimalOf, Faults, integerOf, mainPage, present, textOf } from './parameters.ts';

/** Main wallet: balance, transfer, history, addresses, withdrawal. Here 400 is request validation, 422 the inner one. */

const HISTORY_PAGE = { limitDefault: 50, limitMax: 500, offsetMax: 10_000 } as const;
const ADDRESSES_MAX = 20;
const TRANSFER_PLACES_MAX = 8;

// Maps, because what is looked up is a client's text: an object would know `constructor` as well.
const TRANSFER_METHODS: ReadonlyMap<string, readonly [from: Wallet, to: Wallet]> = new Map([
  ['deposit', ['main', 'trade']],
  ['withdraw', ['trade', 'main']],
  ['collateral-deposit', ['main', 'collateral']],
  ['collateral-withdraw', ['collateral', 'main']],
]);
const WALLETS: ReadonlyMap<string, Wallet> = new Map([
  ['main', 'main'],
  ['spot', 'trade'],
  ['collateral', 'collateral'],
]);

const TICKER_INVALID = 'The selected ticker is invalid.';

/** Codes and fields of withdrawal refusals as far as documented; 400 rows and `amount-*` messages are inferred. */
const WITHDRAW_REFUSALS: Readonly<Record<string, RefusalShape>> = {
  'asset-unknown': { status: 400, code: 0, field: 'ticker', message: TICKER_INVALID },
  'network-unsupported': { status: 400, code: 0, field: 'network', message: 'Unsupported network' },
  'network-missing': { status: 400, code: 0, field: 'network', message: 'Cannot extract default network' },
  'unique-id-taken': { status: 400, code: 0, field: 'uniqueId', message: 'The unique id has already been taken.' },
  'amount-not-positive': { status: 400, code: 0, field: 'amount', message: 'The amount must be greater than 0.' },
  'amount-too-fine': { status: 400, code: 0, field: 'amount' },
  'memo-invalid': { status: 400, code: 0, field: 'memo' },
  'not-withdrawable': { status: 422, code: 1, field: 'ticker' },
  'address-invalid': { status: 422, code: 2, field: 'address', message: 'The address is invalid' },
  'amount-too-small': { status: 422, code: 3, field: 'amount' },
  'amount-not-above-fee': { status: 422, code: 6, field: 'amount' },
  'own-address': { status: 422, code: 9, field: 'address' },
};

const ADDRESS_REFUSALS: Readonly<Record<string, RefusalShape>> = {
  'asset-unknown': { status: 400, code: 0, field: 'ticker', message: TICKER_INVALID },
  'network-unsupported': { status: 400, code: 0, field: 'network', message: 'Unsupported network' },
  'network-missing': { status: 400, code: 0, field: 'network', message: 'Cannot extract default network' },
  'not-depositable': { status: 400, code: 0, field: 'ticker', message: 'Currency is not depositable' },
};

type Parts = { readonly accounts: PracticeAccounts; readonly market: Market };

export function mainAccountHandlers(parts: Parts): Handlers {
  return {
    '/api/v4/main-account/balance': (call) => balance(parts, call),
    '/api/v4/main-account/transfer': (call) => transfer(parts, call),
    '/api/v4/main-account/history': (call) => history(parts, call),
    '/api/v4/main-account/address': (call) => address(parts, call, false),
    '/api/v4/main-account/create-new-address': (call) => address(parts, call, true),
    '/api/v4/main-account/withdraw': (call) => withdraw(parts, call, false),
    '/api/v4/main-account/withdraw-pay': (call) => withdraw(parts, call, true),
  };
}

function balance({ accounts, market }: Parts, { account, params }: Call) {
  const held = accounts.balances(account.id, 'main');
  const of = (ticker: string) => ({ main_balance: (held.get(ticker)?.available ?? Decimal.ZERO).toString() });
  const ticker = params.ticker ?? null;
  if (ticker === null)
    return json(200, Object.fromEntries(market.assets().map((asset) => [asset.ticker, of(asset.ticker)])));
  if (typeof ticker !== 'string') return invalid(422, 0, { ticker: ['validation.string'] });
  // With a ticker the answer is unwrapped, and an unknown ticker has a balance of zero.
  return json(200, of(ticker));
}

function required(params: Params, fields: readonly (readonly [name: string, words: string])[]): Faults {
  const faults = new Faults();
  for (const [name, words] of fields) if (!present(params, name)) faults.add(name, `The ${words} field is required.`);
  return faults;
}

function walletsOf(params: Params, faults: Faults): readonly [from: Wallet, to: Wallet] | null {
  if (!present(params, 'from') && !present(params, 'to')) {
    if (!present(params, 'method')) faults.add('method', 'The method field is required.');
    const wallets = TRANSFER_METHODS.get(textOf(params, 'method') ?? '');
    if (wallets === undefined && present(params, 'method')) faults.add('method', 'The selected method is invalid.');
    return wallets ?? null;
  }
  const from = WALLETS.get(textOf(params, 'from') ?? '');
  const to = WALLETS.get(textOf(params, 'to') ?? '');
  if (from === undefined) faults.add('from', 'The selected from is invalid.');
  // Trade and collateral meet only in the main wallet.
  if (to === undefined || to === from || (from !== undefined && from !== 'main' && to !== 'main'))
    faults.add('to', 'The selected to is invalid.');
  return from === undefined || to === undefined ? null : [from, to];
}

async function transfer({ accounts, market }: Parts, { account, params }: Call): Promise<Answer> {
  const faults = required(params, [['amount', 'amount']]);
  const wallets = walletsOf(params, faults);
  if (!present(params, 'ticker')) faults.add('ticker', 'The ticker field is required.');
  const ticker = textOf(params, 'ticker');
  if (present(params, 'ticker') && (ticker === null || market.asset(ticker) === null))
    faults.add('ticker', TICKER_INVALID);
  const amount = decimalOf(params.amount);
  if (present(params, 'amount')) {
    if (amount === null) faults.add('amount', 'The amount must be a number.');
    else if (amount.sign() <= 0) faults.add('amount', 'The amount must be greater than 0.');
    else if (amount.trim().scale > TRANSFER_PLACES_MAX)
      faults.add('amount', `The amount may have at most ${TRANSFER_PLACES_MAX} decimal places.`);
  }
  if (faults.any || wallets === null || ticker === null || amount === null) return invalid(400, 0, faults.errors);
  const outcome = await accounts.transfer(account.id, ticker, amount, ...wallets);
  if (outcome.ok) return json(201, []);
  if (outcome.code === 'outcome-unknown') return OUTCOME_UNKNOWN;
  if (outcome.code === 'busy') return SERVICE_UNAVAILABLE;
  const available = accounts.balances(account.id, wallets[0]).get(ticker)?.available ?? Decimal.ZERO;
  const message = `You don't have such amount for transfer (available ${available}, in amount: ${amount})`;
  return refusalAnswer(outcome, {
    'not-enough-money': { status: 422, code: 3, field: 'amount', message },
    'asset-unknown': { status: 400, code: 0, field: 'ticker', message: TICKER_INVALID },
    'amount-too-fine': { status: 400, code: 0, field: 'amount' },
  });
}

function address({ accounts }: Parts, { account, params }: Call, fresh: boolean) {
  const faults = required(params, [['ticker', 'ticker']]);
  const type = params.type ?? null;
  if (fresh && type !== null && type !== 'p2sh-segwit' && type !== 'bech32')
    faults.add('type', 'The selected type is invalid.');
  if (present(params, 'ticker') && textOf(params, 'ticker') === null) faults.add('ticker', TICKER_INVALID);
  if (present(params, 'network') && textOf(params, 'network') === null) faults.add('network', 'Unsupported network');
  if (faults.any) return invalid(400, 0, faults.errors);
  const place = fresh ? accounts.wallets.newDepositAddress : accounts.depositAddress;
  const outcome = place(account.id, textOf(params, 'ticker') ?? '', textOf(params, 'network'));
  if (!outcome.ok) return refusalAnswer(outcome, ADDRESS_REFUSALS);
  const { memo } = outcome.value;
  return json(fresh ? 201 : 200, {
    account: { address: outcome.value.address, ...(memo === null ? {} : { memo }) },
    // Deposits of practice money cost nothing and know no bounds.
    required: {
      fixedFee: '0',
      flexFee: { maxFee: '0', minFee: '0', percent: '0' },
      maxAmount: '0',
      minAmount: '0',
    },
  });
}

function withdraw({ accounts, market }: Parts, { account, params }: Call, payFee: boolean) {
  if (!account.totpEnabled)
    return json(412, { code: 1, message: 'This action is unauthorized. Please, enable Two-Factor authentication.' });
  const faults = required(params, [
    ['ticker', 'ticker'],
    ['amount', 'amount'],
    ['address', 'address'],
    ['uniqueId', 'unique id'],
  ]);
  const amount = decimalOf(params.amount);
  if (present(params, 'amount') && amount === null) faults.add('amount', 'The amount must be a number.');
  for (const name of ['ticker', 'address', 'uniqueId', 'memo', 'network'])
    if (present(params, name) && typeof params[name] !== 'string') faults.add(name, `The ${name} must be a string.`);
  if (faults.any || amount === null) return invalid(400, 0, faults.errors);
  const ticker = textOf(params, 'ticker') ?? '';
  const outcome = accounts.withdraw(account.id, {
    ticker,
    amount,
    address: textOf(params, 'address') ?? '',
    memo: textOf(params, 'memo'),
    network: textOf(params, 'network'),
    uniqueId: textOf(params, 'uniqueId'),
    payFee,
  });
  if (outcome.ok) return json(201, []);
  const available = accounts.balances(account.id, 'main').get(ticker)?.available ?? Decimal.ZERO;
  const title = market.asset(ticker)?.title ?? ticker;
  return refusalAnswer(outcome, {
    ...WITHDRAW_REFUSALS,
    'not-enough-money': {
      status: 422,
      code: 5,
      field: 'amount',
      message: `Not enough money, ${title} balance = ${available}`,
    },
  });
}

function history({ accounts, market }: Parts, { account, params }: Call) {
  const faults = new Faults();
  const page = mainPage(params, HISTORY_PAGE, faults);
  const filters = historyFilters(params, faults);
  if (faults.any) return invalid(400, 0, faults.errors);
  const all = accounts
    .walletEvents(account.id)
    .filter((event) => methodOf(event) !== null && filters.every((filter) => filter(event)));
  const records = all.slice(page.offset, page.offset + page.limit).map((event) => ({
    address: event.address,
    unique_id: event.uniqueId,
    createdAt: Math.floor(event.atMs / 1000),
    currency: market.asset(event.ticker)?.title ?? event.ticker,
    ticker: event.ticker,
    method: methodOf(event),
    amount: event.amount.toString(),
    description: '',
    memo: event.memo,
    fee: event.fee.toString(),
    status: event.status,
    network: event.network,
    transactionHash: event.hash,
    transaction_id: event.transactionId,
    // What a finished movement looks like: nothing was done in parts, and nothing is waited for any more.
    details: { partial: null },
  }));
  return json(201, { limit: page.limit, offset: page.offset, total: all.length, records });
}

/** Only what crosses the border of the exchange: transfers and codes have histories of their own. */
function methodOf(event: WalletEvent): 1 | 2 | null {
  if (event.kind === 'deposit') return 1;
  return event.kind === 'withdraw' ? 2 : null;
}

type Filter = (event: WalletEvent) => boolean;

function historyFilters(params: Params, faults: Faults): readonly Filter[] {
  const filters: Filter[] = [];
  if (present(params, 'transactionMethod')) {
    const method = integerOf(params.transactionMethod);
    if (method !== 1 && method !== 2) faults.add('transactionMethod', 'The selected transaction method is invalid.');
    filters.push((event) => methodOf(event) === method);
  }
  const ticker = textOf(params, 'ticker');
  if (ticker !== null) filters.push((event) => event.ticker === ticker);
  const wanted = textOf(params, 'address');
  if (wanted !== null) filters.push((event) => event.address === wanted);
  const memo = textOf(params, 'memo');
  if (memo !== null) filters.push((event) => event.memo === memo);
  // Documents say unique_id, older clients send the camel spelling.
  const uniqueId = textOf(params, 'unique_id') ?? textOf(params, 'uniqueId');
  if (uniqueId !== null) filters.push((event) => event.uniqueId === uniqueId);
  const addresses: unknown = params.addresses ?? null;
  if (addresses !== null) {
    if (!Array.isArray(addresses)) faults.add('addresses', 'The addresses must be an array.');
    else if (addresses.length > ADDRESSES_MAX)
      faults.add('addresses', `The addresses may not have more than ${ADDRESSES_MAX} items.`);
    else filters.push((event) => addresses.includes(event.address));
  }
  const statuses: unknown = params.status ?? null;
  if (statuses !== null) {
    if (!Array.isArray(statuses)) faults.add('status', 'The status must be an array.');
    else filters.push((event) => statuses.some((status) => integerOf(status) === event.status));
  }
  return filters;
}
