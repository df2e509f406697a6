/** The limits of one connection: this desk's own, and those of the process that holds its key. */

import '../../style/trade-policy.css';
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../../api/client.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Late } from '../../parts/late.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { DeskLimits } from './desk-limits.tsx';
import { PolicyView } from './policy-view.tsx';

const limitsQuery = (connection: string) =>
  queryOptions({
    queryKey: ['trading.limits.read', { connection }],
    queryFn: () => call('trading.limits.read', { params: { id: connection } }),
  });
/** Used budgets move with every order; nobody tells them live. */
const POLICY_AGAIN_MS = 10_000;
/** Reading it makes custody measure what the account is worth, which is known a moment later. */
const UNMEASURED_AGAIN_MS = 1_500;
const policyQuery = (connection: string) =>
  queryOptions({
    queryKey: ['trading.policy.read', { connection }],
    queryFn: () => call('trading.policy.read', { params: { id: connection } }),
    refetchInterval: ({ state }) => (state.data?.equity === null ? UNMEASURED_AGAIN_MS : POLICY_AGAIN_MS),
  });

type Props = { readonly connection: string; readonly label: string; readonly onClose: () => void };

export function LimitsDialog({ connection, label, onClose }: Props) {
  const limits = useQuery(limitsQuery(connection));
  const policy = useQuery(policyQuery(connection));
  return (
    <Dialog title={`Limits of ${label}`} onClose={onClose} size={560}>
      <div className="limits">
        <Part query={policy} title="What its key may be used for">
          {policy.data === undefined ? null : <PolicyView policy={policy.data} />}
        </Part>
        <Part query={limits} title="What this desk lets through">
          {limits.data === undefined ? null : <DeskLimits connection={connection} limits={limits.data} />}
        </Part>
      </div>
    </Dialog>
  );
}

type PartProps = {
  readonly title: string;
  readonly query: { readonly isPending: boolean; readonly error: unknown; readonly refetch: () => unknown };
  readonly children: ReactNode;
};

/** One of the two may be silent; the other is shown all the same. */
function Part({ title, query, children }: PartProps) {
  return (
    <section>
      <h3>{title}</h3>
      {query.isPending && query.error === null ? (
        <Late>
          <p className="skeleton" role="status">
            Reading
          </p>
        </Late>
      ) : children === null ? (
        <ProblemNote error={query.error} again={() => void query.refetch()} />
      ) : (
        children
      )}
    </section>
  );
}
