/** Limits against slips of the hand: the desk refuses before anything leaves. */

import { type FormEvent, useState } from 'react';
import type { Limits } from '../../../src/contract/trading.ts';
import { call } from '../../api/client.ts';
import { queryClient } from '../../api/queries.ts';
import { Icon } from '../../parts/icons.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { say } from '../../parts/said.tsx';
import { useAction } from '../../parts/use-action.ts';
import { LimitField } from './limit-field.tsx';
import { formOf, type LimitsForm, limitsOf, wrongIn } from './reckon.ts';

export function DeskLimits({ connection, limits }: { readonly connection: string; readonly limits: Limits }) {
  const [form, setForm] = useState<LimitsForm>(() => formOf(limits));
  const wrong = wrongIn(form);
  const same = wrong.size === 0 && JSON.stringify(limitsOf(form)) === JSON.stringify(limitsOf(formOf(limits)));
  const save = useAction(async () => {
    const saved = await call('trading.limits.write', { params: { id: connection }, body: limitsOf(form) });
    queryClient.setQueryData(['trading.limits.read', { connection }], saved);
    setForm(formOf(saved));
    say('The limits of this desk are saved.');
  });
  const set = (change: Partial<LimitsForm>): void => setForm({ ...form, ...change });
  const row = (index: number, change: Partial<LimitsForm['largest'][number]>): void =>
    set({ largest: form.largest.map((one, at) => (at === index ? { ...one, ...change } : one)) });
  const submitted = (event: FormEvent): void => {
    event.preventDefault();
    if (wrong.size === 0 && !same) save.run();
  };
  return (
    <form onSubmit={submitted} noValidate>
      <p className="dim limits-why">
        They stop slips of the hand, on Trade, on the command line and from programs alike.
      </p>
      {form.largest.map(({ asset, amount }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the asset is what is typed
        <div key={index} className="limit-field">
          <label className="limit-asset">
            Largest order in
            <input
              placeholder="USDT"
              autoComplete="off"
              aria-invalid={wrong.has(`asset ${index}`)}
              value={asset}
              onChange={(event) => row(index, { asset: event.currentTarget.value.toUpperCase().trim() })}
            />
          </label>
          <input
            className="num"
            aria-label={`Largest order in ${asset}`}
            inputMode="decimal"
            aria-invalid={wrong.has(`amount ${index}`)}
            value={amount}
            onChange={(event) => row(index, { amount: event.currentTarget.value.replaceAll(/[\s\u202f]/g, '') })}
          />
          <button
            type="button"
            className="quiet plain"
            aria-label={`No largest order in ${asset}`}
            onClick={() => set({ largest: form.largest.filter((_, at) => at !== index) })}
          >
            <Icon name="close" size={14} />
          </button>
        </div>
      ))}
      <button
        type="button"
        className="quiet"
        onClick={() => set({ largest: [...form.largest, { asset: '', amount: '' }] })}
      >
        <Icon name="plus" size={14} />
        {form.largest.length === 0 ? 'Largest order in an asset' : 'Another asset'}
      </button>
      <LimitField
        words="Open orders"
        unit=""
        value={form.open}
        wrong={wrong.has('open')}
        onChange={(open) => set({ open })}
      />
      <LimitField
        words="Open orders in one market"
        unit=""
        value={form.perMarket}
        wrong={wrong.has('perMarket')}
        onChange={(perMarket) => set({ perMarket })}
      />
      <LimitField
        words="Price worse than the market by at most"
        unit="%"
        value={form.adverse}
        wrong={wrong.has('adverse')}
        onChange={(adverse) => set({ adverse })}
      />
      <LimitField
        words="Resting away from the market at most"
        unit="%"
        placeholder="any"
        value={form.passive}
        wrong={wrong.has('passive')}
        onChange={(passive) => set({ passive })}
      />
      {save.error === null ? null : <ProblemNote error={save.error} />}
      <div className="dialog-foot">
        <button type="submit" className="button primary" disabled={same || wrong.size > 0 || save.running}>
          Save
        </button>
      </div>
    </form>
  );
}
