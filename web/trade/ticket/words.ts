/** The ticket's words: buttons, reasons, what became of an order. Pure, so that each can be held to its case. */

import type { Confirmation, Market, Order, OrderDraft, TradingAccount } from '../../../src/contract/trading.ts';
import { group } from '../../format/number.ts';
import { exactTime } from '../../format/time.ts';
import { type Custody, sentence } from '../connection/condition.ts';
import type { Field, Kind, Side } from './form.ts';

export const SIDE_WORDS: Readonly<Record<Side, string>> = { buy: 'Buy', sell: 'Sell' };
export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  limit: 'Limit',
  market: 'Market',
  'stop-limit': 'Stop limit',
  'stop-market': 'Stop market',
};
export const FIELD_WORDS: Readonly<Record<Field, string>> = {
  price: 'Price',
  activation: 'Activates at',
  amount: 'Amount',
};
export const MISSING_WORDS: Readonly<Record<Field, string>> = {
  price: 'Enter a price.',
  activation: 'Enter the price that activates it.',
  amount: 'Enter an amount.',
};

export function confirmationWords(confirmation: Confirmation, quote: string): string {
  switch (confirmation) {
    case 'far-from-market':
      return 'I know that this price is far from the market.';
    case 'price-unknown':
      return 'I know that the market’s price is not known now.';
    case 'without-stream':
      return 'I know that fills are not streaming now.';
    case 'activation-passed':
      return 'I know that the market has passed this activation price.';
    case 'no-limit-for-asset':
      return `I know that no largest order is set for ${quote}.`;
  }
}

export type Gate = {
  readonly cause: string;
  readonly cure: string;
  /** Whether something is wrong, or one only has to wait or choose. */
  readonly tone: 'amber' | 'red' | 'none';
  /** The one thing a person can do about it from here. */
  readonly go: 'connect' | 'choose-markets' | 'replace-key' | 'resume' | 'unlock' | 'limits' | 'none';
};

/** Why nothing can be sent from here, whatever is typed; null where something can. */
export function gateOf(
  account: TradingAccount | null,
  market: Market | undefined,
  symbol: string,
  custody?: Custody,
): Gate | null {
  if (account === null)
    return {
      cause: 'No exchange that trades is chosen.',
      cure: 'Connect one with a key that may trade, or choose it above.',
      ...{ tone: 'none', go: 'connect' },
    };
  const said = { cause: account.cause, cure: account.cure };
  switch (account.state) {
    case 'halted':
      return { ...said, cause: sentence(said.cause), tone: 'red', go: 'resume' };
    case 'watch-only':
      return { ...said, tone: 'none', go: 'replace-key' };
    case 'no-markets':
      return { ...said, tone: 'none', go: 'choose-markets' };
    case 'starting':
      return { ...said, tone: 'none', go: 'none' };
    case 'trouble':
      // Nothing can be signed, whatever is known of the account.
      if (custody === 'locked') return { ...said, tone: 'amber', go: 'unlock' };
      // Compared with the exchange, it can trade, and the desk says order by order what has to be confirmed.
      if (account.reconciledAtMs === null) return { ...said, tone: 'amber', go: 'none' };
      break;
    case 'ready':
      break;
  }
  if (market?.status === 'halted')
    return {
      cause: `${market.venueName} has stopped trading in ${names(symbol)}.`,
      cure: 'Orders can be placed once it trades again.',
      ...{ tone: 'amber', go: 'none' },
    };
  if (!account.markets.includes(symbol))
    return {
      cause: `This key may not trade ${names(symbol)}.`,
      cure: 'Add the market to what it may be used for.',
      ...{ tone: 'none', go: 'limits' },
    };
  return null;
}

const names = (symbol: string): string => symbol.replaceAll('_', '/');

