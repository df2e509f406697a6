/** How secrets are kept, in plain words, and the switch that stops every use of them at once. */

import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { CustodyState } from '../../src/contract/custody.ts';
import { call } from '../api/client.ts';
import { custodyQuery, queryClient } from '../api/queries.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { PasswordField } from '../parts/fields.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { useAction } from '../parts/use-action.ts';
import { fingerprintOf, seal } from '../sealing/seal.ts';
import { Block } from './block.tsx';

const STATES: Readonly<Record<CustodyState['state'], { readonly words: string; readonly tone: string }>> = {
  open: { words: 'Open: keys can be used', tone: 'plain' },
  locked: { words: 'Locked: no key can be used', tone: 'amber' },
  halted: { words: 'Halted', tone: 'red' },
  unreachable: { words: 'Not answering', tone: 'red' },
};
const MODES: Readonly<Record<CustodyState['unlockMode'], string>> = {
  passphrase: 'Passphrase',
  'key-file': 'Key file',
  unknown: 'Not known',
};

const put = (state: CustodyState): void => {
  queryClient.setQueryData(['custody.read'], state);
};

export function CustodyCard(props: { readonly owner: boolean }) {
  const query = useQuery(custodyQuery);
  const [asks, setAsks] = useState<'nothing' | 'lock' | 'unlock'>('nothing');
  const custody = query.data;
  return (
    <Block
      title="How secrets are kept"
      query={query}
      wide
      aside={
        props.owner && (custody?.state === 'open' || custody?.state === 'locked') ? (
          <button
            type="button"
            className={custody.state === 'locked' ? 'button primary' : 'button'}
            onClick={() => setAsks(custody.state === 'locked' ? 'unlock' : 'lock')}
          >
            {custody.state === 'locked' ? 'Unlock' : 'Lock'}
          </button>
        ) : null
      }
    >
      {custody === undefined ? null : <Facts custody={custody} />}
      {asks === 'lock' && custody !== undefined ? (
        <Lock mode={custody.unlockMode} onClose={() => setAsks('nothing')} />
      ) : null}
      {asks === 'unlock' && custody !== undefined ? (
        <Unlock custody={custody} onClose={() => setAsks('nothing')} />
      ) : null}
    </Block>
  );
}

function Facts(props: { readonly custody: CustodyState }) {
  const { custody } = props;
  const { words, tone } = STATES[custody.state];
  const fingerprint = useFingerprint(custody.sealingKey) ?? custody.fingerprint;
  return (
    <dl className="facts">
      <div>
        <dt>State</dt>
        <dd>
          <span className="pill" data-tone={tone}>
            <span className="dot" data-tone={tone} aria-hidden="true" />
            {words}
          </span>
          {custody.reason === '' ? null : <p>{custody.reason}</p>}
          <p className="dim">
            {custody.keys} {custody.keys === 1 ? 'key is' : 'keys are'} held. Every use of one is written to the audit
            trail first.
          </p>
        </dd>
      </div>
      <div>
        <dt>Unlocked by</dt>
        <dd>
          <strong>{MODES[custody.unlockMode]}</strong>
          <p className="dim">{custody.unlockExplained}</p>
          {custody.keyFile === null ? null : (
            <p>
              <code className="path" translate="no">
                {custody.keyFile}
              </code>{' '}
              <CopyButton text={custody.keyFile} what="path of the key file" />
            </p>
          )}
        </dd>
      </div>
      <div>
        <dt>Level</dt>
        <dd>
          <strong>{custody.level === 'unknown' ? 'Not known' : custody.level}</strong>
          <p className="dim">{custody.levelExplained}</p>
        </dd>
      </div>
      <div>
        <dt>Fingerprint</dt>
        <dd>
          {fingerprint === null ? (
            <p className="dim">Known once custody was open.</p>
          ) : (
            <p className="mono path" translate="no">
              {fingerprint}
            </p>
          )}
          <p className="dim">
            The page seals your keys to it. Compare it with <code>{custody.compareWith}</code> in a terminal on that
            machine.
          </p>
        </dd>
      </div>
      <div>
        <dt>In force</dt>
        <dd>
          <ul className="hardening">
            {custody.hardening.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </dd>
      </div>
      <div>
        <dt>Talks only to</dt>
        <dd>
          <ul className="hardening">
            {custody.venues.map(({ venue, address }) => (
              <li key={venue} translate="no">
                {venue === 'whitebit' ? 'WhiteBIT' : 'Practice exchange'}: {address}
              </li>
            ))}
          </ul>
        </dd>
      </div>
    </dl>
  );
}

function useFingerprint(key: string | null): string | null {
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    const set = (value: string | null): void => (current ? setText(value) : undefined);
    if (key === null) set(null);
    else fingerprintOf(key).then(set, () => set(null));
    return () => {
      current = false;
    };
  }, [key]);
  return text;
}

function Lock(props: { readonly mode: CustodyState['unlockMode']; readonly onClose: () => void }) {
  const lock = useAction(async () => {
    put(await call('custody.lock'));
    props.onClose();
  });
  return (
    <Dialog title="Lock custody?" onClose={props.onClose}>
      <div className="dialog-form">
        <p>
          No key is used until it is unlocked again. Balances stay as last seen.{' '}
          {props.mode === 'passphrase' ? 'You need the passphrase to unlock it.' : 'The key file unlocks it again.'}
        </p>
        {lock.error === null ? null : <ProblemNote error={lock.error} />}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={props.onClose}>
            Cancel
          </button>
          <button type="button" className="button danger" onClick={lock.run} disabled={lock.running}>
            Lock
          </button>
        </div>
      </div>
    </Dialog>
  );
}

/** The passphrase is sealed like a secret; with a key file an empty one is sent, because custody reads the file itself. */
function Unlock(props: { readonly custody: CustodyState; readonly onClose: () => void }) {
  const { sealingKey, unlockMode, unlockWith } = props.custody;
  const [passphrase, setPassphrase] = useState('');
  const unlock = useAction(async () => {
    if (sealingKey === null) return;
    const sealed = await seal([passphrase], { for: 'passphrase' }, sealingKey);
    put(await call('custody.unlock', { body: { sealed } }));
    setPassphrase('');
    await queryClient.invalidateQueries({ queryKey: ['connections.list'] });
    props.onClose();
  });
  return (
    <Dialog title="Unlock custody" onClose={props.onClose}>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          unlock.run();
        }}
      >
        {unlockMode === 'passphrase' ? (
          <PasswordField
            label="Passphrase"
            description="Sealed in this browser; only custody can read it."
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        ) : (
          <p>The key file on that machine unlocks it.</p>
        )}
        {sealingKey === null ? (
          <p className="note">
            Custody has not shown its public key since it started, so the page has nothing to seal to. On that machine
            run <code>{unlockWith}</code>.
          </p>
        ) : null}
        {unlock.error === null ? null : <ProblemNote error={unlock.error} />}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={props.onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className="button primary"
            disabled={unlock.running || sealingKey === null || (unlockMode === 'passphrase' && passphrase === '')}
          >
            Unlock
          </button>
        </div>
      </form>
    </Dialog>
  );
}
