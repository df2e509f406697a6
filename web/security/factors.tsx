/** What proves that it is you: password, authenticator, recovery codes, passkeys. */

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { factorsQuery, queryClient } from '../api/queries.ts';
import { Strength } from '../door/new-person.tsx';
import { makePasskey, passkeysWork } from '../door/passkey.ts';
import '../style/door.css';
import { RecoveryCodes, TotpSetup } from '../door/totp-setup.tsx';
import { useSignedIn } from '../frame/signed-in.ts';
import { Ago } from '../parts/ago.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { PasswordField, TextField } from '../parts/fields.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { say } from '../parts/said.tsx';
import { useAction } from '../parts/use-action.ts';
import { Block } from './block.tsx';

const again = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['factors.read'] });
type Asks =
  | { readonly kind: 'nothing' | 'password' | 'totp' | 'totp-off' | 'passkey' }
  | { readonly kind: 'codes'; readonly codes: readonly string[] };
const NOTHING: Asks = { kind: 'nothing' };

export function Factors() {
  const query = useQuery(factorsQuery);
  const [asks, setAsks] = useState<Asks>(NOTHING);
  const renew = useAction(async () => {
    const { recoveryCodes } = await call('factors.recovery.renew');
    await again();
    setAsks({ kind: 'codes', codes: recoveryCodes });
  });
  const removePasskey = useAction(async (id: string) => {
    await call('factors.passkey.remove', { params: { id } });
    await again();
  });
  const close = (): void => setAsks(NOTHING);
  const factors = query.data;
  const problem = renew.error ?? removePasskey.error;
  return (
    <Block title="Proving that it is you" query={query}>
      {factors === undefined ? null : (
        <ul className="rows">
          <li>
            <div>
              <p>Password</p>
              <p className="dim small">
                <Ago prefix="changed" atMs={factors.passwordChangedAtMs} />
              </p>
            </div>
            <button type="button" className="quiet" onClick={() => setAsks({ kind: 'password' })}>
              Change password
            </button>
          </li>
          <li>
            <div>
              <p>Authenticator</p>
              <p className="dim small">
                {factors.totp
                  ? 'On. Asked at each login and for a second look.'
                  : 'Off. A stolen password alone opens this desk.'}
              </p>
            </div>
            <button
              type="button"
              className={factors.totp ? 'quiet plain' : 'quiet'}
              onClick={() => setAsks({ kind: factors.totp ? 'totp-off' : 'totp' })}
            >
              {factors.totp ? 'Turn off' : 'Set up'}
            </button>
          </li>
          {factors.totp ? (
            <li>
              <div>
                <p>Recovery codes</p>
                <p className="dim small">{factors.recoveryCodesLeft} of 10 left</p>
              </div>
              <button type="button" className="quiet" onClick={renew.run} disabled={renew.running}>
                Make new ones
              </button>
            </li>
          ) : null}
          {factors.passkeys.map(({ id, label, addedAtMs, lastUsedAtMs }) => (
            <li key={id}>
              <div>
                <p>Passkey · {label}</p>
                <p className="dim small">
                  <Ago prefix="added" atMs={addedAtMs} /> ·{' '}
                  {lastUsedAtMs === null ? 'not used yet' : <Ago prefix="used" atMs={lastUsedAtMs} />}
                </p>
              </div>
              <button
                type="button"
                className="quiet plain"
                onClick={() => removePasskey.run(id)}
                disabled={removePasskey.running}
                aria-label={`Remove passkey ${label}`}
              >
                Remove
              </button>
            </li>
          ))}
          <li>
            <div>
              <p>Add a passkey</p>
              <p className="dim small">
                {passkeysWork()
                  ? 'This device or a security key; nothing to type, nothing to phish.'
                  : 'This browser offers none here.'}
              </p>
            </div>
            <button
              type="button"
              className="quiet"
              onClick={() => setAsks({ kind: 'passkey' })}
              disabled={!passkeysWork()}
            >
              Add
            </button>
          </li>
        </ul>
      )}
      {problem === null ? null : <ProblemNote error={problem} />}
      {asks.kind === 'password' ? <ChangePassword onClose={close} /> : null}
      {asks.kind === 'totp' ? (
        <Dialog title="Set up an authenticator" onClose={close} size={520}>
          <TotpSetup cancel="Cancel" onCancel={close} onDone={close} />
        </Dialog>
      ) : null}
      {asks.kind === 'totp-off' ? <TotpOff onClose={close} /> : null}
      {asks.kind === 'passkey' ? <AddPasskey onClose={close} /> : null}
      {asks.kind === 'codes' ? (
        <Dialog title="New recovery codes" onClose={close}>
          <RecoveryCodes codes={asks.codes} onKept={close} />
        </Dialog>
      ) : null}
    </Block>
  );
}

function ChangePassword(props: { readonly onClose: () => void }) {
  const { user } = useSignedIn();
  const [password, setPassword] = useState('');
  const change = useAction(async () => {
    await call('factors.password', { body: { password } });
    say('Your password is changed. Every other session was ended; API tokens go on working.');
    await again();
    props.onClose();
  });
  return (
    <Dialog title="Change password" onClose={props.onClose}>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          change.run();
        }}
      >
        <input type="text" autoComplete="username" value={user.name} readOnly hidden />
        <PasswordField
          label="New password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="new-password"
          minLength={8}
          maxLength={128}
          data-autofocus
        />
        <Strength password={password} name={user.name} />
        <p className="dim small">
          Every other session ends. API tokens go on working:{' '}
          <Link to="/settings" hash="tokens" onClick={props.onClose}>
            revoke those that you do not know
          </Link>
          .
        </p>
        {change.error === null ? null : <ProblemNote error={change.error} />}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={props.onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={change.running || password.length < 8}>
            Change password
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function TotpOff(props: { readonly onClose: () => void }) {
  const off = useAction(async () => {
    await call('factors.totp.remove');
    await again();
    props.onClose();
  });
  return (
    <Dialog title="Turn the authenticator off?" onClose={props.onClose}>
      <div className="dialog-form">
        <p>From then on the password alone opens this desk. The recovery codes end as well.</p>
        {off.error === null ? null : <ProblemNote error={off.error} />}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={props.onClose} data-autofocus>
            Cancel
          </button>
          <button type="button" className="button danger" onClick={off.run} disabled={off.running}>
            Turn off
          </button>
        </div>
      </div>
    </Dialog>
  );
}

function AddPasskey(props: { readonly onClose: () => void }) {
  const [label, setLabel] = useState('');
  const add = useAction(async () => {
    const { options } = await call('factors.passkey.options');
    const response = await makePasskey(options);
    await call('factors.passkey.add', { body: { label: label.trim(), response } });
    await again();
    props.onClose();
  });
  return (
    <Dialog title="Add a passkey" onClose={props.onClose}>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          add.run();
        }}
      >
        <TextField
          label="What do you call this device?"
          value={label}
          maxLength={60}
          placeholder="Laptop"
          onChange={(event) => setLabel(event.currentTarget.value)}
          data-autofocus
        />
        {add.error === null ? null : <ProblemNote error={add.error} />}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={props.onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={add.running || label.trim() === ''}>
            Continue
          </button>
        </div>
      </form>
    </Dialog>
  );
}
