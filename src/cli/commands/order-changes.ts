/** `order cancel | move | declare-absent`: changing what stands at the exchange already. */

import { type Command, Option } from 'commander';
import type { Order } from '../../contract/trading.ts';
import { CliError, EXIT, type ExitCode, wrongUsage } from '../cli-error.ts';
import { findConnection } from '../find-connection.ts';
import { findOpenOrder } from '../find-order.ts';
import { followOrder } from '../follow-order.ts';
import { filledText, hasFailed, isKnown, truthText, whatText } from '../order-text.ts';
import { plain } from '../plain-text.ts';
import type { Act } from '../program.ts';
import { collected, marketOf, optionalAmount } from '../trade-options.ts';
import type { Workplace } from '../workplace.ts';
import { confirmationsOf, requestIdOf } from './order.ts';

type CancelOptions = {
  readonly all?: true;
  readonly market?: string;
  readonly connection?: string;
  readonly yes?: true;
};
type MoveOptions = {
  readonly price?: string;
  readonly stop?: string;
  readonly amount?: string;
  readonly connection?: string;
  readonly confirm?: readonly string[];
  readonly requestId?: string;
  readonly yes?: true;
};

export function addChanging(order: Command, act: Act): void {
  order
    .command('cancel')
    .description('take an open order back, or all of them with --all')
    .argument('[order]', 'its key, or the beginning of one of its ids')
    .option('--all', 'every open order that was placed here')
    .option('--market <market>', 'with --all: only of this market')
    .option('--connection <id|name>', 'only of this connected exchange')
    .option('-y, --yes', 'with --all: do not ask')
    .addHelpText(
      'after',
      '\nExamples:\n  $ gapless order cancel abcd1234-1-m-5\n  $ gapless order cancel --all --market BTC_USDT',
    )
    .action(
      act((work, text: string | undefined, options: CancelOptions) =>
        text === undefined ? cancelAll(work, options) : cancelOne(work, text, options),
      ),
    );
  order
    .command('move')
    .description('give an open order another price, stop or amount')
    .argument('<order>', 'its key, or the beginning of one of its ids')
    .option('--price <price>', 'the new price')
    .option('--stop <price>', 'the new stop')
    .option('--amount <amount>', 'what shall be open afterwards (default: all that is left)')
    .option('--connection <id|name>', 'of this connected exchange')
    .addOption(new Option('--confirm <what>', 'you mean it nevertheless, as with `order buy`').argParser(collected))
    .option('--request-id <id>', 'the same id again is the same move: safe to repeat')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', '\nExamples:\n  $ gapless order move abcd1234-1-m-5 --price 42900')
    .action(act((work, text: string, options: MoveOptions) => move(work, text, options)));
  order
    .command('declare-absent')
    .description('you looked: an order in doubt, which nothing else can settle, is not at the exchange')
    .argument('<order>', 'its key, or the beginning of one of its ids')
    .option('--connection <id|name>', 'of this connected exchange')
    .option('-y, --yes', 'do not ask')
    .action(act((work, text: string, options: CancelOptions) => declareAbsent(work, text, options)));
}

async function connectionOf(work: Workplace, idOrName: string | undefined): Promise<string | null> {
  return idOrName === undefined ? null : (await findConnection(work, idOrName)).id;
}

async function cancelOne(work: Workplace, text: string, options: CancelOptions): Promise<ExitCode> {
  if (options.all === true || options.market !== undefined) {
    throw wrongUsage('Either one order is cancelled, or --all of them.', 'Leave the order out, or --all and --market.');
  }
  const found = await findOpenOrder(work, text, await connectionOf(work, options.connection));
  const params = { id: found.connection, order: found.key };
  const first = await work.desk.call('orders.cancel', { params });
  const order = await followOrder(work, first, ({ state }) => state === 'closed');
  if (work.json) work.terminal.json({ order, known: order.state === 'closed' });
  else work.terminal.print(cancelledText(order));
  return order.state === 'closed' ? EXIT.ok : EXIT.problem;
}

/** Cancels race with fills, and the fill wins: what happened is told, not what was asked. */
function cancelledText(order: Order): string {
  if (order.state === 'open') {
    const why = order.detail === '' ? 'The exchange has not taken it back.' : plain(order.detail);
    return `Still open: ${why} \`gapless orders\` shows it. ${filledText(order)}`.trimEnd();
  }
  return truthText(order);
}

