/** What the chart says instead of candles, or beside them: reading, nothing there, refused, older ones, stale. */

import { useSyncExternalStore } from 'react';
import type { PriceLine } from '../../../src/contract/live.ts';
import { CANDLE_INTERVALS, type CandleInterval } from '../../../src/core/candle.ts';
import { For } from '../../parts/ago.tsx';
import { Late } from '../../parts/late.tsx';
import { useNowText } from '../../parts/now.ts';
import { ProblemNote } from '../../parts/problem.tsx';
import { outageMs } from '../data/outage.ts';
import { goTo } from '../data/place.ts';
import { BeyondHint } from './beyond-hint.tsx';
import type { History } from './history.ts';
import { intervalWords } from './intervals.tsx';
import type { ChartScene } from './scene.ts';

const LONGER_BY = 2;

/** An interval that shows much more of the past; null at the longest. */
function longer(interval: CandleInterval): CandleInterval | null {
  const at = CANDLE_INTERVALS.indexOf(interval);
  return at === CANDLE_INTERVALS.length - 1
    ? null
    : (CANDLE_INTERVALS[Math.min(at + LONGER_BY, CANDLE_INTERVALS.length - 1)] ?? null);
}

export function ChartState(props: { readonly history: History | null; readonly interval: CandleInterval }) {
  const { history, interval } = props;
  const state = history?.state ?? { what: 'loading' as const };
  switch (state.what) {
    case 'ready':
      return null;
    case 'loading':
      return (
        <Late>
          <Skeleton />
        </Late>
      );
    case 'failed':
      return (
        <div className="chart-state" data-control>
          <ProblemNote error={state.error} again={() => void history?.load()} />
        </div>
      );
    case 'empty': {
      const other = longer(interval);
      return (
        <div className="chart-state" data-control>
          <div className="empty">
            <p>Nothing was traded here in candles of {intervalWords(interval)} yet.</p>
            {other === null ? null : (
              <button type="button" className="button" onClick={() => goTo({ interval: other })}>
                Show {intervalWords(other)}
              </button>
            )}
          </div>
        </div>
      );
    }
  }
}

/** Heights of bars in percent: a market that nobody would mistake for a real one, but of its shape. */
const BONES = [38, 44, 41, 52, 57, 50, 46, 55, 63, 60, 68, 64, 58, 61, 70, 74, 67, 62, 66, 72, 69, 65, 56, 59].map(
  (height, index, all) => ({
    left: `${(100 * index) / all.length}%`,
    bottom: `${height - 18}%`,
    height: `${8 + (index % 5) * 4}%`,
  }),
);

function Skeleton() {
  return (
    <div className="chart-bones" role="status" aria-label="Loading the candles">
      {BONES.map((style) => (
        <span key={style.left} className="skeleton" style={style} />
      ))}
    </div>
  );
}

type OlderProps = { readonly scene: ChartScene; readonly history: History; readonly interval: CandleInterval };

/** At the left edge: how it goes with the past. At the right one: orders out of sight, back to now, and the scale let go of. */
export function OlderState({ scene, history, interval }: OlderProps) {
  useSyncExternalStore(scene.subscribe, () => scene.painted);
  if (history.state.what !== 'ready') return null;
  const isNear = scene.inSight().first === 0;
  const right = { right: `${scene.layout.axisWidth + 8}px` };
  return (
    <>
      {isNear ? (
        <div className="chart-older" data-control>
          <Older history={history} interval={interval} />
        </div>
      ) : null}
      <div className="chart-corner" data-at="top" data-control style={right}>
        <BeyondHint scene={scene} where="above" />
      </div>
      <div className="chart-corner" data-control style={right}>
        <BeyondHint scene={scene} where="below" />
        {scene.isManual ? (
          <button type="button" className="chart-chip" onClick={() => scene.autoScale()}>
            Fit prices
          </button>
        ) : null}
        {scene.isAtNewest ? null : (
          <button type="button" className="chart-chip" aria-keyshortcuts="End" onClick={() => scene.toNewest()}>
            To now <span aria-hidden="true">»</span>
          </button>
        )}
      </div>
    </>
  );
}

function Older({ history, interval }: Omit<OlderProps, 'scene'>) {
  if (history.atStart) return null;
  switch (history.older) {
    case 'idle':
      return null;
    case 'asking':
      return <p className="chart-chip">Reading older candles</p>;
    case 'failed':
      return (
        <p className="chart-chip">
          Older candles did not come.{' '}
          <button type="button" className="quiet" onClick={() => void history.more(true)}>
            Try again
          </button>
        </p>
      );
    case 'full': {
      const other = longer(interval);
      return (
        <p className="chart-chip">
          This is as far back as {intervalWords(interval)} are drawn.{' '}
          {other === null ? null : (
            <button type="button" className="quiet" onClick={() => goTo({ interval: other })}>
              Show {intervalWords(other)}
            </button>
          )}
        </p>
      );
    }
  }
}

/** From the axis, as the chips in its corner. */
const STALE_BESIDE_PX = 8;

export function Stale(props: {
  readonly line: PriceLine | undefined;
  readonly isReady: boolean;
  readonly scene: ChartScene | null;
}) {
  const { line, isReady, scene } = props;
  const missing = useNowText((nowMs) => outageMs(line, nowMs) !== null);
  if (line === undefined || !missing || !isReady) return null;
  return (
    <p
      className="chart-stale"
      role="status"
      title={line.why}
      style={{ right: `${(scene?.layout.axisWidth ?? 0) + STALE_BESIDE_PX}px` }}
    >
      Last known prices, no new ones <For atMs={line.sinceMs} />
    </p>
  );
}
