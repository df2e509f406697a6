/** The questions before cancelling: what others placed, and many at once. */

import { useState } from 'react';
import type { Order } from '../../../src/contract/trading.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { say } from '../../parts/said.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useOpenOrders } from '../data/account.ts';
import { cancelAll } from '../data/actions.ts';
import { usePlace } from '../data/place.ts';
import { leftOf, priceOf } from './figures.ts';
import type { Names } from './use-names.ts';
import { counted, kindWords, pairOf, SIDES } from './words.ts';

type ExternalProps = {
  readonly order: Order;
  readonly label: string;
  readonly onYes: () => void;
  readonly onClose: () => void;
};

export function CancelExternal({ order, label, onYes, onClose }: ExternalProps) {
  const price = priceOf(order);
  return (
    <Dialog title="Cancel an order of somebody else?" onClose={onClose}>
      <div className="dialog-form">
        <p>
          <strong>
            {SIDES[order.side]} {leftOf(order)} {pairOf(order.market).join('/')} {kindWords(order)}
            {price === null ? '' : ` at ${price}`}
          </strong>{' '}
          on {label} was not placed by this desk. You or another program placed it at the exchange, and may count on it.
        </p>
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose} data-autofocus>
            Keep it
          </button>
          <button type="button" className="button danger" onClick={onYes}>
            Cancel the order
          </button>
        </div>
      </div>
    </Dialog>
  );
}

type Scope = { readonly name: string; readonly connection: string | null; readonly market: string | null };

/** Once asked, whatever the scope; the number is counted anew while the question stands. */
export function CancelMany({ names, onClose }: { readonly names: Names; readonly onClose: () => void }) {
  const place = usePlace();
  const open = useOpenOrders();
  const ours = open.filter(({ owner, state }) => owner === 'ours' && state !== 'cancelling');
  const here = place.connection;
  const scopes: readonly Scope[] = [
    ...(here === null
      ? []
      : [
          {
            name: `${pairOf(place.market).join('/')} on ${names.labelOf(here)}`,
            connection: here,
            market: place.market,
          },
        ]),
    ...(here === null ? [] : [{ name: `Every market on ${names.labelOf(here)}`, connection: here, market: null }]),
    { name: 'Every market, every connection', connection: null, market: null },
  ];
  const countOf = ({ connection, market }: Scope): number =>
    ours.filter(
      (order) =>
        (connection === null || order.connection === connection) && (market === null || order.market === market),
    ).length;
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      scopes.findIndex((scope) => countOf(scope) > 0),
    ),
  );
  const scope = scopes[at];
  const count = scope === undefined ? 0 : countOf(scope);
  const elsewhere = open.length - open.filter(({ owner }) => owner === 'ours').length;
  const cancel = useAction(async () => {
    if (scope === undefined) return;
    const asked = await cancelAll(scope.connection, scope.market);
    say(asked === 1 ? 'One order is being cancelled.' : `${asked} orders are being cancelled.`);
    onClose();
  });
  return (
    <Dialog title="Cancel many orders" onClose={onClose}>
      <div className="dialog-form">
        <fieldset className="cancel-scopes">
          <legend className="sr">Which</legend>
          {scopes.map((one, index) => (
            <label key={one.name}>
              <input type="radio" name="cancel-scope" checked={index === at} onChange={() => setAt(index)} />
              <span>{one.name}</span>
              <span className="num dim">{countOf(one)}</span>
            </label>
          ))}
        </fieldset>
        <p className="dim">
          Only orders of this desk.{' '}
          {elsewhere === 0
            ? ''
            : `${elsewhere} placed elsewhere ${elsewhere === 1 ? 'stays' : 'stay'}; cancel those one by one. `}
          What fills before the exchange hears of it is filled.
        </p>
        {cancel.error === null ? null : <ProblemNote error={cancel.error} />}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose} data-autofocus>
            Keep them
          </button>
          <button type="button" className="button danger" onClick={cancel.run} disabled={cancel.running || count === 0}>
            Cancel {counted(count, 'order')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
