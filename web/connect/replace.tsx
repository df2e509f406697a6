import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { connectionsQuery } from '../api/queries.ts';
import { Flow } from './flow.tsx';
import { Panel } from './panel.tsx';

/** The connection stays, with its name and history; only its key changes. */
export function ReplaceKey() {
  const { id } = useParams({ from: '/exchanges/$id/key' });
  const navigate = useNavigate();
  const { data: connections } = useQuery(connectionsQuery);
  const connection = connections?.find((one) => one.id === id);
  if (connections === undefined) return null;
  return (
    <Panel title={connection === undefined ? 'Replace key' : `Replace key of ${connection.label}`}>
      {connection === undefined ? (
        <div className="empty">
          <p>This connection is not here any more. It may have been removed.</p>
          <button type="button" className="button" onClick={() => void navigate({ to: '/exchanges' })}>
            Show My Exchanges
          </button>
        </div>
      ) : (
        <Flow
          key={id}
          target={{ kind: 'replace', connection }}
          onAnother={() => void navigate({ to: '/exchanges/add' })}
        />
      )}
    </Panel>
  );
}
