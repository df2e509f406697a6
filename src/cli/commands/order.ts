/** `order buy | sell`: what it would do is told first, then asked, sent once, and followed until it is known. */

import { type Command, Option } from 'commander';
import type { Connection } from '../../contract/exchanges.ts';
import type {
  Confirmation,
  Order,
  OrderDraft,
  OrderPreview,
  OrderProblem,
  OrderTerms,
} from '../../contract/trading.ts';
import { newId } from '../../shell/random.ts';
import { CliError, DeskRefusal, EXIT, type ExitCode, wrongUsage } from '../cli-error.ts';
import { findAccount } from '../find-account.ts';
import { followOrder } from '../follow-order.ts';
import { commandOf, hasFailed, isKnown, truthText, whatText } from '../order-text.ts';
import { plain } from '../plain-text.ts';
import type { Act } from '../program.ts';
import { amountOf, collected, marketOf } from '../trade-options.ts';
import type { Workplace } from '../workplace.ts';

const CONFIRMATIONS: readonly Confirmation[] = [
  'far-from-market',
  'price-unknown',
  'without-stream',
  'activation-passed',
  'no-limit-for-asset',
];

type PlaceOptions = {
  readonly price?: string;
  readonly stop?: string;
  readonly quote?: true;
  readonly postOnly?: true;
  readonly ioc?: true;
  readonly connection?: string;
  readonly confirm?: readonly string[];
  readonly requestId?: string;
  readonly yes?: true;
};
type Asked = {
  readonly connection: string;
  readonly market: string;
  readonly draft: OrderDraft;
  readonly confirmations: Confirmation[];
};

export function addPlacing(order: Command, act: Act): void {
  for (const side of ['buy', 'sell'] as const) {
    order
      .command(side)
      .description(`${side} at a price, at the market, or once a price is reached`)
      .argument('<market>', 'such as BTC_USDT')
      .argument('<amount>', 'in the first asset of the market')
      .option('--price <price>', 'at this price; without it at the market price')
      .option('--stop <price>', 'only once the last price reaches this')
      .option('--quote', 'the amount is in the second asset (market and stop market buys)')
      .option('--post-only', 'only wait in the book, never take')
      .option('--ioc', 'take what can be had at once, give up the rest')
      .option('--connection <id|name>', 'at this connected exchange (default: the only one that it can be)')
      .addOption(
        new Option('--confirm <what>', `you mean it nevertheless: ${CONFIRMATIONS.join(', ')}`).argParser(collected),
      )
      .option('--request-id <id>', 'the same id again is the same order: safe to repeat')
      .option('-y, --yes', 'do not ask')
      .addHelpText(
        'after',
        `\nExamples:\n  $ gapless order ${side} BTC_USDT 0.01 --price 43000\n  $ gapless order ${side} BTC_USDT 0.01 --yes --json`,
      )
      .action(
        act((work, market: string, amount: string, options: PlaceOptions) =>
          place(work, side, market, amount, options),
        ),
      );
  }
}

async function place(
  work: Workplace,
  side: 'buy' | 'sell',
  marketText: string,
  amount: string,
  options: PlaceOptions,
): Promise<ExitCode> {
  const market = marketOf(marketText);
  const draft = draftOf(side, amount, options);
  const confirmations = confirmationsOf(options);
  const requestId = requestIdOf(work, options);
  const connection = await findAccount(work, options.connection, market);
  const asked: Asked = { connection: connection.id, market, draft, confirmations };
  const preview = await work.desk.call('orders.preview', { body: asked });
  tellPreview(work, preview, asked, options);
  // An id that was given may be of an order that stands already; then it is the desk that knows.
  if (preview.problems.length > 0 && options.requestId === undefined) {
    if (work.json) work.terminal.json({ preview, requestId, order: null, known: true });
    throw problemError(preview.problems);
  }
  if (options.yes !== true) {
    const question = `${whatText(market, draft)} at "${connection.label}"${moneyText(connection)}?`;
    if (!(await work.terminal.confirm(question, 'Add --yes.'))) {
      work.terminal.note('Nothing was sent.');
      if (work.json) work.terminal.json({ preview, requestId, order: null, known: true });
      return EXIT.ok;
    }
  }
  const first = await sent(work, requestId, asked);
  const order = await followed(work, first);
  if (work.json) work.terminal.json({ preview, requestId, order, known: isKnown(order) });
  else work.terminal.lines([truthText(order), `Order ${plain(order.key)}`]);
  return isKnown(order) && !hasFailed(order) ? EXIT.ok : EXIT.problem;
}

