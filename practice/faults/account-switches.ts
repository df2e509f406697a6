import { Decimal } from '../../src/core/decimal.ts';
import { done, refuse } from '../accounts/outcome.ts';
import { authError } from '../api/auth-errors.ts';
import { refuse as refusal } from '../engine/refusals.ts';
import { unitsOf } from '../engine/scale.ts';
import type { Outcome } from '../ports.ts';
import type { Acted, Deed, FaultSwitch, Way, World } from './fault-switch.ts';
import { fed } from './feed-switches.ts';
import { fundHand, HAND, limitOrder, placed, smallestAmount } from './hand.ts';
import { accountFees, coarserBy, marketRules, marketStatus } from './market-acts.ts';
import type { ParameterName } from './parameters.ts';
import { answered, refusedWith } from './replies.ts';
import { renamed, scaledText, withPrices } from './rewriting.ts';
import { HEARD, PLACING_PATHS, WHICH } from './scopes.ts';

/** Groups E, F and G: time, rules that change while running, and what happens to an account from elsewhere. */

const SKEW_MS = -7_000;
/** Old units to new ones when an asset is redenominated. */
const REDENOMINATION = -3;
const RENAMED_SUFFIX = 'NEW';
const DOUBLE = Decimal.parse('2');

const MARKET: readonly ParameterName[] = ['market'];
const RULES: readonly ParameterName[] = ['market', 'stockPrec', 'moneyPrec', 'minAmount', 'minTotal'];
const MONEY: readonly ParameterName[] = ['email', 'apiKey', 'ticker', 'amount'];

const act = (name: string, effect: string, layer: Way['layer'], way: Partial<Way>): Way => ({
  name,
  effect,
  layer,
  takes: MARKET,
  ...way,
});

export const TIME_SWITCHES: readonly FaultSwitch[] = [
  {
    id: 'F65',
    name: 'clock-skew',
    group: 'E',
    title: 'The clock of the exchange is off',
    ways: [
      act('constant', 'Clients are told, and nonce windows measured by, a time that is ahead or behind.', 'time', {
        takes: ['skewMs'],
        defaults: { skewMs: SKEW_MS },
        async act({ world, terms }) {
          const before = world.faults.skewMs();
          world.faults.setSkewMs(terms.skewMs ?? SKEW_MS);
          return done({ undo: async () => world.faults.setSkewMs(before), subject: 'skew' });
        },
      }),
    ],
  },
  {
    id: 'F67',
    name: 'nonce-refused',
    group: 'E',
    title: 'The nonce is not accepted',
    ways: [
      nonceWay(
        'too-many-requests',
        'Nothing is done; a used nonce is answered: 429 "Too many requests."',
        'nonce-not-greater',
      ),
      nonceWay(
        'outside-window',
        'Nothing is done; the nonce is said to lie outside of its window.',
        'nonce-outside-window',
      ),
    ],
  },
];

