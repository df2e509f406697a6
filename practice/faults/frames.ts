import type { OutgoingFrame } from '../stream/delivery.ts';

/** Looks into frames of the stream and makes others of them. */

type Message = OutgoingFrame['message'];

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

export function paramsOf({ params }: Message): readonly unknown[] {
  return listOf(params);
}

export function withParams(message: Message, params: readonly unknown[]): Message {
  return { ...message, params };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Null where the frame is of no market, or of several. */
export function marketOf({ channel, message }: OutgoingFrame): string | null {
  const params = paramsOf(message);
  switch (channel) {
    case 'lastprice':
    case 'market':
    case 'marketToday':
    case 'trades':
      return textOrNull(params[0]);
    case 'depth':
    case 'deals':
      return textOrNull(params[2]);
    case 'candles':
      return textOrNull(listOf(params[0])[7]);
    case 'bookTicker':
      return textOrNull(listOf(params[0])[2]);
    case 'ordersPending':
      return textOrNull(fieldsOf(params[1]).market);
    case 'ordersExecuted':
      return textOrNull(fieldsOf(params[0]).market);
    default:
      return null;
  }
}

/** One book update: `whole` replaces the book. */
export type DepthFrame = {
  readonly whole: boolean;
  readonly data: Readonly<Record<string, unknown>>;
  readonly market: string;
};

export function depthOf(message: Message): DepthFrame {
  const [whole, data, market] = paramsOf(message);
  return { whole: whole === true, data: fieldsOf(data), market: String(market) };
}

export function withDepth(message: Message, { whole, data, market }: DepthFrame): Message {
  return withParams(message, [whole, data, market]);
}

/** Where the deals channel has what, in its tuple. */
export const DEAL = { id: 0, time: 1, market: 2, order: 3, price: 4, amount: 5, fee: 6, feeAsset: 10 } as const;

export function withDeal(message: Message, changes: Readonly<Record<number, unknown>>): Message {
  return withParams(
    message,
    paramsOf(message).map((value, index) => (index in changes ? changes[index] : value)),
  );
}