function moneyText({ practice }: Connection): string {
  return practice ? ' (practice money)' : '';
}

/** After this the order may stand at the exchange, whatever is heard. */
async function sent(work: Workplace, requestId: string, asked: Asked): Promise<Order> {
  try {
    return await work.desk.call('orders.place', { body: { requestId, ...asked } });
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof DeskRefusal) throw error;
    throw new CliError(
      'order_not_known',
      `${error.message} It may have taken the order.`,
      `Look at \`gapless orders\`, or give the same command with --request-id ${requestId}: it is never placed twice.`,
      error.exit,
    );
  }
}

async function followed(work: Workplace, first: Order): Promise<Order> {
  try {
    return await followOrder(work, first, isKnown);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const message = `Order ${plain(first.key)} was taken and is on its way; what became of it is not known here. ${error.message}`;
    throw new CliError('order_not_known', message, '`gapless orders` shows it once the desk answers.', error.exit);
  }
}

function draftOf(side: 'buy' | 'sell', amountText: string, options: PlaceOptions): OrderDraft {
  const amount = amountOf(amountText, 'amount');
  const terms = termsOf(options);
  return { side, terms, quantity: { unit: options.quote === true ? 'quote' : 'base', amount } };
}

function termsOf({ price, stop, postOnly, ioc }: PlaceOptions): OrderTerms {
  const activation = stop === undefined ? null : amountOf(stop, '--stop');
  if ((postOnly === true || ioc === true) && (price === undefined || activation !== null)) {
    throw wrongUsage(
      '--post-only and --ioc belong to an order with a price and without a stop.',
      'Give --price alone.',
    );
  }
  if (price === undefined) return activation === null ? { kind: 'market' } : { kind: 'stop-market', activation };
  const at = amountOf(price, '--price');
  if (activation !== null) return { kind: 'stop-limit', price: at, activation };
  return { kind: 'limit', price: at, postOnly: postOnly === true, ioc: ioc === true };
}

export function confirmationsOf({ confirm }: { readonly confirm?: readonly string[] }): Confirmation[] {
  return (confirm ?? []).map((text) => {
    const known = CONFIRMATIONS.find((confirmation) => confirmation === text);
    if (known !== undefined) return known;
    throw wrongUsage(`--confirm does not know "${plain(text)}".`, `Give ${CONFIRMATIONS.join(', ')}.`);
  });
}

/** Made before anything is asked, so that it can be named when an answer is lost. */
export function requestIdOf(work: Workplace, { requestId }: { readonly requestId?: string }): string {
  if (requestId === undefined) return newId(work.random);
  if (/^[A-Za-z0-9_-]{8,64}$/.test(requestId)) return requestId;
  throw wrongUsage('--request-id takes 8 to 64 letters, digits and dashes.', 'Leave it out and one is made.');
}

/** Beside the result, so that standard output carries what became of the order alone. */
function tellPreview(work: Workplace, preview: OrderPreview, asked: Asked, options: PlaceOptions): void {
  if (work.json && options.yes === true) return;
  const { sentence, sentAs, after, problems } = preview;
  for (const line of [sentence, sentAs]) if (line !== '') work.terminal.note(plain(line));
  if (after !== null && problems.length === 0)
    work.terminal.note(plain(`Available afterwards: ${after.available} ${after.asset}.`));
  for (const problem of problems) {
    work.terminal.note(plain(`${problem.cause} ${problem.cure}`));
    if (problem.mend === null) continue;
    const command = commandOf(asked.market, problem.mend.draft, options.connection);
    work.terminal.note(`  ${plain(problem.mend.label)}: ${command}`);
  }
}

/** The first says it all where it is the only one; each that can be confirmed is named. */
function problemError(problems: readonly OrderProblem[]): CliError {
  const [first] = problems;
  const confirms = problems.flatMap(({ confirm }) => (confirm === null ? [] : [confirm]));
  const isAll = confirms.length === problems.length;
  const cure = isAll ? `If you mean it, add --confirm ${confirms.join(',')}.` : (first?.cure ?? '');
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new CliError(first?.code ?? 'order_refused', `Nothing was sent. ${first?.cause ?? ''}${more}`, cure);
}
