/** Turning the authenticator on: scan, type one code, keep the recovery codes. */

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Reply } from '../../src/contract/contract.ts';
import { call } from '../api/client.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { CodeField } from '../parts/fields.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { useAction } from '../parts/use-action.ts';
import { Qr } from './qr-code.tsx';
// At the door no dialog has brought its styles along.
import '../style/dialog.css';

export function RecoveryCodes(props: { readonly codes: readonly string[]; readonly onKept: () => void }) {
  const text = `${props.codes.join('\n')}\n`;
  const save = (): void => {
    const url = URL.createObjectURL(
      new Blob([`Gapless recovery codes, each works once\n\n${text}`], { type: 'text/plain' }),
    );
    const link = document.createElement('a');
    link.href = url;
    link.download = 'gapless-recovery-codes.txt';
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <div className="dialog-form">
      <p>
        <strong>Keep these recovery codes.</strong> Each opens your account once when the authenticator is lost. They
        are shown only now.
      </p>
      <ol className="codes" translate="no">
        {props.codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className="dialog-foot">
        <CopyButton text={text} what="recovery codes" />
        <button type="button" className="button" onClick={save}>
          Download
        </button>
        <button type="button" className="button primary" onClick={props.onKept}>
          I kept them
        </button>
      </div>
    </div>
  );
}

export function TotpSetup(props: {
  readonly onDone: () => void;
  readonly onCancel: () => void;
  readonly cancel: string;
}) {
  const [offer, setOffer] = useState<Reply<'factors.totp.start'> | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [code, setCode] = useState('');
  const queries = useQueryClient();
  const start = useAction(async () => setOffer(await call('factors.totp.start')));
  const confirm = useAction(async () => {
    setCodes((await call('factors.totp.confirm', { body: { code } })).recoveryCodes);
    await queries.invalidateQueries({ queryKey: ['factors.read'] });
  });
  useEffect(start.run, []);
  if (codes !== null) return <RecoveryCodes codes={codes} onKept={props.onDone} />;
  return (
    <form
      className="dialog-form"
      style={{ display: 'grid', gap: 14 }}
      onSubmit={(event) => {
        event.preventDefault();
        confirm.run();
      }}
    >
      {offer === null ? null : (
        <div className="qr-side">
          <Qr svg={offer.qrSvg} label="QR code for your authenticator" />
          <div style={{ display: 'grid', gap: 12 }}>
            <p>Scan this with an authenticator app, or type the setup key into it. Then enter the code it shows.</p>
            <div>
              <p className="dim small">Setup key</p>
              <p className="setup-key" translate="no">
                {(offer.secret.match(/.{1,4}/g) ?? []).join(' ')}
              </p>
              <CopyButton text={offer.secret} what="setup key" />
            </div>
            <CodeField label="Code" value={code} onChange={setCode} />
          </div>
        </div>
      )}
      {start.error === null ? null : <ProblemNote error={start.error} again={start.run} />}
      {confirm.error === null ? null : <ProblemNote error={confirm.error} />}
      <div className="dialog-foot">
        <button type="button" className="button" onClick={props.onCancel}>
          {props.cancel}
        </button>
        <button type="submit" className="button primary" disabled={confirm.running || code.length < 6}>
          Turn on
        </button>
      </div>
    </form>
  );
}
