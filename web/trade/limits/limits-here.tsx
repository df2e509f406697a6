import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { connectionsQuery } from '../../api/queries.ts';
import { useIsOpen } from '../../parts/openable.ts';
import { usePlace } from '../data/place.ts';
import { limitsDialog } from './limits-store.ts';

const LimitsDialog = lazy(() => import('./limits-dialog.tsx').then((m) => ({ default: m.LimitsDialog })));

/** The limits of the place's connection, while they are open. */
export function LimitsHere() {
  const { connection } = usePlace();
  const { data: connections } = useQuery(connectionsQuery);
  if (!useIsOpen(limitsDialog) || connection === null) return null;
  const label = connections?.find(({ id }) => id === connection)?.label ?? 'this connection';
  return (
    <Suspense fallback={null}>
      <LimitsDialog connection={connection} label={label} onClose={limitsDialog.close} />
    </Suspense>
  );
}
