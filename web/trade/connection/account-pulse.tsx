/** In the status line: how the account that trades is heard. Nothing where none does. */

import { duration, exactTime } from '../../format/time.ts';
import { useNowText } from '../../parts/now.ts';
import { useAccount } from '../data/account.ts';
import { lastHeardAtMs } from '../data/stores.ts';

const STREAM = { live: 'live', lost: 'lost', gap: 'has a gap' } as const;

export function AccountPulse() {
  const account = useAccount();
  const connection = account?.connection ?? null;
  const since = useNowText((nowMs) => (account === null ? '' : duration(nowMs - account.stream.sinceMs)));
  const event = useNowText((nowMs) => {
    const atMs = connection === null ? null : lastHeardAtMs(connection);
    return atMs === null ? 'none yet' : `${duration(nowMs - atMs)} ago`;
  });
  if (account === null) return null;
  const { stream, reconciledAtMs } = account;
  return (
    <>
      <span title={`${stream.why === '' ? 'The private stream of the account that trades.' : stream.why}`}>
        Account stream {STREAM[stream.state]} {since}
      </span>
      <span
        title={
          reconciledAtMs === null
            ? 'Not compared with the exchange since the desk started'
            : `Compared with the exchange ${exactTime(reconciledAtMs)}`
        }
      >
        Last event {event}
      </span>
    </>
  );
}
