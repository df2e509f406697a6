/** Orders that are over: why they ended, what they came to. A row opens its fills. */

import { type KeyboardEvent, lazy, Suspense, useMemo, useState } from 'react';
import type { Order } from '../../../src/contract/trading.ts';
import { formatQuantity } from '../../format/number.ts';
import { Aligned, widestFraction } from '../../parts/amount.tsx';
import { priceShown } from '../chart/order-line.ts';
import { orderId } from '../data/stores.ts';
import { Foot } from './foot.tsx';
import { type Column, Grid, type Shape } from './grid.tsx';
import { cardPx, ROW_PX } from './open-orders.tsx';
import {
  activationColumns,
  amountColumn,
  filledColumn,
  orderLinedUp,
  priceColumn,
  sideColumn,
  timeColumn,
  whereColumns,
} from './order-columns.tsx';
import { type Paged, useReadOn } from './pages.ts';
import type { Names } from './use-names.ts';
import { endDetail, endWords } from './words.ts';

const OrderFills = lazy(() => import('./order-fills.tsx').then((m) => ({ default: m.OrderFills })));

function averageColumn(rows: readonly Order[], names: Names): Column<Order> {
  const shown = (order: Order, price: string): string =>
    priceShown(price, names.tickOf(order.connection, order.market));
  const places = widestFraction(
    rows.flatMap((order) => (order.averagePrice === null ? [] : [shown(order, order.averagePrice)])),
  );
  return {
    id: 'average',
    head: 'Average',
    align: 'right',
    px: 70 + Math.max(0, Math.min(places, 10) - 2) * 7,
    grow: 0.2,
    by: ({ averagePrice }) => averagePrice,
    cell: (order) =>
      order.averagePrice === null ? null : (
        <Aligned shown={shown(order, order.averagePrice)} exact={order.averagePrice} places={Math.min(places, 10)} />
      ),
  };
}

const feesColumn: Column<Order> = {
  id: 'fees',
  head: 'Fees',
  align: 'right',
  px: 110,
  grow: 0.4,
  drop: 2,
  cell: ({ fees, feesPending, filledBase }) => {
    const told = fees.map(({ asset, amount }) => `${formatQuantity(amount)} ${asset}`).join(', ');
    const exact = fees.map(({ asset, amount }) => `${amount} ${asset}`).join(', ');
    if (feesPending > 0)
      return (
        <span className="cell-clip dim" title={`${exact} so far; the exchange has not told all of it`}>
          {told === '' ? 'pending' : `${told} + pending`}
        </span>
      );
    return told === '' ? (
      <span className="dim">{/^0(\.0*)?$/.test(filledBase) ? '' : 'none'}</span>
    ) : (
      <span className="num cell-clip" title={exact}>
        {told}
      </span>
    );
  },
};

const endColumn: Column<Order> = {
  id: 'state',
  head: 'Outcome',
  px: 112,
  grow: 1,
  by: ({ ended }) => ended,
  cell: (order) => {
    const { word, tone } = endWords(order);
    const detail = endDetail(order);
    return (
      <span className="cell-state cell-clip" data-tone={tone} title={detail === '' ? word : `${word}: ${detail}`}>
        {word}
        {order.owner === 'external' ? <span className="dim">, placed elsewhere</span> : null}
        {detail === '' ? null : <span className="dim">: {detail}</span>}
      </span>
    );
  },
};

type Props = {
  readonly paged: Paged<Order>;
  readonly rows: readonly Order[];
  readonly names: Names;
  readonly touch: boolean;
};

export function History({ paged, rows, names, touch }: Props) {
  const [opened, setOpened] = useState<Order | null>(null);
  const readOn = useReadOn(paged, rows.length);
  const columns = useMemo((): readonly Column<Order>[] => {
    const lined = orderLinedUp(rows, names, touch);
    return [
      timeColumn('updatedAtMs'),
      ...whereColumns(names),
      sideColumn,
      priceColumn(rows, names, lined),
      ...activationColumns(rows, names, touch, lined),
      averageColumn(rows, names),
      amountColumn(rows, lined),
      { ...filledColumn, drop: 1 },
      feesColumn,
      endColumn,
    ];
  }, [rows, names, touch]);
  const shape = useMemo(
    (): Shape<Order> => ({
      id: orderId,
      heightPx: (order) => (touch ? cardPx(order) : ROW_PX),
      pressed: (event: KeyboardEvent, order) => {
        if (event.key !== 'Enter') return false;
        setOpened(order);
        return true;
      },
    }),
    [touch],
  );
  const click = (target: EventTarget): void => {
    if (!(target instanceof Element) || target.closest('button') !== null) return;
    const id = target.closest<HTMLElement>('[data-row]')?.dataset['row'];
    setOpened(rows.find((order) => orderId(order) === id) ?? null);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter on a row does the same
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a row does the same
    <div className="tables-history" onClick={(event) => click(event.target)}>
      <Grid
        label="Order history"
        columns={columns}
        rows={rows}
        shape={shape}
        given="time"
        onEnd={readOn.onEnd}
        foot={<Foot paged={paged} {...readOn} found={rows.length} what="older orders" />}
      />
      <Suspense fallback={null}>
        {opened === null ? null : (
          <OrderFills order={opened} label={names.labelOf(opened.connection)} onClose={() => setOpened(null)} />
        )}
      </Suspense>
    </div>
  );
}
