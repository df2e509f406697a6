/** Which indicators stand on the chart: add, change, take away. What is typed is drawn at once. */

import { useEffect, useState } from 'react';
import { completed, type Indicator, type IndicatorParameter } from '../../../src/indicators/indicator.ts';
import { Icon } from '../../parts/icons.tsx';
import { Panel } from './panel.tsx';
import { addIndicator, type ChosenIndicator, changeIndicator, INDICATORS_MAX, removeIndicator } from './settings.ts';

type Props = {
  readonly registry: readonly Indicator[] | null;
  readonly chosen: readonly ChosenIndicator[];
  readonly onClose: () => void;
};

export function IndicatorMenu(props: Props) {
  const { registry, chosen } = props;
  return (
    <Panel title="Indicators" place="right" onClose={props.onClose}>
      {registry === null ? (
        <p className="dim chart-panel-note">Loading the indicators</p>
      ) : (
        <>
          {chosen.length === 0 ? null : (
            <ul className="chart-chosen" aria-label="On the chart">
              {chosen.map((one) => {
                const indicator = registry.find(({ kind }) => kind === one.kind);
                return indicator === undefined ? null : <Chosen key={one.id} one={one} indicator={indicator} />;
              })}
            </ul>
          )}
          <ul className="chart-registry" aria-label="To add">
            {registry.map(({ kind, name, title }, index) => (
              <li key={kind}>
                <button
                  type="button"
                  data-first={index === 0 ? '' : undefined}
                  disabled={chosen.length >= INDICATORS_MAX}
                  onClick={() => addIndicator(kind)}
                >
                  <span>{title}</span>
                  <span className="dim small">{name}</span>
                </button>
              </li>
            ))}
          </ul>
          {chosen.length >= INDICATORS_MAX ? (
            <p className="dim small chart-panel-note">Eight at most. Take one away to add another.</p>
          ) : null}
        </>
      )}
    </Panel>
  );
}

function Chosen(props: { readonly one: ChosenIndicator; readonly indicator: Indicator }) {
  const { one, indicator } = props;
  const values = completed(indicator, one.settings);
  return (
    <li>
      <div className="chart-chosen-head">
        <strong>{indicator.name}</strong>
        <button
          type="button"
          className="chart-icon"
          aria-label={`Remove ${indicator.title}`}
          onClick={() => removeIndicator(one.id)}
        >
          <Icon name="close" size={14} />
        </button>
      </div>
      {indicator.parameters.length === 0 ? null : (
        <div className="chart-parameters">
          {indicator.parameters.map((parameter) => (
            <Parameter
              key={parameter.key}
              parameter={parameter}
              value={values[parameter.key] ?? parameter.standard}
              change={(value) => changeIndicator(one.id, parameter.key, value)}
            />
          ))}
        </div>
      )}
    </li>
  );
}

type ParameterProps = {
  readonly parameter: IndicatorParameter;
  readonly value: number;
  readonly change: (value: number) => void;
};

/** What is half typed stays as it is typed and changes nothing until it is a number inside the bounds. */
function Parameter(props: ParameterProps) {
  const { parameter, value, change } = props;
  const [text, setText] = useState(String(value));
  useEffect(() => setText(String(value)), [value]);
  const number = Number(text);
  const isWrong = text.trim() === '' || !(number >= parameter.min && number <= parameter.max);
  const typed = (next: string): void => {
    setText(next);
    const wanted = Number(next);
    if (next.trim() !== '' && wanted >= parameter.min && wanted <= parameter.max) change(wanted);
  };
  return (
    <label>
      <span className="dim small">{parameter.title}</span>
      <input
        type="number"
        inputMode="decimal"
        value={text}
        min={parameter.min}
        max={parameter.max}
        step={parameter.step}
        aria-invalid={isWrong}
        title={isWrong ? `From ${parameter.min} to ${parameter.max}` : undefined}
        onChange={(event) => typed(event.currentTarget.value)}
        onBlur={() => setText(String(value))}
      />
    </label>
  );
}
