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
import { CARD_PX, ROW_PX } from './open-orders.tsx';
import { type Paged, useReadOn } from './pages.ts';
import type { Names } from './use-names.ts';
import { pairOf } from './words.ts';

function columnsOf(rows: readonly Fill[], names: Names): readonly Column<Fill>[] {
  const price = (fill: Fill): string => priceShown(fill.price, names.tickOf(fill.connection, fill.market));
  const value = (fill: Fill): string => formatValue(fill.value, pairOf(fill.market)[1]);
  const prices = widestFraction(rows.map(price));
  const amounts = widestFraction(rows.map(({ quantity }) => formatQuantity(quantity)));
  const values = widestFraction(rows.map(value));
  const fees = widestFraction(rows.flatMap(({ fee }) => (fee === null ? [] : [formatQuantity(fee.amount)])));
  const chars = rows.reduce((widest, { market }) => Math.max(widest, pairOf(market)[0].length), 0);
  return [
    {
      id: 'time',
      head: 'Time',
      width: '86px',
      by: ({ atMs }) => String(atMs),
      cell: ({ atMs }) => <Time atMs={atMs} />,
    },
    {
      id: 'market',
      head: 'Market',
      width: '96px',
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
            width: 'minmax(84px, 0.5fr)',
            by: ({ connection }: Fill) => names.labelOf(connection),
            cell: ({ connection }: Fill) => <span className="cell-clip dim">{names.labelOf(connection)}</span>,
          },
        ]),
    {
      id: 'side',
      head: 'Side',
      width: 'minmax(56px, 0.4fr)',
      by: ({ side }) => side,
      cell: ({ side, owner }) => <Side side={side} external={owner === 'external'} />,
    },
    {
      id: 'price',
      head: 'Price',
      align: 'right',
      width: '96px',
      by: (fill) => fill.price,
      cell: (fill) => <Aligned shown={price(fill)} exact={fill.price} places={prices} />,
    },
    {
      id: 'amount',
      head: 'Amount',
      align: 'right',
      width: 'minmax(118px, 0.5fr)',
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
      head: 'Value',
      align: 'right',
      width: 'minmax(112px, 0.5fr)',
      by: (fill) => fill.value,
      cell: (fill) => (
        <Aligned shown={value(fill)} exact={fill.value} places={values} asset={pairOf(fill.market)[1]} assetChars={4} />
      ),
    },
    {
      id: 'fees',
      head: 'Fee',
      align: 'right',
      width: 'minmax(124px, 0.5fr)',
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
      width: '64px',
      by: ({ role }) => role,
      cell: ({ role }) =>
        role === null ? (
          <Unknown reason="The exchange did not say" />
        ) : (
          <span title={role === 'maker' ? 'It rested in the book' : 'It took from the book'}>
            {role === 'maker' ? 'Maker' : 'Taker'}
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
  const columns = useMemo(() => columnsOf(rows, names), [rows, names]);
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
