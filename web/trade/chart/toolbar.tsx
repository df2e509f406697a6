/** The row above the picture: interval, indicators, scale, picture file, full screen. */

import type { CandleInterval } from '../../../src/core/candle.ts';
import { Intervals } from './intervals.tsx';
import { MoreMenu } from './more-menu.tsx';
import { changeSettings } from './settings.ts';

/** 20 units like the icons of the page, and of the same stroke. */
const PATHS = {
  indicators: 'M3 14c2.5 0 2.5-8 5-8s2.5 6 5 6 2-4 4-4',
  picture: 'M3 6.5h3l1.2-2h5.6l1.2 2h3v9H3zM10 13.4a2.6 2.6 0 100-5.2 2.6 2.6 0 000 5.2z',
  wide: 'M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4',
  narrow: 'M8 4v4H4M16 8h-4V4M12 16v-4h4M4 12h4v4',
} as const;

function Glyph(props: { readonly name: keyof typeof PATHS }) {
  return (
    <svg className="icon" width={16} height={16} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[props.name]} />
    </svg>
  );
}

type Props = {
  readonly interval: CandleInterval;
  readonly isLog: boolean;
  readonly askMove: boolean;
  readonly hasOrders: boolean;
  readonly indicators: number;
  readonly isMenuOpen: boolean;
  readonly onMenu: () => void;
  readonly onPicture: () => void;
  readonly isFull: boolean;
  readonly onFull: () => void;
};

export function Toolbar(props: Props) {
  return (
    <div className="chart-bar">
      <Intervals interval={props.interval} />
      <button
        type="button"
        className="chart-choice"
        aria-haspopup="dialog"
        aria-expanded={props.isMenuOpen}
        aria-keyshortcuts="i"
        title="Indicators (i)"
        onClick={props.onMenu}
      >
        <Glyph name="indicators" />
        <span className="chart-word">Indicators</span>
        {props.indicators === 0 ? null : <span className="chart-count">{props.indicators}</span>}
      </button>
      <span className="chart-bar-end">
        {props.hasOrders ? (
          <button
            type="button"
            className="chart-choice chart-ask"
            aria-pressed={props.askMove}
            title="Whether an order that you drag asks before it is moved"
            onClick={() => changeSettings({ askMove: !props.askMove })}
          >
            Ask before moving
          </button>
        ) : null}
        <button
          type="button"
          className="chart-choice chart-log"
          aria-pressed={props.isLog}
          title="Logarithmic scale"
          onClick={() => changeSettings({ isLog: !props.isLog })}
        >
          Log
        </button>
        <button
          type="button"
          className="chart-choice"
          aria-label="Save as a picture"
          title="Save as a picture"
          onClick={props.onPicture}
        >
          <Glyph name="picture" />
        </button>
        <MoreMenu isLog={props.isLog} askMove={props.askMove} />
        <button
          type="button"
          className="chart-choice chart-full"
          aria-label={props.isFull ? 'Leave full screen' : 'Full screen'}
          title={props.isFull ? 'Leave full screen' : 'Full screen'}
          onClick={props.onFull}
        >
          <Glyph name={props.isFull ? 'narrow' : 'wide'} />
        </button>
      </span>
    </div>
  );
}
