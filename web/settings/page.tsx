import '../style/parts.css';
import '../style/settings.css';
import { useId, useRef, useState } from 'react';
import { call } from '../api/client.ts';
import { putSession, queryClient, type SignedIn, sessionQuery } from '../api/queries.ts';
import { useSignedIn } from '../frame/signed-in.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { Tokens } from './tokens.tsx';

type Settings = SignedIn['settings'];

const CURRENCIES: readonly { readonly value: Settings['currency']; readonly note: string }[] = [
  { value: 'USDT', note: 'Tether, what most markets are quoted in' },
  { value: 'USD', note: 'US dollar' },
  { value: 'EUR', note: 'Euro' },
  { value: 'BTC', note: 'Bitcoin' },
];
const THEMES: readonly { readonly value: Settings['theme']; readonly words: string }[] = [
  { value: 'system', words: 'As the system' },
  { value: 'dark', words: 'Dark' },
  { value: 'light', words: 'Light' },
];

/** Merged into what is known now: another choice may have been made since this one. */
function show(change: Partial<Settings>): void {
  const known = queryClient.getQueryData(sessionQuery.queryKey);
  if (known?.state === 'signed-in') putSession({ ...known, settings: { ...known.settings, ...change } });
}

/** Shows a choice at once and writes it; choices made faster than they are written wait their turn, and none is lost. */
function useSave(settings: Settings) {
  const [error, setError] = useState<unknown>(null);
  const writing = useRef<Promise<void>>(Promise.resolve());
  const write = async (change: Partial<Settings>, before: Settings): Promise<void> => {
    try {
      await call('settings.write', { body: change });
    } catch (caught) {
      show(Object.fromEntries(Object.keys(change).map((name) => [name, before[name as keyof Settings]])));
      setError(caught);
      return;
    }
    // Every value has another unit now. The session is left out: it would bring back what still waits to be written.
    if (change.currency !== undefined)
      await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session.read' });
  };
  const save = (change: Partial<Settings>): void => {
    setError(null);
    show(change);
    writing.current = writing.current.then(() => write(change, settings));
  };
  return { error, save };
}

export function SettingsPage() {
  const { settings } = useSignedIn();
  const { error, save } = useSave(settings);
  return (
    <div className="settings">
      {error === null ? null : <ProblemNote error={error} />}
      <Choice
        name="Currency"
        note="Totals and values are shown in it. What has no price in it is shown as unknown, never as zero."
        value={settings.currency}
        options={CURRENCIES.map(({ value, note }) => ({ value, words: value, note }))}
        onChange={(currency) => save({ currency })}
      />
      <Choice
        name="Theme"
        note="Dark follows your system at night when you leave it to the system."
        value={settings.theme}
        options={THEMES}
        onChange={(theme) => save({ theme })}
      />
      <section className="card setting">
        <div>
          <h2>Colours of direction</h2>
          <p className="dim">Up is green and down is red, unless you learned it the other way round.</p>
        </div>
        <label className="tick">
          <input
            type="checkbox"
            checked={settings.swapUpDown}
            onChange={(event) => save({ swapUpDown: event.currentTarget.checked })}
          />
          <span>
            Swap red and green{' '}
            <span className="sample">
              <span className="up">↑ up</span> <span className="down">↓ down</span>
            </span>
          </span>
        </label>
      </section>
      <Tokens />
    </div>
  );
}

type ChoiceProps<V extends string> = {
  readonly name: string;
  readonly note: string;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly words: string; readonly note?: string }[];
  readonly onChange: (value: V) => void;
};

function Choice<V extends string>(props: ChoiceProps<V>) {
  const id = useId();
  return (
    <section className="card setting" aria-labelledby={id}>
      <div>
        <h2 id={id}>{props.name}</h2>
        <p className="dim">{props.note}</p>
      </div>
      <div className="setting-options" role="radiogroup" aria-labelledby={id}>
        {props.options.map(({ value, words, note }) => (
          <label key={value} className="setting-option" title={note} data-on={value === props.value ? '' : undefined}>
            <input type="radio" name={id} checked={value === props.value} onChange={() => props.onChange(value)} />
            {words}
          </label>
        ))}
      </div>
    </section>
  );
}
