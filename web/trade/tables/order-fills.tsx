/** One order that is over, and every trade that filled it. */

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Order } from '../../../src/contract/trading.ts';
import { call } from '../../api/client.ts';
import { formatQuantity, group } from '../../format/number.ts';
import { exactTime } from '../../format/time.ts';
import { Amount } from '../../parts/amount.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Late } from '../../parts/late.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { ScrollX } from '../../parts/scroll-x.tsx';
import { Time } from './cells.tsx';
import { endDetail, endWords, kindWords, pairOf, SIDES, TAKEN_BACK } from './words.ts';

/** More fills of one order than anybody reads in a dialog; the export has them all. */
const SHOWN_MAX = 1_000;

type Props = { readonly order: Order; readonly label: string; readonly onClose: () => void };

export function OrderFills({ order, label, onClose }: Props) {
  const { connection, key, market } = order;
  const query = useQuery({
    queryKey: ['fills.list', 'order', { connection, key }],
    queryFn: () => call('fills.list', { query: { connection, order: key, limit: SHOWN_MAX } }),
  });
  const [base, quote] = pairOf(market);
  const { word } = endWords(order);
  const fills = query.data?.fills ?? [];
  return (
    <Dialog title={`${SIDES[order.side]} ${base}/${quote}, ${kindWords(order)}`} onClose={onClose} size={560}>
      <div className="dialog-form">
        <dl className="order-facts">
          <Fact name="Ended">
            {word}
            {endDetail(order) === '' ? '' : `: ${endDetail(order)}`}
          </Fact>
          <Fact name="Amount">
            <Amount value={order.quantity.amount} asset={order.quantity.unit === 'base' ? base : quote} />
          </Fact>
          <Fact name="Filled">
            <Amount value={order.filledBase} asset={base} /> for <Amount value={order.filledQuote} asset={quote} />
          </Fact>
          {order.averagePrice === null ? null : (
            <Fact name="Average">
              <Amount value={order.averagePrice} asset={quote} />
            </Fact>
          )}
          <Fact name="Placed">
            {exactTime(order.createdAtMs)} on {label}
            {order.owner === 'external' ? ', by somebody else' : ''}
          </Fact>
          {order.clientId === null ? null : (
            <Fact name="Its ids">
              <code>{order.clientId}</code>
              {order.venueId === null ? null : (
                <>
                  , at the exchange <code>{order.venueId}</code>
                </>
              )}
            </Fact>
          )}
        </dl>
        {query.error !== null ? (
          <ProblemNote error={query.error} again={() => void query.refetch()} />
        ) : query.isPending ? (
          <Late>
            <p className="skeleton" role="status">
              Reading its fills
            </p>
          </Late>
        ) : fills.length === 0 ? (
          <p className="dim">Nothing of it was filled.</p>
        ) : (
          <ScrollX label="Its fills">
            <table className="table order-fills">
              <caption className="sr">Its fills</caption>
              <thead>
                <tr>
                  <th scope="col">Time</th>
                  <th scope="col" className="right">
                    Price
                  </th>
                  <th scope="col" className="right">
                    Amount
                  </th>
                  <th scope="col" className="right">
                    Fee
                  </th>
                </tr>
              </thead>
              <tbody>
                {fills.map((fill) => (
                  <tr key={fill.key}>
                    <td>
                      <Time atMs={fill.atMs} />
                    </td>
                    <td className="right num">{group(fill.price)}</td>
                    <td className="right num">{formatQuantity(fill.quantity)}</td>
                    <td className="right num">
                      {fill.reversed ? (
                        <span title={TAKEN_BACK}>taken back</span>
                      ) : fill.fee === null ? (
                        <span className="dim">pending</span>
                      ) : (
                        `${formatQuantity(fill.fee.amount)} ${fill.fee.asset}`
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollX>
        )}
      </div>
    </Dialog>
  );
}

function Fact(props: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="dim">{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