async function cancelAll(work: Workplace, options: CancelOptions): Promise<ExitCode> {
  if (options.all !== true) throw wrongUsage('Which order?', 'Give its key from `gapless orders`, or --all.');
  const connection = await connectionOf(work, options.connection);
  const market = options.market === undefined ? null : marketOf(options.market);
  const query = { ...(connection !== null && { connection }), ...(market !== null && { market }) };
  const own = async () =>
    (await work.desk.call('orders.list', { query })).orders.filter(({ owner }) => owner === 'ours');
  const before = await own();
  if (before.length > 0 && options.yes !== true) {
    const markets = [...new Set(before.map((order) => order.market))].join(', ');
    const question = `Cancel ${counted(before.length)} (${markets})?`;
    if (!(await work.terminal.confirm(question, 'Add --yes.'))) {
      work.terminal.note('Nothing was cancelled.');
      return EXIT.ok;
    }
  }
  const { asked } = await work.desk.call('orders.cancelAll', { body: { connection, market } });
  const named = new Set(before.map(({ key }) => key));
  const left = await emptied(work, async () => (await own()).filter(({ key }) => named.has(key)));
  if (work.json) work.terminal.json({ asked, left });
  else if (before.length === 0 && asked === 0) work.terminal.print('No open orders.');
  else if (left.length === 0)
    work.terminal.print(`${counted(asked)} asked to be cancelled; none of them is open any more.`);
  else work.terminal.print(`Not known yet of ${counted(left.length)}: \`gapless orders\` shows them.`);
  return left.length === 0 ? EXIT.ok : EXIT.problem;
}

const POLL_MS = 150;
/** As for one order: whoever waits longer looks at the list. */
const WAIT_MAX_MS = 15_000;

async function emptied(work: Workplace, list: () => Promise<Order[]>): Promise<Order[]> {
  const untilMs = work.clock.nowMs() + WAIT_MAX_MS;
  for (;;) {
    const left = await list();
    if (left.length === 0 || work.clock.nowMs() > untilMs) return left;
    await work.pause(POLL_MS);
  }
}

function counted(count: number): string {
  return count === 1 ? '1 order' : `${count} orders`;
}

async function move(work: Workplace, text: string, options: MoveOptions): Promise<ExitCode> {
  const [price, activation] = [optionalAmount(options.price, '--price'), optionalAmount(options.stop, '--stop')];
  const quantity = optionalAmount(options.amount, '--amount');
  if (price === null && activation === null && quantity === null) {
    throw wrongUsage('What shall change?', 'Give --price, --stop or --amount.');
  }
  const confirmations = confirmationsOf(options);
  const requestId = requestIdOf(work, options);
  const found = await findOpenOrder(work, text, await connectionOf(work, options.connection));
  if (options.yes !== true) {
    const changes = [
      price === null ? '' : `price ${price}`,
      activation === null ? '' : `stop ${activation}`,
      quantity === null ? '' : `amount ${quantity}`,
    ];
    const question = `${whatText(found.market, found)}: move to ${changes.filter((part) => part !== '').join(', ')}?`;
    if (!(await work.terminal.confirm(question, 'Add --yes.'))) {
      work.terminal.note('Nothing was moved.');
      return EXIT.ok;
    }
  }
  const params = { id: found.connection, order: found.key };
  const body = { requestId, price, activation, quantity, confirmations };
  const order = await moved(work, await work.desk.call('orders.move', { params, body }));
  if (work.json) work.terminal.json({ requestId, order, known: isKnown(order) && !order.moving });
  else work.terminal.lines([truthText(order), `Order ${plain(order.key)}`]);
  return isKnown(order) && !order.moving && !hasFailed(order) ? EXIT.ok : EXIT.problem;
}

/** A move ends as another order, or as the same one changed; the last in the row is what stands. */
async function moved(work: Workplace, first: Order): Promise<Order> {
  const isDone = (order: Order) => order.replacedBy !== null || (isKnown(order) && !order.moving);
  const order = await followOrder(work, first, isDone);
  if (order.replacedBy === null) return order;
  const params = { id: order.connection, order: order.replacedBy };
  return moved(work, await work.desk.call('orders.read', { params }));
}

async function declareAbsent(work: Workplace, text: string, options: CancelOptions): Promise<ExitCode> {
  const found = await findOpenOrder(work, text, await connectionOf(work, options.connection));
  if (!found.blocked) {
    throw new CliError(
      'conflict',
      'This order is not in doubt for good.',
      'What is being done about it stands in `gapless orders`.',
    );
  }
  if (options.yes !== true) {
    const question = `${whatText(found.market, found)}: you looked at the exchange, and it is not there?`;
    if (!(await work.terminal.confirm(question, 'Add --yes.'))) {
      work.terminal.note('Nothing was changed.');
      return EXIT.ok;
    }
  }
  const params = { id: found.connection, order: found.key };
  const order = await work.desk.call('orders.declareAbsent', { params });
  if (work.json) work.terminal.json({ order, known: isKnown(order) });
  else work.terminal.print(truthText(order));
  return EXIT.ok;
}
