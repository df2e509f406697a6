/** How an order stands, and the line under it where something is not known. */

import { useSyncExternalStore } from 'react';
import type { Order } from '../../../src/contract/trading.ts';
import { duration, exactTime } from '../../format/time.ts';
import { Icon } from '../../parts/icons.tsx';
import { useNowText } from '../../parts/now.ts';
import { ended, orderId } from '../data/stores.ts';
import { doubtOf, goneWords, stateWords } from './words.ts';

export function State({ order, gone }: { readonly order: Order; readonly gone: boolean }) {
  const last = useSyncExternalStore(ended.subscribe, () => ended.get(orderId(order)));
  if (gone) return <span className="dim">{goneWords(last)}</span>;
  const { word, tone } = stateWords(order);
  const doing = order.doing.text === '' || tone === 'amber' ? word : order.doing.text;
  return (
    <span className="cell-state" data-tone={tone} title={doing}>
      {word}
    </span>
  );
}

/** What is being done about it and when next; the one thing a person can do where nothing else can end it. */
export function Doubt({ order, onAbsent }: { readonly order: Order; readonly onAbsent: (order: Order) => void }) {
  const { sinceMs, nextAtMs } = order.doing;
  const text = (doubtOf(order) ?? '').replace(/\.$/, '');
  const next = useNowText((nowMs) =>
    nextAtMs === null ? '' : nextAtMs <= nowMs ? ' Asking now.' : ` Next in ${duration(nextAtMs - nowMs + 999)}.`,
  );
  const since = useNowText((nowMs) => (sinceMs === null ? '' : duration(nowMs - sinceMs)));
  return (
    <div className="doubt">
      <Icon name="warn" size={14} />
      <p title={`${text}.`}>
        {text}.<span className="num">{next}</span>
        {sinceMs === null ? null : (
          <time className="dim num" title={`Since ${exactTime(sinceMs)}`}>
            {' '}
            For {since}.
          </time>
        )}
      </p>
      {order.blocked ? (
        <button type="button" className="quiet" onClick={() => onAbsent(order)}>
          It is not there
        </button>
      ) : null}
    </div>
  );
}
