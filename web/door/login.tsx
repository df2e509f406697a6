import { useState } from 'react';
import { call } from '../api/client.ts';
import { putSession, type Session } from '../api/queries.ts';
import { CodeField, PasswordField, TextField } from '../parts/fields.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { useAction } from '../parts/use-action.ts';
import { Door } from './door.tsx';
import { passkeysWork, provePasskey } from './passkey.ts';

type AtTheDoor = Extract<Session, { state: 'signed-out' | 'second-factor' }>;

async function byPasskey(): Promise<void> {
  const { options } = await call('login.passkey.options');
  const response = await provePasskey(options);
  putSession(await call('login.passkey', { body: { response } }));
}

/** Password, then what else the account asks for. Passkeys alone are enough where there is one. */
export function Login(props: { readonly session: AtTheDoor }) {
  const { session } = props;
  return session.state === 'signed-out' ? (
    <PasswordStep passkeys={session.passkeys} />
  ) : (
    <FactorStep methods={session.methods} />
  );
}

function PasskeyButton() {
  const action = useAction(byPasskey);
  return (
    <>
      <button type="button" className="button large" onClick={action.run} disabled={action.running}>
        Use a passkey
      </button>
      {action.error === null ? null : <ProblemNote error={action.error} />}
    </>
  );
}

function PasswordStep(props: { readonly passkeys: boolean }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const action = useAction(async () => putSession(await call('login.password', { body: { name, password } })));
  return (
    <Door title="Log in">
      <form
        className="door-form"
        style={{ display: 'grid', gap: 16 }}
        onSubmit={(event) => {
          event.preventDefault();
          action.run();
        }}
      >
        <TextField
          label="Name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="username webauthn"
          required
          withAsterisk={false}
          autoFocus
        />
        <PasswordField
          label="Password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          required
          withAsterisk={false}
        />
        {action.error === null ? null : <ProblemNote error={action.error} />}
        <button type="submit" className="button primary large" disabled={action.running} aria-busy={action.running}>
          Log in
        </button>
      </form>
      {props.passkeys && passkeysWork() ? (
        <>
          <p className="or">or</p>
          <PasskeyButton />
        </>
      ) : null}
      <p className="dim small">
        Forgotten? On the machine of this desk run <code>npx gapless reset-password NAME</code>.{' '}
        <a href="/invite">I was invited</a>
      </p>
    </Door>
  );
}

type Method = Extract<Session, { state: 'second-factor' }>['methods'][number];

function FactorStep(props: { readonly methods: readonly Method[] }) {
  const [kind, setKind] = useState<'totp' | 'recovery'>(props.methods.includes('totp') ? 'totp' : 'recovery');
  const [code, setCode] = useState('');
  const action = useAction(async () => putSession(await call('login.factor', { body: { kind, code: code.trim() } })));
  const passkey = props.methods.includes('passkey') && passkeysWork();
  return (
    <Door title="One more proof" lead="Your password is right. This account asks for a second factor.">
      {kind === 'totp' && !props.methods.includes('totp') ? null : (
        <form
          style={{ display: 'grid', gap: 16 }}
          onSubmit={(event) => {
            event.preventDefault();
            action.run();
          }}
        >
          {kind === 'totp' ? (
            <CodeField label="Code from your authenticator" value={code} onChange={setCode} />
          ) : (
            <TextField
              label="Recovery code"
              description="One of the codes you kept. Each works once."
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
              data-autofocus
            />
          )}
          {action.error === null ? null : <ProblemNote error={action.error} />}
          <button type="submit" className="button primary large" disabled={action.running || code === ''}>
            Log in
          </button>
        </form>
      )}
      {passkey ? (
        <>
          <p className="or">or</p>
          <PasskeyButton />
        </>
      ) : null}
      <p className="door-foot">
        {props.methods.includes('recovery') && props.methods.includes('totp') ? (
          <button
            type="button"
            className="quiet"
            onClick={() => {
              setKind(kind === 'totp' ? 'recovery' : 'totp');
              setCode('');
              action.clear();
            }}
          >
            {kind === 'totp' ? 'Use a recovery code' : 'Use the authenticator'}
          </button>
        ) : null}
      </p>
    </Door>
  );
}
