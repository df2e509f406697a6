/** Orders in words: their kind, their state, and what became of one. */

import type { Order, OrderDraft, OrderTerms } from '../contract/trading.ts';
import { quantityText } from './amount-text.ts';
import { plain } from './plain-text.ts';

export function kindText(terms: OrderTerms | null): string {
  switch (terms?.kind) {
    case undefined:
      return 'other';
    case 'limit':
      return `limit${terms.postOnly ? ', post only' : ''}${terms.ioc ? ', IOC' : ''}`;
    case 'market':
      return 'market';
    case 'stop-limit':
      return 'stop limit';
    case 'stop-market':
      return 'stop market';
  }
}

export function priceText(terms: OrderTerms | null): string {
  return terms !== null && 'price' in terms ? quantityText(terms.price) : '';
}

export function stopText(terms: OrderTerms | null): string {
  return terms !== null && 'activation' in terms ? quantityText(terms.activation) : '';
}

export function stateText(order: Order): string {
  switch (order.state) {
    case 'submitting':
      return 'being sent';
    case 'unknown':
      return order.blocked ? 'UNKNOWN, look at the exchange' : 'UNKNOWN';
    case 'open':
      if (order.moving) return 'being moved';
      return isWaiting(order) ? 'waiting for its stop' : 'open';
    case 'cancelling':
      return order.moving ? 'being moved' : 'being cancelled';
    case 'closed':
      return endText(order);
  }
}

/** A stop that has traded something has come alive. */
function isWaiting({ owner, terms, filledBase }: Order): boolean {
  return owner === 'ours' && stopText(terms) !== '' && /^0(\.0*)?$/.test(filledBase);
}

function endText({ ended, replacedBy }: Order): string {
  switch (ended) {
    case null:
      return 'ended';
    case 'cancelled':
      // Cancelled at the exchange, by this desk, to stand there again as another.
      return replacedBy === null ? ended : `moved, now ${plain(replacedBy)}`;
    case 'filled':
    case 'expired':
      return ended;
    case 'rejected':
      return 'refused';
    case 'never-placed':
      return 'never placed';
    case 'exchange':
      return 'ended by the exchange';
  }
}

/** Why it ended, where that says more than the state does: the exchange's own word for a usual end is only its name. */
export function detailText({ ended, detail }: Order): string {
  if (ended === 'cancelled') return /^CANCELED\b/.test(detail) ? '' : detail;
  return ended === 'filled' || ended === 'expired' ? '' : detail;
}

/** Nothing more is to be expected by itself within the moment: it rests, or it has ended. */
export function isKnown({ state, terms }: Order): boolean {
  switch (state) {
    case 'closed':
      return true;
    case 'open':
      return terms === null || !takesAtOnce(terms);
    case 'submitting':
    case 'unknown':
    case 'cancelling':
      return false;
  }
}

function takesAtOnce(terms: OrderTerms): boolean {
  return terms.kind === 'market' || (terms.kind === 'limit' && terms.ioc);
}

/** `Buy 0.5 BTC at 43 000`, without a full stop. */
export function whatText(
  market: string,
  { side, terms, quantity }: Pick<Order, 'side' | 'terms' | 'quantity'>,
): string {
  const [base = '', quote = ''] = market.split('_');
  const act = side === 'buy' ? 'Buy' : 'Sell';
  const amount = quantityText(quantity.amount);
  const much = quantity.unit === 'base' ? `${amount} ${base}` : `${base} for ${amount} ${quote}`;
  const [price, stop] = [priceText(terms), stopText(terms)];
  const at = price === '' ? ' at the market price' : ` at ${price}`;
  return `${act} ${much}${at}${stop === '' ? '' : ` once the last price reaches ${stop}`}`;
}

/** What is known of it now, and truly: a sentence or two. */
export function truthText(order: Order): string {
  const filled = filledText(order);
  const said = detailText(order);
  const why = said === '' ? '' : ` ${sentence(said)}`;
  switch (order.state) {
    case 'open':
      return `${isWaiting(order) ? 'Waits at the exchange for its stop.' : 'Open at the exchange.'}${filled === '' ? '' : ` ${filled}`}${why}`;
    case 'submitting':
    case 'unknown':
    case 'cancelling':
      return `Not known yet: ${sentence(order.doing.text || 'No answer came so far.')} \`gapless orders\` shows it.${filled === '' ? '' : ` ${filled}`}`;
    case 'closed':
      return `${closedText(order)}${filled === '' ? '' : ` ${filled}`}${why}`;
  }
}

function closedText(order: Order): string {
  switch (order.ended) {
    case 'filled':
      return 'Filled whole.';
    case 'cancelled':
      if (order.replacedBy !== null) return `Moved; order ${plain(order.replacedBy)} stands in its place.`;
      return order.filledBase === '0' ? 'Cancelled; nothing traded.' : 'Cancelled; it traded in part.';
    case 'expired':
      return order.filledBase === '0' ? 'Given up; nothing traded.' : 'Given up; it traded in part.';
    case 'rejected':
      return 'Refused by the exchange.';
    case 'never-placed':
      return 'It never stood at the exchange.';
    case 'exchange':
      return 'Ended by the exchange.';
    case null:
      return 'Ended.';
  }
}

export function filledText({ market, filledBase, filledQuote, averagePrice, fees, feesPending }: Order): string {
  if (averagePrice === null) return '';
  const [base = '', quote = ''] = market.split('_');
  const paid = fees.map(({ asset, amount }) => `${quantityText(amount)} ${plain(asset)}`);
  const lacking = feesPending > 0 ? ['some not told yet'] : [];
  const fee = [...paid, ...lacking].join(', ') || 'none';
  return `Traded ${quantityText(filledBase)} ${base} for ${quantityText(filledQuote)} ${quote}, fee ${fee}.`;
}

/** Refused, or proven not to be there: what was asked for did not happen. */
export function hasFailed({ ended }: Order): boolean {
  return ended === 'rejected' || ended === 'never-placed';
}

/** The command that places this draft. */
export function commandOf(
  market: string,
  { side, terms, quantity }: OrderDraft,
  connection: string | undefined,
): string {
  const flags = [
    'price' in terms ? `--price ${terms.price}` : '',
    'activation' in terms ? `--stop ${terms.activation}` : '',
    quantity.unit === 'quote' ? '--quote' : '',
    terms.kind === 'limit' && terms.postOnly ? '--post-only' : '',
    terms.kind === 'limit' && terms.ioc ? '--ioc' : '',
    connection === undefined ? '' : `--connection ${quoted(connection)}`,
  ];
  return ['gapless order', side, market, quantity.amount, ...flags].filter((part) => part !== '').join(' ');
}

function quoted(text: string): string {
  return /^[\w-]+$/.test(text) ? text : `'${plain(text).replaceAll("'", "'\\''")}'`;
}

function sentence(text: string): string {
  const said = plain(text).replace(/^\p{L}/u, (letter) => letter.toUpperCase());
  return /[.!?]$/.test(said) ? said : `${said}.`;
}
