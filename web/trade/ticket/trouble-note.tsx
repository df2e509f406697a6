/** Nothing is barred, but what stands in the ticket is not of now: said beside the button. */

import type { OrderProblem } from '../../../src/contract/trading.ts';
import { useLine } from '../../live/live.ts';
import { useNowText } from '../../parts/now.ts';
import { useAccount } from '../data/account.ts';
import { useNarrow } from '../layout/use-narrow.ts';

/** As the note at the top of the page: a line that blinks for a second is not worth a word. */
const WORTH_A_WORD_MS = 2000;

export function TroubleNote({ problems }: { readonly problems: readonly OrderProblem[] }) {
  const account = useAccount();
  const line = useLine();
  const narrow = useNarrow();
  const down = useNowText((nowMs) =>
    line.state === 'down' && nowMs - line.sinceMs >= WORTH_A_WORD_MS ? 'No live line to the desk.' : '',
  );
  if (down !== '') return <Said cause={down} cure="Prices and balances here are the last that were known." />;
  // On a phone the bar with the very same words stands above the ticket.
  if (account?.state !== 'trouble' || narrow) return null;
  // The problem of this order says it already, and asks.
  if (problems.some(({ confirm }) => confirm === 'without-stream')) return null;
  return <Said cause={account.cause} cure={account.cure} />;
}

function Said({ cause, cure }: { readonly cause: string; readonly cure: string }) {
  return (
    <p className="ticket-trouble small" role="status">
      <strong>{cause}</strong> {cure}
    </p>
  );
}
