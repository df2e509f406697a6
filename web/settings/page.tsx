import '../style/parts.css';
import '../style/settings.css';
import { useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { call } from '../api/client.ts';
import { putSession, type SignedIn } from '../api/queries.ts';
import { useSignedIn } from '../frame/signed-in.ts';
import { schemeOf } from '../frame/theme.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { useAction } from '../parts/use-action.ts';

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

export function SettingsPage() {
  const session = useSignedIn();
  const { settings } = session;
  const queries = useQueryClient();
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const save = useAction(async (change: Partial<Settings>) => {
    // Shown at once; put back when the desk refuses.
    putSession({ ...session, settings: { ...settings, ...change } });
    if (change.theme !== undefined) setColorScheme(schemeOf(change.theme));
    try {
      const kept = await call('settings.write', { body: change });
      putSession({ ...session, settings: kept });
    } catch (error) {
      putSession(session);
      setColorScheme(schemeOf(settings.theme));
      throw error;
    }
    if (change.currency !== undefined) await queries.invalidateQueries();
  });
  return (
    <div className="settings">
      {save.error === null ? null : <ProblemNote error={save.error} />}
      <Choice
        name="Currency"
        note="Totals and values are shown in it. What has no price in it is shown as unknown, never as zero."
        value={settings.currency}
        options={CURRENCIES.map(({ value, note }) => ({ value, words: value, note }))}
        onChange={(currency) => save.run({ currency })}
      />
      <Choice
        name="Theme"
        note="Dark follows your system at night when you leave it to the system."
        value={settings.theme}
        options={THEMES}
        onChange={(theme) => save.run({ theme })}
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
            onChange={(event) => save.run({ swapUpDown: event.currentTarget.checked })}
          />
          <span>
            Swap red and green{' '}
            <span className="sample">
              <span className="up">↑ up</span> <span className="down">↓ down</span>
            </span>
          </span>
        </label>
      </section>
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
