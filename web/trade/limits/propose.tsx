/** Asking custody for other limits. What tightens is in force at once; what loosens waits. */

import { type FormEvent, useState } from 'react';
import type { Policy } from '../../../src/contract/trading.ts';
import { call } from '../../api/client.ts';
import { queryClient } from '../../api/queries.ts';
import { ProblemNote } from '../../parts/problem.tsx';
import { say } from '../../parts/said.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useTradingAccounts } from '../data/account.ts';
import { useNarrow } from '../layout/use-narrow.ts';
import { spelled } from '../policy/choice.ts';
import { MarketPicker } from '../policy/market-picker.tsx';
import { LimitField } from './limit-field.tsx';
import { POLICY_FIELDS, policyFormOf, policyLimitsOf, wrongInPolicy } from './reckon.ts';

export function Propose({ policy, onClose }: { readonly policy: Policy; readonly onClose: () => void }) {
  const { connection, limits } = policy;
  const [form, setForm] = useState(() => policyFormOf(limits));
  const [markets, setMarkets] = useState<ReadonlySet<string>>(() => new Set(limits.markets));
  const [picking, setPicking] = useState(false);
  const touch = useNarrow();
  const venue = useTradingAccounts().find((account) => account.connection === connection)?.venue;
  const wrong = wrongInPolicy(form);
  const asked = policyLimitsOf(form, spelled(markets));
  const same =
    JSON.stringify(asked) === JSON.stringify(policyLimitsOf(policyFormOf(limits), spelled(new Set(limits.markets))));
  const propose = useAction(async () => {
    const told = await call('trading.policy.propose', { params: { id: connection }, body: { limits: asked } });
    queryClient.setQueryData(['trading.policy.read', { connection }], told);
    await queryClient.invalidateQueries({ queryKey: ['trading.list'] });
    say(
      told.proposal === null ? 'The new limits are in force.' : 'The change is proposed. It waits for your approval.',
    );
    onClose();
  });
  const submitted = (event: FormEvent): void => {
    event.preventDefault();
    if (wrong.size === 0 && !same && markets.size > 0) propose.run();
  };
  return (
    <form onSubmit={submitted} noValidate>
      {POLICY_FIELDS.map(({ name, words, unit }) => (
        <LimitField
          key={name}
          words={words}
          unit={unit}
          value={form[name]}
          wrong={wrong.has(name)}
          onChange={(value) => setForm({ ...form, [name]: value })}
        />
      ))}
      {picking && venue !== undefined ? (
        <MarketPicker venue={venue} chosen={markets} onChange={setMarkets} touch={touch} />
      ) : (
        <button type="button" className="quiet" onClick={() => setPicking(true)} disabled={venue === undefined}>
          Change the {markets.size} markets
        </button>
      )}
      {propose.error === null ? null : <ProblemNote error={propose.error} />}
      <div className="dialog-foot">
        <button type="button" className="button" onClick={onClose}>
          Leave it
        </button>
        <button
          type="submit"
          className="button primary"
          disabled={same || wrong.size > 0 || markets.size === 0 || propose.running}
        >
          Propose
        </button>
      </div>
    </form>
  );
}
