/** In the status line: how the account that trades is heard. Nothing where none does. */

import { useQuery } from '@tanstack/react-query';
import { connectionsQuery } from '../../api/queries.ts';
import { duration, exactTime } from '../../format/time.ts';
import { useLine } from '../../live/live.ts';
import { useNowText } from '../../parts/now.ts';
import { useAccount } from '../data/account.ts';
import { lastEventAtMs } from '../data/stores.ts';
import { noStreamWords } from './condition.ts';

const STREAM = { live: 'live', lost: 'lost', gap: 'has a gap' } as const;

export function AccountPulse() {
  const account = useAccount();
  const line = useLine();
  const { data: connections } = useQuery(connectionsQuery);
  const connection = account?.connection ?? null;
  const since = useNowText((nowMs) => (account === null ? '' : duration(nowMs - account.stream.sinceMs)));
  const event = useNowText((nowMs) => {
    const atMs = connection === null ? null : lastEventAtMs(connection);
    return atMs === null ? 'none yet' : `${duration(nowMs - atMs)} ago`;
  });
  const compared = useNowText((nowMs) =>
    account?.reconciledAtMs == null ? '' : `${duration(nowMs - account.reconciledAtMs)} ago`,
  );
  if (account === null) return null;
  const { stream, reconciledAtMs } = account;
  const label = connections?.find(({ id }) => id === connection)?.label ?? 'Account';
  if (line.state === 'down')
    return <span title="Only the desk hears the exchange, and the desk does not answer">{label}: not known now</span>;
  const without = noStreamWords(account);
  if (without !== null)
    return (
      <span title="The private stream tells of orders and trades">
        {label}: {without}
      </span>
    );
  return (
    <>
      <span title={stream.why === '' ? 'The private stream of the connection that trades' : stream.why}>
        {label}: stream {STREAM[stream.state]} <span className="age">{since}</span>
      </span>
      <span title="Since one of its orders changed or traded, as far as this page was told">
        Last event <span className="age is-ago">{event}</span>
      </span>
      <span
        title={
          reconciledAtMs === null
            ? 'Since the desk started, not everything was compared with the exchange'
            : `Everything was compared with the exchange at ${exactTime(reconciledAtMs)}`
        }
      >
        Compared <span className="age is-ago">{reconciledAtMs === null ? 'not yet' : compared}</span>
      </span>
    </>
  );
}
