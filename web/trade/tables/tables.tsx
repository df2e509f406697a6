/** The tables are no part of the first view's bytes; their heads hold the place until they are here. */

import { lazy, Suspense } from 'react';
import { Late } from '../../parts/late.tsx';

const Panel = lazy(() => import('./panel.tsx').then((m) => ({ default: m.TablesPanel })));

export function Tables() {
  return (
    <div className="trade-slot">
      <Suspense
        fallback={
          <Late>
            <p className="trade-none dim" role="status">
              Loading orders
            </p>
          </Late>
        }
      >
        <Panel />
      </Suspense>
    </div>
  );
}
