/** Columns that open and past orders have in common. */

import type { Order } from '../../../src/contract/trading.ts';
import { formatQuantity } from '../../format/number.ts';
import { Aligned, Unknown, widestFraction } from '../../parts/amount.tsx';
import { priceShown } from '../chart/order-line.ts';
import { MarketName, Side, Time } from './cells.tsx';
import { activationOf, boundOf, filledPercent, filledWords, priceOf } from './figures.ts';
import type { Column } from './grid.tsx';
import { type LinedUp, linedUp } from './lined-up.ts';
import type { Names } from './use-names.ts';
import { kindWords, pairOf } from './words.ts';

export const timeColumn = (by: 'createdAtMs' | 'updatedAtMs'): Column<Order> => ({
  id: 'time',
  // The past stands in the order of its ends.
  head: by === 'updatedAtMs' ? 'Ended' : 'Time',
  px: 62,
  by: (order) => String(order[by]),
  cell: (order) => <Time atMs={order[by]} />,
});

export function whereColumns(names: Names): readonly Column<Order>[] {
  const market: Column<Order> = {
    id: 'market',
    head: 'Market',
    px: 84,
    grow: 0.3,
    by: ({ market: symbol }) => symbol,
    cell: ({ market: symbol, connection }) => (
      <MarketName market={symbol} connection={connection} venue={names.venueOf(connection)} />
    ),
  };
  if (names.connections.length < 2) return [market];
  return [
    market,
    {
      id: 'connection',
      head: 'Connection',
      px: 84,
      grow: 0.4,
      drop: 3,
      by: ({ connection }) => names.labelOf(connection),
      cell: ({ connection }) => (
        <span className="cell-clip dim" title={names.labelOf(connection)}>
          {names.labelOf(connection)}
        </span>
      ),
    },
  ];
}

export const sideColumn: Column<Order> = {
  id: 'side',
  head: 'Order',
  px: 108,
  grow: 0.3,
  by: (order) => `${order.side} ${kindWords(order)}`,
  cell: (order) => (
    <Side side={order.side}>
      <span title={kindWords(order)}>{kindWords(order)}</span>
    </Side>
  ),
};

const ACTIVATES_AT = 'Activates at';

const shownPrice = (order: Order, names: Names, price: string): string =>
  priceShown(price, names.tickOf(order.connection, order.market));

const priceOrBound = (order: Order): string | null => priceOf(order) ?? boundOf(order);

const pricesShown = (
  rows: readonly Order[],
  names: Names,
  of: (order: Order) => string | null = priceOrBound,
): readonly string[] =>
  rows.flatMap((order) => {
    const price = of(order);
    return price === null ? [] : [shownPrice(order, names, price)];
  });

/** Null on a wide screen, where price and amount are columns of their own. */
export function orderLinedUp(rows: readonly Order[], names: Names, touch: boolean): LinedUp | null {
  if (!touch) return null;
  const amounts = rows.map(({ quantity }) => formatQuantity(quantity.amount));
  return linedUp(
    [...pricesShown(rows, names), ...pricesShown(rows, names, activationOf), ...amounts],
    rows.flatMap(({ market }) => pairOf(market)),
  );
}

/** The limit price; where the market chooses, the bound that custody set, or a word. */
export function priceColumn(rows: readonly Order[], names: Names, lined: LinedUp | null = null): Column<Order> {
  const places = lined?.places ?? widestFraction(pricesShown(rows, names));
  return {
    id: 'price',
    head: 'Price',
    align: 'right',
    px: 78 + Math.max(0, places - 2) * 7,
    grow: 0.2,
    by: priceOrBound,
    cell: (order) => {
      const price = priceOrBound(order);
      if (price === null)
        return order.terms === null ? (
          <Unknown reason="Of a kind this desk has no words for" />
        ) : (
          <span className="dim">market</span>
        );
      const shown = shownPrice(order, names, price);
      return (
        <>
          {boundOf(order) === null ? null : <Bound order={order} at={shown} />}
          <Aligned
            shown={shown}
            exact={price}
            places={places}
            {...(lined === null ? {} : { asset: pairOf(order.market)[1], assetChars: lined.assetChars })}
          />
        </>
      );
    },
  };
}

function Bound({ order, at }: { readonly order: Order; readonly at: string }) {
  const isSell = order.side === 'sell';
  return (
    <span
      className="cell-bound dim"
      title={`At the market, ${isSell ? 'at least' : 'at most'} ${at}: it left as a stop limit order`}
    >
      <span className="sr">market, {isSell ? 'at least' : 'at most'} </span>
      <span aria-hidden="true">{isSell ? '≥' : '≤'} </span>
    </span>
  );
}

/** Only where some order waits for a price. On a card it has a line of its own, and its head stands there. */
export function activationColumns(
  rows: readonly Order[],
  names: Names,
  touch: boolean,
  lined: LinedUp | null,
): readonly Column<Order>[] {
  const shown = pricesShown(rows, names, activationOf);
  if (shown.length === 0) return [];
  const places = lined?.places ?? widestFraction(shown);
  return [
    {
      id: 'activation',
      head: ACTIVATES_AT,
      align: 'right',
      px: 78 + Math.max(0, places - 2) * 7,
      grow: 0.2,
      by: activationOf,
      cell: (order) => {
        const activation = activationOf(order);
        if (activation === null) return null;
        return (
          <>
            {touch ? <span className="dim">{ACTIVATES_AT} </span> : null}
            <Aligned
              shown={shownPrice(order, names, activation)}
              exact={activation}
              places={places}
              {...(lined === null ? {} : { asset: pairOf(order.market)[1], assetChars: lined.assetChars })}
            />
          </>
        );
      },
    },
  ];
}

const unitOf = ({ quantity, market }: Order): string => pairOf(market)[quantity.unit === 'base' ? 0 : 1];

export function amountColumn(rows: readonly Order[], lined: LinedUp | null = null): Column<Order> {
  const places = lined?.places ?? widestFraction(rows.map(({ quantity }) => formatQuantity(quantity.amount)));
  const chars = lined?.assetChars ?? rows.reduce((widest, order) => Math.max(widest, unitOf(order).length), 0);
  return {
    id: 'amount',
    head: 'Amount',
    align: 'right',
    px: 56 + places * 7 + chars * 8,
    grow: 0.4,
    by: ({ quantity }) => quantity.amount,
    cell: (order) => (
      <Aligned
        shown={formatQuantity(order.quantity.amount)}
        exact={order.quantity.amount}
        places={places}
        asset={unitOf(order)}
        assetChars={chars}
      />
    ),
  };
}

export const filledColumn: Column<Order> = {
  id: 'filled',
  head: 'Filled',
  align: 'right',
  // The bar takes what there is beside the digits.
  px: 62,
  grow: 0.2,
  by: (order) => String(filledPercent(order)),
  cell: (order) => (
    <span
      className="cell-filled"
      title={`${order.filledBase} ${pairOf(order.market)[0]} for ${order.filledQuote} ${pairOf(order.market)[1]}`}
    >
      <span className="filled-bar" aria-hidden="true">
        <span style={{ width: `${filledPercent(order)}%` }} />
      </span>
      <span className="num">
        {filledWords(order)}
        {'\u202f'}%
      </span>
    </span>
  ),
};
