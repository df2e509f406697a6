import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import type { Connection } from '../../src/contract/exchanges.ts';
import { balancesQuery, connectionsQuery } from '../api/queries.ts';
import { ipChip, rightsChips } from '../exchanges/words.ts';
import { compareText, isZero } from '../format/number.ts';
import { Amount, Value } from '../parts/amount.tsx';
import { useTradingAccounts } from '../trade/data/account.ts';
import { resultLine } from './result-words.ts';

const FirstMarkets = lazy(() => import('../trade/policy/first-markets.tsx').then((m) => ({ default: m.FirstMarkets })));

const ASSETS_SHOWN = 5;

function Assets(props: { readonly connection: string }) {
  const { data: balances } = useQuery(balancesQuery({ connection: props.connection }));
  const rows = (balances ?? [])
    .filter(({ free, locked }) => !isZero(free) || !isZero(locked))
    .sort((a, b) => compareText(b.worth.value ?? '-1', a.worth.value ?? '-1'))
    .slice(0, ASSETS_SHOWN);
  if (rows.length === 0) return null;
  return (
    <table className="table result-assets">
      <caption className="sr">The largest balances</caption>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.wallet} ${row.asset}`}>
            <th scope="row">{row.asset}</th>
            <td className="dim">{row.wallet}</td>
            <td className="right">
              <Amount value={row.free} asset={row.asset} />
            </td>
            <td className="right">
              <Value worth={row.worth} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Result(props: {
  readonly connection: Connection;
  readonly replaced: boolean;
  readonly onAnother: () => void;
}) {
  const navigate = useNavigate();
  const line = useRef<HTMLHeadingElement>(null);
  // The rows below follow the prices; the sum above them has to follow too.
  const { data: connections } = useQuery(connectionsQuery);
  const connection = connections?.find(({ id }) => id === props.connection.id) ?? props.connection;
  useEffect(() => line.current?.focus(), []);
  return (
    <section className="result" aria-label="Result">
      <h2 ref={line} tabIndex={-1} className="result-line">
        {resultLine(connection)}
      </h2>
      {props.replaced ? <p className="dim">The new key is in use; name and history stayed.</p> : null}
      <ul className="chips" aria-label="Permissions of this key">
        {[...rightsChips(connection), ipChip(connection.ipLock)].map(({ text, tone, why }) => (
          <li key={text} className="chip" data-tone={tone} title={why}>
            {text}
          </li>
        ))}
      </ul>
      <Assets connection={connection.id} />
      {props.replaced || connection.purpose !== 'trade' ? null : <ChooseMarkets connection={connection.id} />}
      <div className="actions">
        <button type="button" className="button" onClick={() => void navigate({ to: '/overview' })}>
          Overview
        </button>
        <button type="button" className="button" onClick={props.onAnother}>
          Add another
        </button>
        <button type="button" className="button primary" onClick={() => void navigate({ to: '/exchanges' })}>
          Done
        </button>
      </div>
    </section>
  );
}

/** A key that may trade can trade nothing before its markets are chosen; that is asked while it is in mind. */
function ChooseMarkets(props: { readonly connection: string }) {
  const [open, setOpen] = useState(false);
  const chosen = useTradingAccounts().find(({ connection }) => connection === props.connection)?.markets.length ?? 0;
  if (chosen > 0)
    return (
      <p className="result-markets">
        It may trade {chosen} {chosen === 1 ? 'market' : 'markets'}.
      </p>
    );
  return (
    <div className="result-markets">
      To trade with it, choose its markets.{' '}
      <button type="button" className="button" onClick={() => setOpen(true)}>
        Choose markets
      </button>
      <Suspense fallback={null}>
        {open ? <FirstMarkets connection={props.connection} onClose={() => setOpen(false)} /> : null}
      </Suspense>
    </div>
  );
}
