/** Code, name and password: the same form for claiming the desk and for accepting an invitation. */

import { useState } from 'react';
import { Problem } from '../api/client.ts';
import { PasswordField, TextField } from '../parts/fields.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { useAction } from '../parts/use-action.ts';
import { strengthOf } from './password-help.ts';

export type NewPerson = { readonly code: string; readonly name: string; readonly password: string };
type Props = {
  readonly codeLabel: string;
  readonly codeHint: string;
  readonly button: string;
  readonly send: (person: NewPerson) => Promise<void>;
};

export function Strength(props: { readonly password: string; readonly name: string }) {
  const { level, words } = strengthOf(props.password, props.name);
  return (
    <div className="strength">
      {[1, 2, 3].map((step) => (
        <i key={step} data-on={level >= step ? '' : undefined} />
      ))}
      <p aria-live="polite">{words}</p>
    </div>
  );
}

export function NewPersonForm(props: Props) {
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const action = useAction(async () => props.send({ code: code.trim(), name: name.trim(), password }));
  const field = action.error instanceof Problem ? action.error.field : null;
  const errorOf = (wanted: string): string | null =>
    field === wanted && action.error instanceof Problem ? `${action.error.message} ${action.error.cure}` : null;
  const known = field === 'code' || field === 'name' || field === 'password';
  return (
    <form
      className="dialog-form"
      style={{ display: 'grid', gap: 16 }}
      onSubmit={(event) => {
        event.preventDefault();
        action.run();
      }}
    >
      <TextField
        label={props.codeLabel}
        description={props.codeHint}
        error={errorOf('code')}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        translate="no"
        required
        withAsterisk={false}
        autoFocus
      />
      <TextField
        label="Your name"
        error={errorOf('name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="username"
        maxLength={60}
        required
        withAsterisk={false}
      />
      <PasswordField
        label="Password"
        error={errorOf('password')}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoComplete="new-password"
        minLength={8}
        maxLength={128}
        required
        withAsterisk={false}
      />
      <Strength password={password} name={name} />
      {action.error !== null && !known ? <ProblemNote error={action.error} /> : null}
      <button type="submit" className="button primary large" disabled={action.running} aria-busy={action.running}>
        {props.button}
      </button>
    </form>
  );
}
