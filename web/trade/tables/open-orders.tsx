/** Orders that are not over. Every change of the live line is here with the next frame. */

import {
  type KeyboardEvent,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Order } from '../../../src/contract/trading.ts';
import { formatValue } from '../../format/number.ts';
import { Aligned, Unknown, widestFraction } from '../../parts/amount.tsx';
import { Icon } from '../../parts/icons.tsx';
import { pointAt } from '../data/pointed-order.ts';
import { orderId } from '../data/stores.ts';
import { startOf } from './edit.ts';
import { EditOrder, isEditable } from './edit-order.tsx';
import { activationOf, worthOf } from './figures.ts';
import { type Column, Grid, type Shape } from './grid.tsx';
import { type Held, holdRows } from './hold.ts';
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
import { Doubt, State } from './order-state.tsx';
import { useCancel } from './use-cancel.ts';
import type { Names } from './use-names.ts';
import { doubtOf, onlyQuote, pairOf } from './words.ts';

const DeclareAbsent = lazy(() => import('./absent.tsx').then((m) => ({ default: m.DeclareAbsent })));
const CancelExternal = lazy(() => import('./cancel.tsx').then((m) => ({ default: m.CancelExternal })));

export const ROW_PX = 28;
export const CARD_PX = 62;
/** The price that a stop waits for stands under both lines of its card. */
const CARD_ACTIVATION_PX = 22;
const BELOW_PX = 26;
const BELOW_CARD_PX = 44;
const EDIT_PX = 34;
/** A refusal has a line of its own. */
const TROUBLE_PX = 24;
/** On a card each field has a line, and the buttons stand beside or under the last. */
const EDIT_CARD_LINE_PX = 42;
const EDIT_CARD_PAD_PX = 8;

export const cardPx = (order: Order): number => CARD_PX + (activationOf(order) === null ? 0 : CARD_ACTIVATION_PX);

function editCardPx(order: Order): number {
  const fields = Object.values(startOf(order)).filter((value) => value !== null).length;
  return EDIT_CARD_PAD_PX + EDIT_CARD_LINE_PX * Math.max(2, fields);
}

type Row = Held<Order>;
/** Which row, and the field that was pointed at. */
type Editing = {
  readonly id: string;
  readonly field: 'price' | 'activation' | 'amount' | null;
  readonly troubled?: true;
};
const EDITABLE = ['price', 'activation', 'amount', 'value'] as const;
const idOf = ({ row }: Row): string => orderId(row);

function valueColumn(orders: readonly Order[]): Column<Order> {
  const shown = (order: Order, value: string): string => formatValue(value, pairOf(order.market)[1]);
  const places = widestFraction(
    orders.flatMap((order) => {
      const value = worthOf(order);
      return value === null ? [] : [shown(order, value)];
    }),
  );
  const one = onlyQuote(orders);
  return {
    id: 'value',
    head: one === null ? 'Value' : `Value, ${one}`,
    align: 'right',
    px: 66 + places * 7,
    grow: 0.3,
    drop: 2,
    by: worthOf,
    cell: (order) => {
      const value = worthOf(order);
      if (value === null) return <Unknown reason="The market tells once it fills" />;
      return (
        <Aligned
          shown={shown(order, value)}
          exact={value}
          places={places}
          {...(one === null ? { asset: pairOf(order.market)[1], assetChars: 4 } : {})}
        />
      );
    },
  };
}

type Props = {
  readonly orders: readonly Order[];
  readonly names: Names;
  readonly touch: boolean;
  readonly empty: ReactNode;
};

