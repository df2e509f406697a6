/** The second look before keys and security settings. Afterwards the action that asked goes on by itself. */

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { factorsQuery } from '../api/queries.ts';
import { settleStepUp } from '../api/step-up.ts';
import { Dialog } from '../parts/dialog.tsx';
import { CodeField, PasswordField } from '../parts/fields.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { useAction } from '../parts/use-action.ts';
import { passkeysWork, provePasskey } from './passkey.ts';

export function StepUp() {
  const factors = useQuery(factorsQuery);
  const [typed, setTyped] = useState('');
  const ways = factors.data?.stepUpWith ?? [];
  const totp = ways.includes('totp');
  const prove = useAction(async () => {
    await call('stepUp.prove', {
      body: totp ? { kind: 'totp', code: typed } : { kind: 'password', password: typed },
    });
    settleStepUp(true);
  });
  const passkey = useAction(async () => {
    const { options } = await call('stepUp.passkey.options');
    await call('stepUp.passkey', { body: { response: await provePasskey(options) } });
    settleStepUp(true);
  });
  const problem = prove.error ?? passkey.error ?? factors.error;
  const hasPasskey = ways.includes('passkey') && passkeysWork();
  return (
    <Dialog title="Confirm that it is you" onClose={() => settleStepUp(false)}>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          prove.run();
        }}
      >
        <p className="dim">Keys and security settings ask for a second look, valid for five minutes.</p>
        {factors.data === undefined ? null : totp ? (
          <CodeField label="Code from your authenticator" value={typed} onChange={setTyped} />
        ) : ways.includes('password') ? (
          <PasswordField
            label="Password"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="current-password"
            data-autofocus
          />
        ) : null}
        {problem === null ? null : <ProblemNote error={problem} />}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={() => settleStepUp(false)}>
            Cancel
          </button>
          {hasPasskey ? (
            <button type="button" className="button" onClick={passkey.run} disabled={passkey.running}>
              Use a passkey
            </button>
          ) : null}
          {totp || ways.includes('password') ? (
            <button type="submit" className="button primary" disabled={prove.running || typed === ''}>
              Continue
            </button>
          ) : null}
        </div>
      </form>
    </Dialog>
  );
}
