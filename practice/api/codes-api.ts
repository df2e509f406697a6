import type { PracticeAccounts } from '../accounts/accounts.ts';
import type { Call, Handlers, RefusalShape } from './answer.ts';
import { invalid, json, refusalAnswer } from './answer.ts';
import { decimalOf, Faults, mainPage, present, textOf } from './parameters.ts';

const PAGE = { limitDefault: 30, limitMax: 100, offsetMax: 10_000 } as const;
const DESCRIPTION_LENGTH_MAX = 280;

/** Statuses and codes of the inner refusals are inferred; the fields and the 400 shapes are documented. */
const REFUSALS: Readonly<Record<string, RefusalShape>> = {
  'asset-unknown': { status: 400, code: 0, field: 'ticker', message: 'The selected ticker is invalid.' },
  'amount-not-positive': { status: 400, code: 0, field: 'amount', message: 'The amount must be greater than 0.' },
  'amount-too-fine': { status: 400, code: 0, field: 'amount' },
  'passphrase-invalid': { status: 400, code: 0, field: 'passphrase' },
  'not-enough-money': { status: 422, code: 1, field: 'amount', message: 'Not enough balance.' },
  'code-unknown': { status: 422, code: 1, field: 'code', message: 'Code is not valid.' },
  'code-applied': { status: 422, code: 2, field: 'code', message: 'Code was already activated.' },
  'passphrase-wrong': { status: 422, code: 3, field: 'passphrase', message: 'Passphrase is not valid.' },
};

export function codesHandlers(accounts: PracticeAccounts): Handlers {
  return {
    '/api/v4/main-account/codes': (call) => create(accounts, call),
    '/api/v4/main-account/codes/apply': (call) => apply(accounts, call),
    '/api/v4/main-account/codes/my': (call) => list(accounts, call, 'mine'),
    '/api/v4/main-account/codes/history': (call) => list(accounts, call, 'history'),
  };
}

function create(accounts: PracticeAccounts, { account, params }: Call) {
  const faults = new Faults();
  const amount = decimalOf(params.amount);
  if (!present(params, 'amount')) faults.add('amount', 'The amount field is required.');
  else if (amount === null) faults.add('amount', 'The amount must be a number.');
  if (!present(params, 'ticker')) faults.add('ticker', 'The ticker field is required.');
  for (const name of ['passphrase', 'description'])
    if (present(params, name) && textOf(params, name) === null) faults.add(name, `The ${name} must be a string.`);
  if ((textOf(params, 'description') ?? '').length > DESCRIPTION_LENGTH_MAX)
    faults.add('description', `The description may not be greater than ${DESCRIPTION_LENGTH_MAX} characters.`);
  if (faults.any || amount === null) return invalid(400, 0, faults.errors);
  const outcome = accounts.createCode(account.id, textOf(params, 'ticker') ?? '', amount, textOf(params, 'passphrase'));
  if (!outcome.ok) return refusalAnswer(outcome, REFUSALS);
  return json(201, {
    code: outcome.value.code,
    message: 'Code was successfully created',
    external_id: outcome.value.externalId,
  });
}

function apply(accounts: PracticeAccounts, { account, params }: Call) {
  const code = textOf(params, 'code');
  if (code === null) return invalid(400, 0, { code: ['The code field is required.'] });
  const outcome = accounts.applyCode(account.id, code, textOf(params, 'passphrase'));
  if (!outcome.ok) return refusalAnswer(outcome, REFUSALS);
  const { ticker, amount, externalId } = outcome.value;
  return json(201, {
    message: 'Code was successfully applied',
    ticker,
    amount: amount.toString(),
    external_id: externalId,
  });
}

function list(accounts: PracticeAccounts, { account, params }: Call, which: 'mine' | 'history') {
  const faults = new Faults();
  const page = mainPage(params, PAGE, faults);
  if (faults.any) return invalid(400, 0, faults.errors);
  const all = accounts.codes(account.id, which);
  const data = all.slice(page.offset, page.offset + page.limit).map((code) => ({
    // The history tells the direction by a leading sign.
    amount: which === 'history' && code.amount.sign() > 0 ? `+${code.amount}` : code.amount.toString(),
    code: code.code,
    date: Math.floor(code.atMs / 1000),
    status: code.status,
    ticker: code.ticker,
    external_id: code.externalId,
  }));
  return json(201, { total: all.length, data, limit: page.limit, offset: page.offset });
}