export function OpenOrders({ orders, names, touch, empty }: Props) {
  const [isHolding, setHolding] = useState(false);
  const before = useRef<readonly Row[]>([]);
  const rows = useMemo(() => holdRows(before.current, orders, orderId, isHolding), [orders, isHolding]);
  useEffect(() => {
    before.current = rows;
  }, [rows]);
  const [editing, setEditing] = useState<Editing | null>(null);
  const [absent, setAbsent] = useState<Order | null>(null);
  const cancel = useCancel();
  const { armed } = cancel;

  const columns = useMemo((): readonly Column<Row>[] => {
    const lined = orderLinedUp(orders, names, touch);
    const ofOrder: readonly Column<Order>[] = [
      timeColumn('createdAtMs'),
      ...whereColumns(names),
      sideColumn,
      priceColumn(orders, names, lined),
      ...activationColumns(orders, names, touch, lined),
      amountColumn(orders, lined),
      { ...filledColumn, drop: 1 },
      valueColumn(orders),
    ];
    const lifted = ofOrder.map(
      ({ by, cell, ...column }): Column<Row> => ({
        ...column,
        ...(by === undefined ? {} : { by: ({ row }: Row) => by(row) }),
        cell: ({ row }) => cell(row),
      }),
    );
    return [
      ...lifted,
      {
        id: 'state',
        head: 'State',
        px: 84,
        grow: 0.5,
        by: ({ row }) => row.state,
        cell: ({ row, gone }) => <State order={row} gone={gone} />,
      },
      {
        id: 'acts',
        head: '',
        said: 'Actions',
        px: 54,
        cell: ({ row, gone }) =>
          gone ? null : <Acts order={row} isArmed={armed === orderId(row)} cancel={cancel.ask} edit={setEditing} />,
      },
    ];
  }, [orders, names, touch, armed, cancel.ask]);

  const shape = useMemo(
    (): Shape<Row> => ({
      id: idOf,
      isGone: ({ gone }) => gone,
      heightPx: ({ row, gone }) => {
        const plain = touch ? cardPx(row) : ROW_PX;
        const edit = !gone && editing?.id === orderId(row) ? (touch ? editCardPx(row) : EDIT_PX) : 0;
        const doubt = !gone && edit === 0 && doubtOf(row) !== null ? (touch ? BELOW_CARD_PX : BELOW_PX) : 0;
        return plain + edit + doubt + (edit > 0 && editing?.troubled === true ? TROUBLE_PX : 0);
      },
      below: ({ row, gone }) => {
        if (gone) return null;
        if (editing?.id === orderId(row))
          return (
            <EditOrder
              order={row}
              tick={names.tickOf(row.connection, row.market)}
              first={editing.field}
              onTrouble={() => setEditing({ ...editing, troubled: true })}
              onClose={() => setEditing(null)}
            />
          );
        return doubtOf(row) === null ? null : <Doubt order={row} onAbsent={setAbsent} />;
      },
      pressed: (event: KeyboardEvent, { row, gone }) => {
        if (gone) return false;
        if (event.key === 'Delete' || event.key === 'Backspace') cancel.armOrAsk(row);
        else if (event.key === 'Enter' && isEditable(row)) setEditing({ id: orderId(row), field: null });
        else if (event.key === 'Escape' && armed !== null) cancel.disarm();
        else return false;
        return true;
      },
    }),
    [touch, editing, names, cancel.armOrAsk, cancel.disarm, armed],
  );
  const open = useCallback(
    (target: EventTarget): void => {
      const cell = target instanceof Element ? target.closest<HTMLElement>('[data-col]') : null;
      const id = rowOf(target);
      const column = EDITABLE.find((one) => one === cell?.dataset['col']);
      if (id === null || column === undefined) return;
      const order = orders.find((one) => orderId(one) === id);
      if (order !== undefined && isEditable(order)) setEditing({ id, field: column === 'value' ? 'amount' : column });
    },
    [orders],
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the pointer's short way; Enter on a row does the same
    <div
      className="tables-open"
      onDoubleClick={(event) => open(event.target)}
      onPointerOver={(event) => pointAt(rowOf(event.target))}
      onPointerLeave={() => pointAt(null)}
      onFocus={(event) => pointAt(rowOf(event.target))}
      onBlur={() => pointAt(null)}
    >
      {rows.length === 0 ? (
        empty
      ) : (
        <Grid label="Open orders" columns={columns} rows={rows} shape={shape} given="time" onHold={setHolding} />
      )}
      <Suspense fallback={null}>
        {absent === null ? null : (
          <DeclareAbsent order={absent} label={names.labelOf(absent.connection)} onClose={() => setAbsent(null)} />
        )}
        {cancel.external === null ? null : (
          <CancelExternal
            order={cancel.external}
            label={names.labelOf(cancel.external.connection)}
            onYes={cancel.yes}
            onClose={cancel.no}
          />
        )}
      </Suspense>
    </div>
  );
}

const rowOf = (target: EventTarget): string | null =>
  target instanceof Element ? (target.closest<HTMLElement>('[data-row]')?.dataset['row'] ?? null) : null;

type ActsProps = {
  readonly order: Order;
  readonly isArmed: boolean;
  readonly cancel: (order: Order) => void;
  readonly edit: (editing: Editing) => void;
};

function Acts({ order, isArmed, cancel, edit }: ActsProps) {
  const title = `${order.side} ${order.quantity.amount} ${order.market.replace('_', '/')}`;
  return (
    <span className="cell-acts">
      {isEditable(order) ? (
        <button
          type="button"
          className="act"
          tabIndex={-1}
          title="Move it: other price, other amount (Enter)"
          aria-label={`Move ${title}`}
          onClick={() => edit({ id: orderId(order), field: null })}
        >
          <svg className="icon" width="14" height="14" viewBox="0 0 20 20" aria-hidden="true">
            <path d="M4 16l.8-3.4L13 4.4l2.6 2.6-8.2 8.2z" />
          </svg>
        </button>
      ) : null}
      {order.state === 'cancelling' || order.blocked ? null : (
        <button
          type="button"
          className="act"
          tabIndex={-1}
          data-armed={isArmed ? '' : undefined}
          title={isArmed ? 'Press Delete once more to cancel it' : 'Cancel it (Delete)'}
          aria-label={`Cancel ${title}`}
          onClick={() => cancel(order)}
        >
          <Icon name="close" size={14} />
        </button>
      )}
    </span>
  );
}
