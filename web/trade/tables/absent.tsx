import type { Order } from '../../../src/contract/trading.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { useAction } from '../../parts/use-action.ts';
import { declareAbsent } from '../data/actions.ts';
import { leftOf, priceOf } from './figures.ts';
import { kindWords, SIDES } from './words.ts';

type Props = { readonly order: Order; readonly label: string; readonly onClose: () => void };

/** A person's word stands here for the exchange's, so what to look for and what it does are said first. */
export function DeclareAbsent({ order, label, onClose }: Props) {
  const declare = useAction(async () => {
    await declareAbsent(order);
    onClose();
  });
  const price = priceOf(order);
  return (
    <Dialog title="Is it not at the exchange?" onClose={onClose}>
      <div className="dialog-form">
        <p>Look at the exchange, under open orders and under past orders of {label}, for this one:</p>
        <p>
          <strong>
            {SIDES[order.side]} {leftOf(order)} {order.market.replace('_', '/')} {kindWords(order)}
            {price === null ? '' : ` at ${price}`}
          </strong>
          {order.clientId === null ? null : (
            <>
              <br />
              <span className="dim">Its id there: </span>
              <code>{order.clientId}</code>
            </>
          )}
        </p>
        <p className="dim">
          Say this only after you looked. The desk then counts it as never placed and frees what it held. If it shows up
          after all, it is taken in again.
        </p>
        {declare.error === null ? null : <ProblemNote error={declare.error} />}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose} data-autofocus>
            Back
          </button>
          <button type="button" className="button danger" onClick={declare.run} disabled={declare.running}>
            I looked, it is not there
          </button>
        </div>
      </div>
    </Dialog>
  );
}
