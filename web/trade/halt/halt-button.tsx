/** The brake, on every page. When it was pulled the button says so, and since when. */

import { lazy, Suspense } from 'react';
import { duration, exactTime } from '../../format/time.ts';
import { useNowText } from '../../parts/now.ts';
import { useIsOpen } from '../../parts/openable.ts';
import { useHalt } from '../data/account.ts';
import { haltDialog } from './halt-store.ts';
import { haltWords } from './halt-words.ts';

const HaltDialog = lazy(() => import('./halt-dialog.tsx').then((m) => ({ default: m.HaltDialog })));

export function HaltButton() {
  const halt = useHalt();
  const open = useIsOpen(haltDialog);
  const words = halt === undefined ? null : haltWords(halt);
  const age = useNowText((nowMs) => (words === null ? '' : duration(nowMs - words.sinceMs)));
  return (
    <>
      <button
        type="button"
        className="halt"
        data-halted={words?.tone}
        onClick={haltDialog.open}
        aria-haspopup="dialog"
        title={words === null ? 'Stop all trading (Shift H)' : `Since ${exactTime(words.sinceMs)}. ${words.why}`}
      >
        <span className="halt-sign" aria-hidden="true" />
        {words === null ? 'Halt' : words.short}
        {words === null ? null : <span className="halt-age">{age}</span>}
      </button>
      {open ? (
        <Suspense fallback={null}>
          <HaltDialog onClose={haltDialog.close} />
        </Suspense>
      ) : null}
    </>
  );
}
