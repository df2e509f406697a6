import type { Connection } from '../../src/contract/exchanges.ts';
import { call } from '../api/client.ts';
import { queryClient } from '../api/queries.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { say } from '../parts/said.tsx';
import { useAction } from '../parts/use-action.ts';

/** Says what happens before it happens; it cannot be undone, because the secret is not kept anywhere else. */
export function Remove(props: { readonly connection: Connection; readonly onClose: () => void }) {
  const { id, label, venueName } = props.connection;
  const remove = useAction(async () => {
    await call('connections.remove', { params: { id } });
    queryClient.setQueryData<readonly Connection[]>(['connections.list'], (known) => known?.filter((c) => c.id !== id));
    await queryClient.invalidateQueries({ queryKey: ['overview.read'] });
    say(`${label} is removed. Its key is erased from this machine.`);
    props.onClose();
  });
  return (
    <Dialog title={`Remove ${label}?`} onClose={props.onClose}>
      <div className="dialog-form">
        <ul className="plain-list">
          <li>Its key and secret are erased from this machine. This cannot be undone.</li>
          <li>Your money and orders at {venueName} are not touched.</li>
          <li>
            The key itself lives on at {venueName}. Delete it there too, under <strong>API</strong>.
          </li>
          <li>The audit trail keeps its entries.</li>
        </ul>
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
