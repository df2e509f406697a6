/** The second look before an order leaves. What is shown here is what is sent, whatever the form does meanwhile. */

import { groupDigits } from '../../format/number.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { useNowText } from '../../parts/now.ts';
import type { Asked } from './use-send.ts';
import { orderWords, SIDE_WORDS } from './words.ts';

type Props = { readonly asked: Asked; readonly base: string; readonly onYes: () => void; readonly onNo: () => void };

/** At the market the price moves while one reads. */
const OLD_AFTER_MS = 10_000;

export function ConfirmOrder({ asked, base, onYes, onNo }: Props) {
  const { ask, preview } = asked;
  const side = ask.draft.side;
  const old = useNowText((nowMs) => nowMs - asked.atMs > OLD_AFTER_MS);
  return (
    <Dialog title={`${SIDE_WORDS[side]} ${base}?`} onClose={onNo}>
      <div className="ticket-confirm">
        <p>
          <strong>{orderWords(ask.draft, ask.market)}</strong>
        </p>
        <p>{groupDigits(preview.sentence)}</p>
        {preview.sentAs === '' ? null : <p className="dim">{groupDigits(preview.sentAs)}</p>}
        {old ? <p className="dim">The market may have moved since this was reckoned. Go back to see it anew.</p> : null}
        <div className="actions">
          <button
            type="button"
            className="button large ticket-send"
            data-side={side}
            data-autofocus
            // Held down, Enter opens this and would answer it as well.
            onKeyDown={(event) => (event.repeat ? event.preventDefault() : undefined)}
            onClick={(event) => (event.detail > 1 ? undefined : onYes())}
          >
            {SIDE_WORDS[side]} {base}
          </button>
          <button type="button" className="button large" onClick={onNo}>
            Back
          </button>
        </div>
      </div>
    </Dialog>
  );
}
