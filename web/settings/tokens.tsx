/** Tokens for programs: what each may do, where, until when; and an end to any of them at once. */

import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { ApiToken } from '../../src/contract/trading.ts';
import { call } from '../api/client.ts';
import { connectionsQuery, queryClient } from '../api/queries.ts';
import { exactTime, until } from '../format/time.ts';
import { Ago } from '../parts/ago.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Late } from '../parts/late.tsx';
import { useNowText } from '../parts/now.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { say } from '../parts/said.tsx';
import { useAction } from '../parts/use-action.ts';
import { reachWords, SCOPES } from './token-words.ts';
import { tokensQuery } from './tokens-query.ts';

const NewToken = lazy(() => import('./tokens-new.tsx').then((m) => ({ default: m.NewToken })));

export function Tokens() {
  const query = useQuery(tokensQuery);
  const { data: connections } = useQuery(connectionsQuery);
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const labelOf = (id: string): string => connections?.find((one) => one.id === id)?.label ?? 'a removed connection';
  return (
    <section className="card tokens" aria-labelledby="tokens">
      <header>
        <div>
          <h2 id="tokens">API tokens</h2>
          <p className="dim">
            For programs of yours that talk to this desk. What they can do is described at{' '}
            <a href="/api/openapi.json">/api/openapi.json</a>.
          </p>
        </div>
        <button type="button" className="button" onClick={() => setMaking(true)}>
          New token
        </button>
      </header>
      {query.error !== null && query.data === undefined ? (
        <div className="tokens-none">
          <ProblemNote error={query.error} again={() => void query.refetch()} />
        </div>
      ) : query.data === undefined ? (
        <Late>
          <p className="tokens-none">
            <span className="skeleton" role="status">
              Loading tokens
            </span>
          </p>
        </Late>
      ) : query.data.length === 0 ? (
        <p className="tokens-none dim">No program has a token.</p>
      ) : (
        <ul>
          {query.data.map((token) => (
            <Row key={token.id} token={token} labelOf={labelOf} onRevoke={setRevoking} />
          ))}
        </ul>
      )}
      <Suspense fallback={null}>{making ? <NewToken onClose={() => setMaking(false)} /> : null}</Suspense>
      {revoking === null ? null : <Revoke token={revoking} onClose={() => setRevoking(null)} />}
    </section>
  );
}

type RowProps = {
  readonly token: ApiToken;
  readonly labelOf: (id: string) => string;
  readonly onRevoke: (token: ApiToken) => void;
};

function Row({ token, labelOf, onRevoke }: RowProps) {
  const { label, scopes, expiresAtMs, lastUsedAtMs } = token;
  const ends = useNowText((nowMs) => (expiresAtMs <= nowMs ? 'expired' : `ends ${until(expiresAtMs, nowMs)}`));
  return (
    <li>
      <div>
        <p className="token-name">
          <strong>{label}</strong>
          {SCOPES.filter(({ scope }) => scopes.includes(scope)).map(({ scope, name, words }) => (
            <span key={scope} className="chip" title={words}>
              {name}
            </span>
          ))}
        </p>
        <p className="dim small">
          {reachWords(token, labelOf)} · <time title={exactTime(expiresAtMs)}>{ends}</time> ·{' '}
          {lastUsedAtMs === null ? 'never used' : <Ago prefix="last used" atMs={lastUsedAtMs} />}
        </p>
      </div>
      <button type="button" className="quiet plain" aria-label={`Revoke ${label}`} onClick={() => onRevoke(token)}>
        Revoke
      </button>
    </li>
  );
}

function Revoke({ token, onClose }: { readonly token: ApiToken; readonly onClose: () => void }) {
  const revoke = useAction(async () => {
    await call('tokens.revoke', { params: { id: token.id } });
    await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
    say(`${token.label} can do nothing any more.`);
    onClose();
  });
  return (
    <Dialog title={`Revoke ${token.label}?`} onClose={onClose}>
      <div className="dialog-form">
        <p>
          Programs with this token are refused from now on. Orders they placed stay open. This cannot be undone; make a
          new token for them instead.
        </p>
        {revoke.error === null ? null : <ProblemNote error={revoke.error} />}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose} data-autofocus>
            Keep it
          </button>
          <button type="button" className="button danger" onClick={revoke.run} disabled={revoke.running}>
            Revoke
          </button>
        </div>
      </div>
    </Dialog>
  );
}
