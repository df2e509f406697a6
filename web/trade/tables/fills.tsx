/** Own trades, newest first. A fee that nobody has told yet is said to be pending, never shown as nothing. */

import { useMemo } from 'react';
import type { Fill } from '../../../src/contract/trading.ts';
import { formatQuantity, formatValue } from '../../format/number.ts';
import { Aligned, Unknown, widestFraction } from '../../parts/amount.tsx';
import { priceShown } from '../chart/order-line.ts';
import { orderId } from '../data/stores.ts';
import { MarketName, Side, Time } from './cells.tsx';
import { Foot } from './foot.tsx';
import { type Column, Grid, type Shape } from './grid.tsx';
import { linedUp } from './lined-up.ts';
import { CARD_PX, ROW_PX } from './open-orders.tsx';
import { type Paged, useReadOn } from './pages.ts';
import type { Names } from './use-names.ts';
import { onlyQuote, pairOf, TAKEN_BACK } from './words.ts';

function columnsOf(rows: readonly Fill[], names: Names, touch: boolean): readonly Column<Fill>[] {
  const price = (fill: Fill): string => priceShown(fill.price, names.tickOf(fill.connection, fill.market));
  const value = (fill: Fill): string => formatValue(fill.value, pairOf(fill.market)[1]);
  const one = onlyQuote(rows);
  const amount = ({ quantity }: Fill): string => formatQuantity(quantity);
  const lined = touch
    ? linedUp(
        [...rows.map(price), ...rows.map(amount)],
        rows.flatMap(({ market }) => pairOf(market)),
      )
    : null;
  const prices = lined?.places ?? widestFraction(rows.map(price));
  const amounts = lined?.places ?? widestFraction(rows.map(amount));
  const values = widestFraction(rows.map(value));
  const fees = widestFraction(rows.flatMap(({ fee }) => (fee === null ? [] : [formatQuantity(fee.amount)])));
  const chars = lined?.assetChars ?? rows.reduce((widest, { market }) => Math.max(widest, pairOf(market)[0].length), 0);
  return [
    {
      id: 'time',
      head: 'Time',
      px: 62,
      by: ({ atMs }) => String(atMs),
      cell: ({ atMs }) => <Time atMs={atMs} />,
    },
    {
      id: 'market',
      head: 'Market',
      px: 88,
      grow: 0.3,
      by: ({ market }) => market,
      cell: ({ market, connection }) => (
        <MarketName market={market} connection={connection} venue={names.venueOf(connection)} />
      ),
    },
    ...(names.connections.length < 2
      ? []
      : [
          {
            id: 'connection',
            head: 'Connection',
            px: 84,
            grow: 0.4,
            drop: 3,
            by: ({ connection }: Fill) => names.labelOf(connection),
            cell: ({ connection }: Fill) => <span className="cell-clip dim">{names.labelOf(connection)}</span>,
          },
        ]),
    {
      id: 'side',
      head: 'Side',
      px: 44,
      grow: 0.2,
      by: ({ side }) => side,
      cell: ({ side }) => <Side side={side} />,
    },
    {
      id: 'price',
      head: 'Price',
      align: 'right',
      px: 70 + Math.max(0, prices - 2) * 7,
      grow: 0.3,
      by: (fill) => fill.price,
      cell: (fill) => (
        <Aligned
          shown={price(fill)}
          exact={fill.price}
          places={prices}
          {...(lined === null ? {} : { asset: pairOf(fill.market)[1], assetChars: chars })}
        />
      ),
    },
    {
      id: 'amount',
      head: 'Amount',
      align: 'right',
      px: 50 + amounts * 7 + chars * 8,
      grow: 0.4,
      by: ({ quantity }) => quantity,
      cell: ({ quantity, market }) => (
        <Aligned
          shown={formatQuantity(quantity)}
          exact={quantity}
          places={amounts}
          asset={pairOf(market)[0]}
          assetChars={chars}
        />
      ),
    },
    {
      id: 'value',
      head: one === null ? 'Value' : `Value, ${one}`,
      align: 'right',
      px: (one === null ? 100 : 66) + values * 7,
      grow: 0.4,
      by: (fill) => fill.value,
      cell: (fill) => (
        <Aligned
          shown={value(fill)}
          exact={fill.value}
          places={values}
          {...(one === null ? { asset: pairOf(fill.market)[1], assetChars: 4 } : {})}
        />
      ),
    },
    {
      id: 'fees',
      head: 'Fee',
      align: 'right',
      px: 60 + fees * 7,
      grow: 0.4,
      by: ({ fee }) => fee?.amount ?? null,
      cell: ({ fee }) =>
        fee === null ? (
          <span className="dim" title="The exchange has not told it yet">
            pending
          </span>
        ) : (
          <Aligned
            shown={formatQuantity(fee.amount)}
            exact={fee.amount}
            places={fees}
            asset={fee.asset}
            assetChars={4}
          />
        ),
    },
    {
      id: 'state',
      head: 'Role',
      // `Maker, elsewhere` in full.
      px: rows.some(({ owner }) => owner === 'external') ? 112 : 72,
      grow: 0.4,
      by: ({ role, reversed }) => (reversed ? 'taken back' : role),
      cell: ({ role, owner, reversed }) =>
        reversed ? (
          <span title={TAKEN_BACK}>Taken back</span>
        ) : role === null ? (
          <Unknown reason="The exchange did not say" />
        ) : (
          <span title={role === 'maker' ? 'It rested in the book' : 'It took from the book'}>
            {role === 'maker' ? 'Maker' : 'Taker'}
            {owner === 'external' ? <span className="dim">, elsewhere</span> : null}
          </span>
        ),
    },
  ];
}

type Props = {
  readonly paged: Paged<Fill>;
  readonly rows: readonly Fill[];
  readonly names: Names;
  readonly touch: boolean;
};

export function Fills({ paged, rows, names, touch }: Props) {
  const readOn = useReadOn(paged, rows.length);
  const columns = useMemo(() => columnsOf(rows, names, touch), [rows, names, touch]);
  const shape = useMemo((): Shape<Fill> => ({ id: orderId, heightPx: () => (touch ? CARD_PX : ROW_PX) }), [touch]);
  return (
    <Grid
      label="Trades"
      columns={columns}
      rows={rows}
      shape={shape}
      given="time"
      onEnd={readOn.onEnd}
      foot={<Foot paged={paged} {...readOn} found={rows.length} what="older trades" />}
    />
  );
}
