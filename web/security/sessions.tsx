import { useQuery } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import { queryClient, sessionsQuery } from '../api/queries.ts';
import { Ago } from '../parts/ago.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { say } from '../parts/said.tsx';
import { useAction } from '../parts/use-action.ts';
import { Block } from './block.tsx';

const again = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['sessions.list'] });

export function Sessions() {
  const query = useQuery(sessionsQuery);
  const end = useAction(async (id: string) => {
    await call('sessions.revoke', { params: { id } });
    await again();
  });
  const endOthers = useAction(async () => {
    const { revoked } = await call('sessions.revokeOthers');
    say(revoked === 1 ? 'One other session ended.' : `${revoked} other sessions ended.`);
    await again();
  });
  const sessions = query.data ?? [];
  return (
    <Block
      title="Sessions"
      query={query}
      aside={
        sessions.length > 1 ? (
          <button type="button" className="quiet" onClick={endOthers.run} disabled={endOthers.running}>
            End all others
          </button>
        ) : null
      }
    >
      {end.error === null ? null : <ProblemNote error={end.error} />}
      <ul className="rows">
        {sessions.map(({ id, current, device, address, createdAtMs, lastSeenAtMs }) => (
          <li key={id}>
            <div>
              <p>
                {device} {current ? <strong>· this one</strong> : null}
              </p>
              <p className="dim small">
                {address} · <Ago prefix="logged in" atMs={createdAtMs} /> · <Ago prefix="seen" atMs={lastSeenAtMs} />
              </p>
            </div>
            {current ? null : (
              <button
                type="button"
                className="quiet"
                onClick={() => end.run(id)}
                disabled={end.running}
                aria-label={`End the session on ${device}`}
              >
                End
              </button>
            )}
          </li>
        ))}
      </ul>
    </Block>
  );
}
