/** Once for a key that may trade: which markets its orders may be for. Loosening later needs the owner at the machine. */

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { connectionsQuery, queryClient } from '../../api/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { say } from '../../parts/said.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useNarrow } from '../layout/use-narrow.ts';
import { spelled } from './choice.ts';
import { MarketPicker } from './market-picker.tsx';

type Props = { readonly connection: string; readonly onClose: () => void };

export function FirstMarkets({ connection, onClose }: Props) {
  const { data } = useQuery(connectionsQuery);
  const known = data?.find(({ id }) => id === connection);
  const touch = useNarrow();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const choose = useAction(async () => {
    const policy = await call('trading.policy.first', {
      params: { id: connection },
      body: { markets: spelled(chosen) },
    });
    queryClient.setQueryData(['trading.policy.read', { connection }], policy);
    await queryClient.invalidateQueries({ queryKey: ['trading.list'] });
    say(`${known?.label ?? 'This key'} may trade ${policy.limits.markets.length} markets.`);
    onClose();
  });
  const label = known === undefined ? 'this key' : known.label;
  return (
    <Dialog title={`Which markets may ${label} trade?`} onClose={onClose} size={560}>
      <div className="dialog-form">
        <p>
          The process that holds your keys will sign orders for these markets only, whoever asks. Choose what you mean
          to trade: leaving one out later is done at once, adding one needs your approval on this machine.
        </p>
        {known === undefined ? null : (
          <MarketPicker venue={known.venue} chosen={chosen} onChange={setChosen} touch={touch} />
        )}
        {choose.error === null ? null : <ProblemNote error={choose.error} />}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            Not now
          </button>
          <button
            type="button"
            className="button primary"
            onClick={choose.run}
            disabled={choose.running || chosen.size === 0}
          >
            {chosen.size === 0 ? 'Allow markets' : `Allow ${chosen.size} ${chosen.size === 1 ? 'market' : 'markets'}`}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
