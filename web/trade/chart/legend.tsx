/** What stands under the crosshair, or is newest: the candle in words and digits, then each indicator. */

import { useSyncExternalStore } from 'react';
import { Icon } from '../../parts/icons.tsx';
import { type IndicatorRun, nameOf } from './indicator-run.ts';
import { priceText, shortText } from './paint-axes.ts';
import type { ChartScene } from './scene.ts';
import { removeIndicator } from './settings.ts';

export function Legend(props: { readonly scene: ChartScene; readonly base: string; readonly onOpen: () => void }) {
  const { scene } = props;
  useSyncExternalStore(scene.subscribe, () => scene.painted);
  const { bars, cross, market } = scene;
  const pointed = cross === null ? null : scene.indexAtX(cross.x);
  const index = pointed ?? bars.length - 1;
  const row = bars.row(index);
  if (row === null) return null;
  const [, open, high, low, close, volume] = row;
  const text = (price: number): string => priceText(price, market.places);
  const change = open === 0 ? 0 : ((close - open) / open) * 100;
  const rises = close >= open;
  const own = scene.runs.filter(({ indicator }) => indicator.pane === 'own');
  return (
    <>
      <div className="chart-legend" data-control>
        <dl className="chart-ohlc">
          {(
            [
              ['O', 'Open', open],
              ['H', 'High', high],
              ['L', 'Low', low],
              ['C', 'Close', close],
            ] as const
          ).map(([letter, name, value]) => (
            <div key={letter}>
              <dt title={name}>{letter}</dt>
              <dd className="num">{text(value)}</dd>
            </div>
          ))}
          <div className={rises ? 'chart-up' : 'chart-down'}>
            <dt className="sr">Change</dt>
            <dd className="num">
              {rises ? '▲' : '▼'} {Math.abs(change).toFixed(2)}
              {'\u202f%'}
            </dd>
          </div>
          <div>
            <dt title={`Volume in ${props.base}`}>Vol</dt>
            <dd className="num">{shortText(volume)}</dd>
          </div>
        </dl>
        {scene.runs
          .filter(({ indicator }) => indicator.pane === 'price')
          .map((run) => (
            <Row key={run.id} run={run} index={index} places={market.places} onOpen={props.onOpen} scene={scene} />
          ))}
      </div>
      {own.map((run, pane) => (
        <div
          key={run.id}
          className="chart-legend chart-legend-own"
          data-control
          style={{ top: `${(scene.layout.own[pane]?.top ?? 0) + 4}px` }}
        >
          <Row run={run} index={index} places={null} onOpen={props.onOpen} scene={scene} />
        </div>
      ))}
    </>
  );
}

type RowProps = {
  readonly run: IndicatorRun;
  readonly index: number;
  /** Of the price; null where the indicator has a scale of its own. */
  readonly places: number | null;
  readonly scene: ChartScene;
  readonly onOpen: () => void;
};

function Row({ run, index, places, scene, onOpen }: RowProps) {
  const { indicator } = run;
  return (
    <div className="chart-run">
      <button type="button" className="chart-run-name" title={`${indicator.title}. Change it`} onClick={onOpen}>
        {nameOf(run)}
      </button>
      {indicator.outputs.map((output, at) => {
        const value = run.value(at, index);
        // Of the two sides of a SuperTrend only one stands at a time.
        if (Number.isNaN(value) && output.draw !== 'line') return null;
        return (
          <span
            key={output.key}
            className="num"
            title={output.title === '' ? indicator.title : output.title}
            style={{ color: colourOf(run, at, value, scene) }}
          >
            {places === null ? shortText(value) : priceText(value, places)}
          </span>
        );
      })}
      <button
        type="button"
        className="chart-icon chart-run-off"
        aria-label={`Remove ${indicator.title}`}
        onClick={() => removeIndicator(run.id)}
      >
        <Icon name="close" size={12} />
      </button>
    </div>
  );
}

function colourOf(run: IndicatorRun, output: number, value: number, { colours }: ChartScene): string {
  switch (run.indicator.outputs[output]?.draw) {
    case 'rising':
      return colours.up;
    case 'falling':
      return colours.down;
    case 'histogram':
      return value >= 0 ? colours.up : colours.down;
    default:
      return colours.lines[run.colours[output] ?? 0] ?? colours.ink;
  }
}
