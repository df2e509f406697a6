/** What the row above has no room for on a narrow chart. */

import { useState } from 'react';
import { Panel } from './panel.tsx';
import { changeSettings } from './settings.ts';

type Props = { readonly isLog: boolean; readonly askMove: boolean };

export function MoreMenu({ isLog, askMove }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <div className="chart-narrow-more">
      <button
        type="button"
        className="chart-choice"
        aria-label="More about the chart"
        aria-haspopup="dialog"
        aria-expanded={open}
        title="More"
        onClick={() => setOpen(!open)}
      >
        <svg className="icon" width={16} height={16} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
          <path d="M4.5 10h.01M10 10h.01M15.5 10h.01" />
        </svg>
      </button>
      {open ? (
        <Panel title="Chart" place="end" onClose={() => setOpen(false)}>
          <div className="chart-ticks">
            <label className="tick">
              <input
                type="checkbox"
                data-first=""
                checked={askMove}
                onChange={() => changeSettings({ askMove: !askMove })}
              />
              <span>Ask before a dragged order is moved</span>
            </label>
            <label className="tick">
              <input type="checkbox" checked={isLog} onChange={() => changeSettings({ isLog: !isLog })} />
              <span>Logarithmic scale</span>
            </label>
          </div>
        </Panel>
      ) : null}
    </div>
  );
}
