/** Above the tables when something is not as it should be: cause, since when, what we do, and one button. */

import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { duration, exactTime } from '../../format/time.ts';
import { Icon } from '../../parts/icons.tsx';
import { useNowText } from '../../parts/now.ts';
import { useAccount, useCustody } from '../data/account.ts';
import { haltDialog } from '../halt/halt-store.ts';
import { type Condition, conditionOf } from './condition.ts';

const FirstMarkets = lazy(() => import('../policy/first-markets.tsx').then((m) => ({ default: m.FirstMarkets })));

/** `aboveTicket`: what bars the ticket is said in the ticket, in place of its button; here only what does not. */
export function ConditionBar({ aboveTicket = false }: { readonly aboveTicket?: boolean }) {
  const account = useAccount();
  const custody = useCustody();
  if (aboveTicket && account !== null && account.state !== 'ready' && account.state !== 'trouble') return null;
  if (aboveTicket && custody === 'locked') return null;
  const condition = account === null ? null : conditionOf(account, custody);
  if (account === null || condition === null) return null;
  return <Bar condition={condition} connection={account.connection} />;
}

function Bar(props: { readonly condition: Condition; readonly connection: string }) {
  const { tone, cause, cure, sinceMs, nextAtMs, action } = props.condition;
  const [choosing, setChoosing] = useState(false);
  const navigate = useNavigate();
  // How long matters for what passes; a choice that waits for the person has no age.
  const isLasting = tone !== 'none' && action !== 'choose-markets';
  const since = useNowText((nowMs) => duration(nowMs - sinceMs));
  const next = useNowText((nowMs) => (nextAtMs === null || nextAtMs <= nowMs ? '' : duration(nextAtMs - nowMs)));
  return (
    <div className="trade-bar" data-tone={tone} role="status">
      {tone === 'none' ? null : <Icon name="warn" size={16} />}
      <p>
        <strong>{cause}</strong> {cure}
      </p>
      {isLasting ? (
        <p className="trade-bar-age num dim">
          <time title={`Since ${exactTime(sinceMs)}`}>For {since}</time>
          {next === '' ? null : <span>Next try in {next}</span>}
        </p>
      ) : null}
      {action === 'choose-markets' ? (
        <button type="button" className="button" onClick={() => setChoosing(true)}>
          Choose markets
        </button>
      ) : null}
      {action === 'replace-key' ? (
        <button
          type="button"
          className="button"
          onClick={() => void navigate({ to: '/exchanges/$id/key', params: { id: props.connection } })}
        >
          Replace key
        </button>
      ) : null}
      {action === 'resume' ? (
        <button type="button" className="button" onClick={haltDialog.open}>
          How to go on
        </button>
      ) : null}
      {action === 'unlock' ? (
        <button type="button" className="button" onClick={() => void navigate({ to: '/security' })}>
          Unlock
        </button>
      ) : null}
      {choosing ? (
        <Suspense fallback={null}>
          <FirstMarkets connection={props.connection} onClose={() => setChoosing(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}
