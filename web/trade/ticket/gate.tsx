/** In place of the button: why nothing can be sent from here, and the one thing to do about it. */

import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { usePlace } from '../data/place.ts';
import { haltDialog } from '../halt/halt-store.ts';
import { limitsDialog } from '../limits/limits-store.ts';
import type { Gate } from './words.ts';

const FirstMarkets = lazy(() => import('../policy/first-markets.tsx').then((m) => ({ default: m.FirstMarkets })));

const GO_WORDS: Readonly<Record<Exclude<Gate['go'], 'none'>, string>> = {
  connect: 'Add new exchange',
  'choose-markets': 'Choose markets',
  'replace-key': 'Replace key',
  resume: 'How to go on',
  unlock: 'Unlock',
  limits: 'Limits',
};

export function GateNote({ gate }: { readonly gate: Gate }) {
  const { connection } = usePlace();
  const navigate = useNavigate();
  const [choosing, setChoosing] = useState(false);
  const go = (): void => {
    switch (gate.go) {
      case 'connect':
        void navigate({ to: '/exchanges/add' });
        break;
      case 'replace-key':
        if (connection !== null) void navigate({ to: '/exchanges/$id/key', params: { id: connection } });
        break;
      case 'choose-markets':
        setChoosing(true);
        break;
      case 'resume':
        haltDialog.open();
        break;
      case 'unlock':
        void navigate({ to: '/security' });
        break;
      case 'limits':
        limitsDialog.open();
        break;
      case 'none':
        break;
    }
  };
  return (
    <div className="ticket-gate" data-tone={gate.tone} role="status">
      <p>
        <strong>{gate.cause}</strong> {gate.cure}
      </p>
      {gate.go === 'none' ? null : (
        <button type="button" className="button" onClick={go}>
          {GO_WORDS[gate.go]}
        </button>
      )}
      {choosing && connection !== null ? (
        <Suspense fallback={null}>
          <FirstMarkets connection={connection} onClose={() => setChoosing(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}
