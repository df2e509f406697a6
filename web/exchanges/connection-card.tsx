/** One connection: what it is worth, how it stands, what it may do, and what can be done with it. */

import { useNavigate } from '@tanstack/react-router';
import { lazy, memo, Suspense, useState } from 'react';
import type { Connection } from '../../src/contract/exchanges.ts';
import { call } from '../api/client.ts';
import { queryClient } from '../api/queries.ts';
import { isZero } from '../format/number.ts';
import { Ago, For } from '../parts/ago.tsx';
import { Unknown, Value } from '../parts/amount.tsx';
import { useNowText } from '../parts/now.ts';
import { asProblem } from '../parts/problem.tsx';
import { say } from '../parts/said.tsx';
import { Sparkline } from '../parts/sparkline.tsx';
import { TroubleBlock } from '../parts/trouble.tsx';
import { useAction } from '../parts/use-action.ts';
import { CardAction } from './card-action.tsx';
import { Rename } from './rename.tsx';
import {
  besideOldPrices,
  type Chip,
  endText,
  ipChip,
  midSentence,
  rightsChips,
  toneOf,
  WALLET_NAMES,
  WALLET_ORDER,
} from './words.ts';

const LimitsDialog = lazy(() => import('../trade/limits/limits-dialog.tsx').then((m) => ({ default: m.LimitsDialog })));
const Remove = lazy(() => import('./remove.tsx').then((m) => ({ default: m.Remove })));

/** Balances come every 30 s while the page is open; past this they are shown as old, with their age. */
const STALE_AFTER_MS = 3 * 60_000;

export function putConnection(connection: Connection): void {
  queryClient.setQueryData<readonly Connection[]>(['connections.list'], (known) =>
    known?.map((one) => (one.id === connection.id ? connection : one)),
  );
}

function Chips(props: { readonly connection: Connection }) {
  const { connection } = props;
  const chips: readonly Chip[] = [...rightsChips(connection), ipChip(connection.ipLock)];
  const end = endText(connection.endsInDays);
  return (
    <div className="conn-chips">
      <ul className="chips" aria-label="Permissions of this key">
        {chips.map(({ text, tone, why }) => (
          <li key={text} className="chip" data-tone={tone} title={why}>
            {text}
          </li>
        ))}
        {end === null ? null : (
          <li
            className="chip"
            data-tone={connection.status === 'expiring' ? 'amber' : 'none'}
            title="If nothing used this key from now on, the exchange would end it then. Each of our calls starts the count anew."
          >
            {end}
          </li>
        )}
      </ul>
      <p className="dim small conn-checked">
        {connection.checkedAtMs === null ? 'Not checked yet' : <Ago prefix="Checked" atMs={connection.checkedAtMs} />} ·
        key{' '}
        <span className="mono" translate="no">
          {connection.keyHint}
        </span>
      </p>
    </div>
  );
}

function Money(props: { readonly connection: Connection }) {
  const { tradingBalance, tradingInOrders, total, balancesAtMs, assets, oldPrices } = props.connection;
  const stale = useNowText((nowMs) => balancesAtMs !== null && nowMs - balancesAtMs > STALE_AFTER_MS);
  // A line of its own in any case, so that an order that opens moves nothing.
  const held = tradingInOrders.value === null || !isZero(tradingInOrders.value);
  return (
    <div className={stale ? 'conn-money stale' : 'conn-money'}>
      <p className="big">
        <Value worth={besideOldPrices(tradingBalance, oldPrices)} />
      </p>
      <p className="dim small">
        free to trade
        <br />
        {held ? <Value worth={besideOldPrices(tradingInOrders, oldPrices)} /> : 'nothing'} in orders
        <br />
        <Value worth={besideOldPrices(total, oldPrices)} /> in all, orders included
        <br />
        {assets} {assets === 1 ? 'asset' : 'assets'}
        {oldPrices === '' ? null : (
          <>
            <br />
            {midSentence(oldPrices)}
          </>
        )}
        {stale && balancesAtMs !== null ? (
          <>
            <br />
            <Ago prefix="as of" atMs={balancesAtMs} />
          </>
        ) : null}
      </p>
    </div>
  );
}

