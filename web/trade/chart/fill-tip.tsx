/** What was filled where the pointer is: price, quantity, fee, time; exact. */

import { useSyncExternalStore } from 'react';
import type { Fill } from '../../../src/contract/trading.ts';
import { formatQuantity } from '../../format/number.ts';
import { exactTime } from '../../format/time.ts';
import { priceShown } from './order-line.ts';
import type { ChartScene } from './scene.ts';

/** More lines than this cover the candles that they are about. */
const SHOWN_MAX = 4;
const WIDTH = 230;

export function FillTip(props: { readonly scene: ChartScene; readonly tick: string }) {
  const { scene, tick } = props;
  useSyncExternalStore(scene.subscribe, () => scene.painted);
  const { cross, layout } = scene;
  const mark = cross === null ? null : scene.markAt(cross.x, cross.y);
  if (mark === null) return null;
  const left = Math.min(Math.max(8, mark.x - WIDTH / 2), Math.max(8, layout.plotWidth - WIDTH - 8));
  const isLow = mark.y > layout.price.height / 2;
  const more = mark.fills.length - SHOWN_MAX;
  return (
    <div
      className="fill-tip"
      role="tooltip"
      style={
        isLow
          ? { left: `${left}px`, bottom: `${layout.height - mark.y + 14}px` }
          : { left: `${left}px`, top: `${mark.y + 14}px` }
      }
    >
      {mark.fills.slice(0, SHOWN_MAX).map((fill) => (
        <FillWords key={fill.key} fill={fill} tick={tick} />
      ))}
      {more > 0 ? <p className="dim">and {more} more here</p> : null}
    </div>
  );
}

function FillWords({ fill, tick }: { readonly fill: Fill; readonly tick: string }) {
  const base = fill.market.split('_')[0] ?? '';
  return (
    <div>
      <p className="num">
        <strong>{fill.side === 'buy' ? 'Bought' : 'Sold'}</strong> {formatQuantity(fill.quantity)} {base} at{' '}
        {priceShown(fill.price, tick)}
      </p>
      <p className="dim num">
        {fill.fee === null ? 'Fee not told yet' : `Fee ${formatQuantity(fill.fee.amount)} ${fill.fee.asset}`}
        {fill.role === null ? '' : `, ${fill.role}`}
        {fill.owner === 'external' ? ', placed elsewhere' : ''}
      </p>
      <p className="dim">{exactTime(fill.atMs)}</p>
    </div>
  );
}
