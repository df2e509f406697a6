import { lazy, Suspense, useState, useSyncExternalStore } from 'react';
import { stepUpStore } from '../api/step-up.ts';
import { Door } from './door.tsx';
import { TotpSetup } from './totp-setup.tsx';

const StepUp = lazy(() => import('./step-up.tsx').then((m) => ({ default: m.StepUp })));

/** Right after joining: the best moment for a second factor, and one that may be put off. */
export function OfferFactor(props: { readonly onDone: () => void }) {
  const [started, setStarted] = useState(false);
  const stepUpWanted = useSyncExternalStore(stepUpStore.subscribe, stepUpStore.wanted);
  return (
    <Door
      wide
      title="Add a second factor"
      lead="This desk will hold the keys of your exchanges. With an authenticator, a stolen password alone opens nothing."
    >
      {started ? (
        <TotpSetup cancel="Later" onCancel={props.onDone} onDone={props.onDone} />
      ) : (
        <div className="actions">
          <button type="button" className="button primary large" onClick={() => setStarted(true)}>
            Set up an authenticator
          </button>
          <button type="button" className="button large" onClick={props.onDone}>
            Later
          </button>
        </div>
      )}
      <Suspense fallback={null}>{stepUpWanted ? <StepUp /> : null}</Suspense>
    </Door>
  );
}