export const RULE_SWITCHES: readonly FaultSwitch[] = [
  {
    id: 'F70',
    name: 'rules-change',
    group: 'F',
    title: 'Steps and minimums change while running',
    ways: [
      act(
        'coarser',
        'Steps of price and amount grow tenfold and the minimum total doubles, or as said. Put back when switched off.',
        'market',
        {
          takes: RULES,
          needs: MARKET,
          act: (deed) =>
            marketRules(deed, (rules) => ({ ...coarserBy(1)(rules), minTotal: rules.minTotal.mul(DOUBLE) })),
        },
      ),
    ],
  },
  {
    id: 'F71',
    name: 'precision-reduced',
    group: 'F',
    title: 'Precision reduced, a remainder cannot be sold',
    ways: [
      act(
        'hundredfold',
        'The step of amounts grows a hundredfold, or as said: what is less can be held, not traded.',
        'market',
        {
          takes: ['market', 'stockPrec'],
          needs: MARKET,
          act: (deed) => marketRules(deed, (rules) => ({ ...coarserBy(2)(rules), moneyPrec: rules.moneyPrec })),
        },
      ),
    ],
  },
  {
    id: 'F72',
    name: 'delisted',
    group: 'F',
    title: 'The market is delisted',
    ways: [
      act(
        'gone',
        'All its orders are cancelled and the market vanishes; listed again, empty, when switched off.',
        'market',
        {
          needs: MARKET,
          act: (deed) => marketStatus(deed, 'delisted'),
        },
      ),
    ],
  },
  {
    id: 'F73',
    name: 'ticker-swap',
    group: 'F',
    title: 'A ticker is swapped or redenominated',
    ways: [
      swapWay(
        'renamed',
        `A lie: the asset is called by its name and ${RENAMED_SUFFIX} in every answer and frame.`,
        (ticker, value) => renamed(value, ticker, `${ticker}${RENAMED_SUFFIX}`),
      ),
      swapWay(
        'redenominated',
        'A lie: prices in answers and frames are a thousandth of what they are.',
        (_ticker, value) => withPrices(value, (text) => scaledText(text, REDENOMINATION)),
      ),
    ],
  },
  {
    id: 'F74',
    name: 'fees-change',
    group: 'F',
    title: 'The fees of an account change',
    ways: [
      act(
        'own-rates',
        'Orders of the account from now on pay these ratios (0.005 unless said); listed rates when switched off.',
        'account',
        {
          takes: ['email', 'apiKey', 'market', 'maker', 'taker'],
          needs: ['email'],
          defaults: { maker: Decimal.parse('0.005'), taker: Decimal.parse('0.005') },
          act: accountFees,
        },
      ),
    ],
  },
  {
    id: 'F75',
    name: 'out-of-bands',
    group: 'F',
    title: 'The price is out of bands',
    ways: [
      act('refused', 'Nothing is done; "The Price is out of bands" (code 250).', 'request', {
        takes: WHICH,
        paths: PLACING_PATHS,
        inner: () => refusedWith(refusal(250, 'price', 'The Price is out of bands')),
      }),
    ],
  },
];

export const ACCOUNT_SWITCHES: readonly FaultSwitch[] = [
  {
    id: 'F80',
    name: 'traded-by-hand',
    group: 'G',
    title: 'The owner trades by hand',
    ways: [
      act(
        'at-once',
        'The account buys or sells at a price (the last one unless said); the exchange takes the other side.',
        'account',
        {
          takes: ['email', 'apiKey', 'market', 'side', 'amount', 'price'],
          needs: ['email', 'market'],
          defaults: { side: 'buy' },
          act: tradeByHand,
        },
      ),
    ],
  },
  {
    id: 'F81',
    name: 'funds-gone',
    group: 'G',
    title: 'The money is gone',
    ways: [
      moneyWay(
        'withdrawn',
        'What is available of the asset in the trade wallet (or the amount) is taken away; back when switched off.',
        (world, deed, ticker) =>
          changeTrade(world, deed, ticker, (deed.terms.amount ?? availableOf(world, deed, ticker)).neg()),
      ),
    ],
  },
  {
    id: 'F82',
    name: 'money-moves',
    group: 'G',
    title: 'Deposit, airdrop, dust conversion',
    ways: [
      moneyWay(
        'deposit',
        'A deposit arrives in the main wallet (1 unless said).',
        async ({ accounts }, { account, terms }, ticker) => {
          const given =
            account === null
              ? refuse('account-unknown', 'Name the account.')
              : accounts.faucet(account.id, ticker, terms.amount ?? Decimal.ONE);
          return given.ok ? done({ undo: null }) : given;
        },
      ),
      moneyWay(
        'airdrop',
        'Money appears in the trade wallet without a deposit (1 unless said).',
        async (world, deed, ticker) =>
          withoutUndo(await changeTrade(world, deed, ticker, deed.terms.amount ?? Decimal.ONE)),
      ),
      moneyWay(
        'withdrawal',
        'Money leaves the trade wallet without an order (1 unless said).',
        async (world, deed, ticker) =>
          withoutUndo(await changeTrade(world, deed, ticker, (deed.terms.amount ?? Decimal.ONE).neg())),
      ),
    ],
  },
];