/** `Buy 0.10000 BTC at 43 210.00 USDT`. */
export function orderWords(
  order: { side: Side; terms: OrderDraft['terms'] | null; quantity: OrderDraft['quantity'] },
  market: string,
): string {
  const [base = '', quote = ''] = market.split('_');
  const { side, terms, quantity } = order;
  const amount = `${group(quantity.amount)} ${quantity.unit === 'base' ? base : quote}`;
  const what =
    quantity.unit === 'quote' ? `${SIDE_WORDS[side]} ${base} for ${amount}` : `${SIDE_WORDS[side]} ${amount}`;
  const price = (text: string): string => `${group(text)} ${quote}`;
  switch (terms?.kind) {
    case 'limit':
      return `${what} at ${price(terms.price)}`;
    case 'stop-limit':
      return `${what} at ${price(terms.price)} once ${price(terms.activation)} is traded`;
    case 'stop-market':
      return `${what} at the market once ${price(terms.activation)} is traded`;
    case 'market':
      return `${what} at the market`;
    case undefined:
      return what;
  }
}

export type Outcome = {
  readonly head: string;
  readonly text: string;
  readonly tone: 'plain' | 'amber' | 'red';
  /** Something still goes on. */
  readonly busy: boolean;
};

/** What is known of an order that was just placed, as it is now. */
export function outcomeOf(order: Order): Outcome {
  const [base = '', quote = ''] = order.market.split('_');
  const doing = order.doing.text;
  const filled = `${group(order.filledBase)} ${base}`;
  const average = order.averagePrice === null ? '' : ` at ${group(order.averagePrice)} ${quote} on average`;
  const partly = /[1-9]/.test(order.filledBase) ? `${filled} filled${average}.` : '';
  const words = { tone: 'plain', busy: false } as const;
  switch (order.state) {
    case 'submitting':
      return { ...words, head: 'Sending', text: doing, busy: true };
    case 'unknown':
      return { head: 'Not known yet whether it was placed', text: doing, tone: 'amber', busy: !order.blocked };
    case 'open':
      return { ...words, head: 'Order placed', text: partly || doing };
    case 'cancelling':
      return { ...words, head: 'Being cancelled', text: partly || doing, busy: true };
    case 'closed':
      return {
        ...ended(order, `${order.side === 'buy' ? 'Bought' : 'Sold'} ${filled}${average}.`, partly),
        busy: false,
      };
  }
}

/** The same ask was sent before and its answer got lost: what is told is that order, and none was placed now. */
export const earlierWords = (createdAtMs: number): string =>
  `This is the order of ${exactTime(createdAtMs)}, which had no answer. Nothing new was placed.`;

/** A remark as a sentence of its own; a status word of the exchange stays as the exchange writes it. */
const detailWords = ({ detail }: Order): string =>
  detail.includes(' ') ? sentence(`${detail[0]?.toUpperCase()}${detail.slice(1)}`) : detail;

/** The exchange's own word for it says nothing more. */
const whyCancelled = (order: Order): string =>
  order.detail === '' || /^CANCELED\b/.test(order.detail) ? '' : `${sentence(detailWords(order))} `;

/** Where nothing forbade it, and it only came too late or got lost. */
const LOST = /^(the deadline has passed|not at the exchange, and can no longer arrive)$/i;

function neverPlaced(order: Order): string {
  const nothing = 'Nothing was bought or sold.';
  if (LOST.test(order.detail)) return `${sentence(detailWords(order))} ${nothing} Place it anew if you still want it.`;
  return detailWords(order) || nothing;
}

function ended(order: Order, filled: string, partly: string): Omit<Outcome, 'busy'> {
  const text = [detailWords(order), partly].filter((part) => part !== '').join(' ');
  switch (order.ended) {
    case 'filled':
      return { head: 'Filled', text: filled, tone: 'plain' };
    case 'cancelled':
      if (order.replacedBy !== null)
        return { head: 'Moved', text: partly || 'Another order stands in its place.', tone: 'plain' };
      return { head: 'Cancelled', text: `${whyCancelled(order)}${partly || 'Nothing was traded.'}`, tone: 'plain' };
    case 'expired':
      return { head: 'Expired', text, tone: 'plain' };
    case 'rejected':
      return { head: 'Refused by the exchange', text, tone: 'red' };
    case 'never-placed':
      return { head: 'It never reached the exchange', text: neverPlaced(order), tone: 'red' };
    case 'exchange':
    case null:
      return { head: 'Ended by the exchange', text, tone: 'amber' };
  }
}
