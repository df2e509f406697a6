/** Name, key and secret. What is typed lives in the state of the flow above and nowhere else. */

import { useQuery } from '@tanstack/react-query';
import { type ClipboardEvent, useEffect, useState } from 'react';
import type { Reply } from '../../src/contract/contract.ts';
import { custodyQuery, type Venue } from '../api/queries.ts';
import { PasswordField, TextField } from '../parts/fields.tsx';
import { fingerprintOf } from '../sealing/seal.ts';
import { cleanKey, hintFor, shapeHint, splitPaste } from './paste.ts';
import type { Purpose } from './use-connect.ts';

export type Typed = {
  readonly label: string;
  readonly purpose: Purpose;
  readonly key: string;
  readonly secret: string;
};

/** Managers of passwords must not keep an exchange's secret, and translators must not change it. */
const LEAVE_ALONE = {
  autoComplete: 'off',
  autoCorrect: 'off',
  autoCapitalize: 'off',
  spellCheck: false,
  translate: 'no',
  'data-1p-ignore': '',
  'data-lpignore': 'true',
  'data-bwignore': '',
  'data-form-type': 'other',
} as const;

type Props = {
  readonly venue: Venue;
  readonly guide: Reply<'exchanges.guide'> | undefined;
  readonly typed: Typed;
  readonly replacing: boolean;
  readonly onChange: (typed: Typed) => void;
  readonly onConnect: () => void;
};

const PURPOSES: readonly { readonly purpose: Purpose; readonly words: string; readonly note: string }[] = [
  { purpose: 'trade', words: 'Trade for me', note: 'Read balances, place and cancel orders' },
  { purpose: 'watch', words: 'Watch my portfolio', note: 'Read only; a key that cannot trade is best' },
];

function PurposeChoice(props: { readonly value: Purpose; readonly onChange: (purpose: Purpose) => void }) {
  return (
    <fieldset className="purposes">
      <legend>What shall this key do?</legend>
      {PURPOSES.map(({ purpose, words, note }) => (
        <label key={purpose} className="purpose" data-on={props.value === purpose ? '' : undefined}>
          <input
            type="radio"
            name="purpose"
            checked={props.value === purpose}
            onChange={() => props.onChange(purpose)}
          />
          <span>
            <strong>{words}</strong>
            <span className="dim small">{note}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function useShapeHint(venue: Venue, field: 'key' | 'secret', value: string) {
  const [left, setLeft] = useState(false);
  return { error: left ? shapeHint(venue, field, value) : null, onBlur: () => setLeft(true) };
}

export function KeyForm(props: Props) {
  const { typed, onChange, venue } = props;
  const keyHint = useShapeHint(venue, 'key', typed.key);
  const secretHint = useShapeHint(venue, 'secret', typed.secret);
  const hint = hintFor(typed.key, typed.secret);
  const ready = typed.key !== '' && typed.secret !== '' && typed.label.trim() !== '' && hint?.kind !== 'same';
  const pasted = (event: ClipboardEvent): void => {
    const pair = splitPaste(event.clipboardData.getData('text/plain'));
    if (pair === null) return;
    event.preventDefault();
    onChange({ ...typed, ...pair });
  };
  const hintOf = (label: string): string | undefined =>
    props.guide?.fields.find((field) => field.label === label)?.hint || undefined;
  return (
    <form
      className="key-form"
      aria-label={props.replacing ? 'New key' : 'Connection'}
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) props.onConnect();
      }}
    >
      <PurposeChoice value={typed.purpose} onChange={(purpose) => onChange({ ...typed, purpose })} />
      {props.replacing ? null : (
        <TextField
          label="Name"
          description="What you call it on this desk."
          value={typed.label}
          maxLength={40}
          autoComplete="off"
          onChange={(event) => onChange({ ...typed, label: event.currentTarget.value })}
        />
      )}
      <TextField
        {...LEAVE_ALONE}
        label="API key"
        description={hintOf('API key')}
        classNames={{ input: 'mono' }}
        value={typed.key}
        error={keyHint.error}
        onBlur={keyHint.onBlur}
        onPaste={pasted}
        onChange={(event) => onChange({ ...typed, key: cleanKey(event.currentTarget.value) })}
        data-autofocus
      />
      <PasswordField
        {...LEAVE_ALONE}
        label="Secret key"
        description={hintOf('Secret key')}
        classNames={{ innerInput: 'mono' }}
        value={typed.secret}
        error={secretHint.error}
        onBlur={secretHint.onBlur}
        onPaste={pasted}
        onChange={(event) => onChange({ ...typed, secret: cleanKey(event.currentTarget.value) })}
      />
      {hint === null || hint.kind === 'shape' ? null : (
        <div className="note note-amber" role="status">
          <div>{hint.text}</div>
          {hint.kind === 'swapped' ? (
            <button
              type="button"
              className="button"
              onClick={() => onChange({ ...typed, key: typed.secret, secret: typed.key })}
            >
              Swap them
            </button>
          ) : null}
        </div>
      )}
      <Reassurance />
      <button type="submit" className="button primary large" disabled={!ready}>
        Connect
      </button>
    </form>
  );
}

/** Computed here from the key that is really sealed to; a server that says otherwise is shown up. */
function Reassurance() {
  const { data: custody } = useQuery(custodyQuery);
  const key = custody?.sealingKey ?? null;
  const [fingerprint, setFingerprint] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    if (key !== null)
      void fingerprintOf(key).then(
        (text) => (current ? setFingerprint(text) : undefined),
        () => (current ? setFingerprint(null) : undefined),
      );
    return () => {
      current = false;
    };
  }, [key]);
  const bare = (text: string): string => text.replace(/[^0-9a-f]/gi, '').toLowerCase();
  const differs =
    fingerprint !== null && custody?.fingerprint != null && bare(custody.fingerprint) !== bare(fingerprint);
  return (
    <div className="reassurance small">
      <p>
        Sealed in this browser, opened only by the process that holds keys. Stored encrypted on this machine. We refuse
        keys that can withdraw.
      </p>
      {custody !== undefined && key === null ? (
        <p className="amber">Custody is locked. Unlock it on the Security page before you connect.</p>
      ) : null}
      {fingerprint === null ? null : (
        <details>
          <summary>Custody's fingerprint</summary>
          <p className="mono fingerprint" translate="no">
            {fingerprint}
          </p>
          <p className="dim">
            Compare it with <code>{custody?.compareWith ?? 'npx gapless custody'}</code> in a terminal on that machine.
          </p>
        </details>
      )}
      {differs ? (
        <p className="red" role="alert">
          The desk names another fingerprint than the key it gave us. Do not type a secret here; look at the machine.
        </p>
      ) : null}
    </div>
  );
}
