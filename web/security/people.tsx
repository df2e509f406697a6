/** Who else uses this desk. Nobody sees another's exchanges, also not the owner. */

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Person } from '../../src/contract/people.ts';
import { call } from '../api/client.ts';
import { queryClient, usersQuery } from '../api/queries.ts';
import { until } from '../format/time.ts';
import { Ago } from '../parts/ago.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useNowText } from '../parts/now.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { useAction } from '../parts/use-action.ts';
import { Block } from './block.tsx';

const again = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['users.list'] });

export function People(props: { readonly me: string }) {
  const query = useQuery(usersQuery);
  const [code, setCode] = useState<string | null>(null);
  const [removing, setRemoving] = useState<Person | null>(null);
  const invite = useAction(async () => {
    setCode((await call('users.invite')).code);
    await again();
  });
  return (
    <Block
      title="People"
      query={query}
      aside={
        <button type="button" className="quiet" onClick={invite.run} disabled={invite.running}>
          Invite
        </button>
      }
    >
      {invite.error === null ? null : <ProblemNote error={invite.error} />}
      <ul className="rows">
        {(query.data?.users ?? []).map((person) => (
          <li key={person.id}>
            <div>
              <p>
                {person.name} {person.id === props.me ? <strong>· you</strong> : null}
              </p>
              <p className="dim small">
                {person.role} · <Ago prefix="joined" atMs={person.createdAtMs} />
              </p>
            </div>
            {person.id === props.me ? null : (
              <button
                type="button"
                className="quiet plain"
                onClick={() => setRemoving(person)}
                aria-label={`Remove ${person.name}`}
              >
                Remove
              </button>
            )}
          </li>
        ))}
        {(query.data?.invitations ?? []).map(({ id, expiresAtMs }) => (
          <li key={id}>
            <div>
              <p className="dim">Open invitation</p>
              <p className="dim small">
                ends <Until atMs={expiresAtMs} />
              </p>
            </div>
          </li>
        ))}
      </ul>
      {code === null ? null : (
        <Dialog title="Invitation" onClose={() => setCode(null)}>
          <div className="dialog-form">
            <p>Give this code to one person. It works once, within 24 hours, and is shown only now.</p>
            <p className="codes one" translate="no">
              {code}
            </p>
            <p className="dim">
              They open <code>{`${location.origin}/invite`}</code> and type it there.
            </p>
            <div className="dialog-foot">
              <CopyButton text={code} what="invitation code" />
              <button type="button" className="button primary" onClick={() => setCode(null)}>
                Done
              </button>
            </div>
          </div>
        </Dialog>
      )}
      {removing === null ? null : <RemovePerson person={removing} onClose={() => setRemoving(null)} />}
    </Block>
  );
}

function Until(props: { readonly atMs: number }) {
  return useNowText((nowMs) => until(props.atMs, nowMs));
}

function RemovePerson(props: { readonly person: Person; readonly onClose: () => void }) {
  const { id, name } = props.person;
  const remove = useAction(async () => {
    await call('users.remove', { params: { id } });
    await again();
    props.onClose();
  });
  return (
    <Dialog title={`Remove ${name}?`} onClose={props.onClose}>
      <div className="dialog-form">
        <p>
          {name} is logged out everywhere, and their exchanges and keys are erased from this machine. Their money at the
          exchanges is not touched. This cannot be undone.
        </p>
        {remove.error === null ? null : <ProblemNote error={remove.error} />}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={props.onClose} data-autofocus>
            Cancel
          </button>
          <button type="button" className="button danger" onClick={remove.run} disabled={remove.running}>
            Remove
          </button>
        </div>
      </div>
    </Dialog>
  );
}