/** What is free in each wallet, and what orders hold: together the total. */
function Wallets(props: { readonly wallets: Connection['wallets']; readonly inOrders: Connection['inOrders'] }) {
  return (
    <dl className="conn-wallets">
      {WALLET_ORDER.map((name) => {
        const wallet = props.wallets.find((one) => one.wallet === name);
        if (wallet === undefined) return null;
        return (
          <div key={name}>
            <dt>{WALLET_NAMES[name]}</dt>
            <dd title="Free: no order holds it">
              {wallet.readable ? <Value worth={wallet.free} /> : <Unknown reason="This key may not read this wallet" />}
            </dd>
          </div>
        );
      })}
      <div>
        <dt>in orders</dt>
        <dd>
          <Value worth={props.inOrders} />
        </dd>
      </div>
    </dl>
  );
}

export const ConnectionCard = memo(function ConnectionCard(props: { readonly connection: Connection }) {
  const { connection } = props;
  const { id, label, venueName, status, statusText, trouble } = connection;
  const [open, setOpen] = useState<'none' | 'rename' | 'remove' | 'limits'>('none');
  const navigate = useNavigate();
  const tone = toneOf(status);
  const refresh = useAction(async () => {
    try {
      putConnection(await call('connections.refresh', { params: { id } }));
    } catch (error) {
      const { cause, cure } = asProblem(error);
      say(`${label}: ${cause} ${cure}`, 'red');
    }
  });
  const check = useAction(async () => {
    try {
      const attempt = await call('connections.check', { params: { id } });
      if (attempt.result !== null) putConnection(attempt.result);
    } catch (error) {
      const { cause, cure } = asProblem(error);
      say(`${label}: ${cause} ${cure}`, 'red');
    }
  });
  const checking = check.running || status === 'checking';
  return (
    <article className="conn card" id={id} aria-labelledby={`${id}-name`}>
      <div className="conn-who">
        <div className="conn-name">
          {open === 'rename' ? (
            <Rename connection={connection} onClose={() => setOpen('none')} />
          ) : (
            <h2 id={`${id}-name`} title={label}>
              {label}
            </h2>
          )}
          {connection.practice ? (
            <span className="chip" data-tone="none" title="Practice money: nothing here is real">
              Practice
            </span>
          ) : null}
        </div>
        <p className="dim">{venueName}</p>
      </div>
      <div className="conn-state">
        <span className="pill" data-tone={tone}>
          <span className="dot" data-tone={tone} aria-hidden="true" />
          {statusText}
        </span>
        <span className="dim small">
          <For atMs={connection.sinceMs} />
        </span>
      </div>
      <Money connection={connection} />
      <Wallets wallets={connection.wallets} inOrders={connection.inOrders} />
      <Chips connection={connection} />
      <div className="conn-spark">
        <Sparkline points={connection.week} currency={connection.total.currency} />
        {connection.week.length > 1 ? <p className="dim small">7 d</p> : null}
      </div>
      {trouble === null ? null : (
        <div className="conn-trouble">
          <TroubleBlock trouble={trouble} tone={tone === 'red' ? 'red' : 'amber'}>
            <CardAction connection={connection} trouble={trouble} check={check.run} checking={checking} />
          </TroubleBlock>
        </div>
      )}
      <div className="conn-acts">
        <button
          type="button"
          className="quiet"
          onClick={refresh.run}
          disabled={refresh.running}
          aria-label={`Refresh ${label}`}
        >
          Refresh
        </button>
        <button
          type="button"
          className="quiet"
          onClick={check.run}
          disabled={checking}
          aria-label={`${checking ? 'Checking' : 'Check'} ${label}`}
        >
          {checking ? 'Checking' : 'Check'}
        </button>
        <button type="button" className="quiet" onClick={() => setOpen('rename')} aria-label={`Rename ${label}`}>
          Rename
        </button>
        <button
          type="button"
          className="quiet"
          onClick={() => void navigate({ to: '/exchanges/$id/key', params: { id } })}
          aria-label={`Replace key of ${label}`}
        >
          Replace key
        </button>
        {connection.purpose === 'trade' ? (
          <button type="button" className="quiet" onClick={() => setOpen('limits')} aria-label={`Limits of ${label}`}>
            Limits
          </button>
        ) : null}
        <button
          type="button"
          className="quiet plain end"
          onClick={() => setOpen('remove')}
          aria-label={`Remove ${label}`}
        >
          Remove
        </button>
      </div>
      <Suspense fallback={null}>
        {open === 'limits' ? <LimitsDialog connection={id} label={label} onClose={() => setOpen('none')} /> : null}
        {open === 'remove' ? <Remove connection={connection} onClose={() => setOpen('none')} /> : null}
      </Suspense>
    </article>
  );
});
