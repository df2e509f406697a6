import type { Policy } from '../../../src/contract/trading.ts';
import { call } from '../../api/client.ts';
import { queryClient } from '../../api/queries.ts';
import { duration, exactTime, until } from '../../format/time.ts';
import { Ago } from '../../parts/ago.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { useNowText } from '../../parts/now.ts';
import { ProblemNote } from '../../parts/problem.tsx';
import { useAction } from '../../parts/use-action.ts';

type Props = { readonly connection: string; readonly proposal: NonNullable<Policy['proposal']> };

/** What waits, for whom, until when. Approving is typed at the machine: this page could be anybody's. */
export function Proposal({ connection, proposal }: Props) {
  const { words, approveWith, inForceAtMs, delayMs, proposedAtMs } = proposal;
  const left = useNowText((nowMs) => (inForceAtMs === null ? '' : until(inForceAtMs, nowMs)));
  const withdraw = useAction(async () => {
    const policy = await call('trading.policy.withdraw', {
      params: { id: connection },
      body: { proposal: proposal.id },
    });
    queryClient.setQueryData(['trading.policy.read', { connection }], policy);
  });
  return (
    <div className="proposal" role="status">
      <p>
        <strong>{inForceAtMs === null ? 'A change waits for your approval' : `A change is in force ${left}`}</strong>{' '}
        <span className="dim">
          <Ago prefix="Proposed" atMs={proposedAtMs} />
        </span>
      </p>
      <ul className="plain-list">
        {words.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      {inForceAtMs === null ? null : <p className="dim">From {exactTime(inForceAtMs)} on.</p>}
      {approveWith === '' ? null : (
        <>
          <p>
            Type this on the machine that the desk runs on
            {delayMs === 0 ? '; it is in force at once.' : `; it is in force ${duration(delayMs)} after that.`}
          </p>
          <p className="command">
            <code>{approveWith}</code>
            <CopyButton text={approveWith} what="command" />
          </p>
        </>
      )}
      {withdraw.error === null ? null : <ProblemNote error={withdraw.error} />}
      <div>
        <button type="button" className="button" onClick={withdraw.run} disabled={withdraw.running}>
          Withdraw it
        </button>
      </div>
    </div>
  );
}