function nonceWay(name: string, effect: string, fault: Parameters<typeof authError>[0]): Way {
  return {
    name,
    effect,
    layer: 'request',
    takes: WHICH,
    paths: ['/api/v4/'],
    outer: async ({ miss }, { path, apiKey }, next) => {
      if (apiKey !== '') return answered(authError(fault, path));
      miss();
      return next();
    },
  };
}

function swapWay(name: string, effect: string, change: (ticker: string, value: unknown) => unknown): Way {
  return fed(name, effect, ({ terms }, { message }, send) => send(change(terms.ticker ?? '', message)), {
    layer: 'market',
    channels: [
      'lastprice',
      'market',
      'marketToday',
      'trades',
      'candles',
      'depth',
      'bookTicker',
      'deals',
      'ordersPending',
      'ordersExecuted',
      'balanceSpot',
    ],
    takes: [...HEARD, 'path', 'ticker'],
    needs: ['ticker'],
    paths: ['/api/'],
    outer: async ({ terms }, _call, next) => {
      const reply = await next();
      if (reply.kind !== 'answer' || reply.answer.kind !== 'json') return reply;
      const { status, body } = reply.answer;
      return answered({ kind: 'json', status, body: change(terms.ticker ?? '', body) }, reply.headers);
    },
  });
}

type Done = Promise<Outcome<Acted>>;

function moneyWay(name: string, effect: string, work: (world: World, deed: Deed, ticker: string) => Done): Way {
  return {
    name,
    effect,
    layer: 'account',
    takes: MONEY,
    needs: ['email', 'ticker'],
    act: (deed) => work(deed.world, deed, deed.terms.ticker ?? ''),
  };
}

function availableOf({ accounts }: World, { account }: Deed, ticker: string): Decimal {
  if (account === null) return Decimal.ZERO;
  return accounts.balances(account.id, 'trade').get(ticker)?.available ?? Decimal.ZERO;
}

/** Sets what is available in the trade wallet so much higher or lower, and leaves what the control interface froze. */
async function changeTrade(world: World, deed: Deed, ticker: string, more: Decimal): Done {
  const { account } = deed;
  if (account === null) return refuse('account-unknown', 'Name the account.');
  const set = async (difference: Decimal): Promise<Outcome<null>> => {
    const { ledger, wallets } = world.accounts;
    const now = availableOf(world, deed, ticker).add(difference);
    return wallets.setBalance(account.id, 'trade', ticker, now, ledger.balance(account.id, 'trade', ticker).freeze);
  };
  const outcome = await set(more);
  return outcome.ok ? done({ undo: () => set(more.neg()) }) : outcome;
}

function withoutUndo(outcome: Awaited<Done>): Awaited<Done> {
  return outcome.ok ? done({ undo: null }) : outcome;
}

async function tradeByHand({ world, terms, account }: Deed): Done {
  const { exchange } = world;
  const { market } = terms;
  const view = market === null ? null : exchange.query.market(market);
  if (account === null || market === null || view === null) return refuse('market-unknown', 'There is no such market.');
  const { spec, lastTicks } = view;
  const price = terms.price ?? (lastTicks === null ? null : Decimal.fromInteger(BigInt(lastTicks), spec.tickScale));
  const amount = price === null ? null : (terms.amount ?? smallestAmount(world, market, price));
  if (price === null || amount === null) return refuse('price-unknown', 'Nothing was traded yet: say a price.');
  const side = terms.side ?? 'buy';
  const other = side === 'buy' ? 'sell' : 'buy';
  const ticks = unitsOf(price, spec.tickScale);
  if (ticks === null) return refuse('price-off-step', `Prices of ${market} have at most ${spec.tickScale} places.`);
  const priceTicks = Number(ticks);
  const problem = await fundHand(world, other, { spec, priceTicks }, amount);
  if (problem !== null) return refuse('hand-without-money', problem);
  const made = await placed(world, HAND, limitOrder({ market, side: other, amount, price }));
  if (typeof made === 'string') return refuse('order-refused', made);
  const own = await placed(world, account.id, limitOrder({ market, side, amount, price, ioc: true }));
  await exchange.submit({ kind: 'cancel', account: HAND, order: { market, orderId: made.id } });
  return typeof own === 'string' ? refuse('order-refused', own) : done({ undo: null });
}
