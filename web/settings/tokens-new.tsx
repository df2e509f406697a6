/** Making a token: as little as the program needs, for as long as it needs it. The token itself is told once. */

import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Reply } from '../../src/contract/contract.ts';
import type { ApiToken } from '../../src/contract/trading.ts';
import { call } from '../api/client.ts';
import { connectionsQuery, queryClient } from '../api/queries.ts';
import { exactTime } from '../format/time.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { TextField } from '../parts/fields.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { useAction } from '../parts/use-action.ts';
import { marketsQuery } from '../trade/data/queries.ts';
import { doubtWords, exampleOf, marketsIn, SCOPES } from './token-words.ts';
import { tokensQuery } from './tokens-query.ts';

type Scope = ApiToken['scopes'][number];
type Made = Reply<'tokens.create'>;

const DAYS = [7, 30, 90, 365] as const;
/** Long enough to build something, short enough to be forgotten safely. */
const DAYS_FIRST = 90;

export function NewToken({ onClose }: { readonly onClose: () => void }) {
  const [made, setMade] = useState<Made | null>(null);
  if (made !== null) return <Told token={made} onClose={onClose} />;
  return <Ask onMade={setMade} onClose={onClose} />;
}

function Ask({ onMade, onClose }: { readonly onMade: (made: Made) => void; readonly onClose: () => void }) {
  const { data: connections = [] } = useQuery(connectionsQuery);
  const [label, setLabel] = useState('');
  const [scopes, setScopes] = useState<ReadonlySet<Scope>>(new Set(['read']));
  const [only, setOnly] = useState<ReadonlySet<string>>(new Set());
  const [typed, setTyped] = useState('');
  const [days, setDays] = useState<number>(DAYS_FIRST);
  const markets = marketsIn(typed);
  const { data: known = [] } = useQuery({ ...marketsQuery(null), enabled: typed.trim() !== '' });
  const create = useAction(async () => {
    const token = await call('tokens.create', {
      body: {
        label: label.trim(),
        scopes: SCOPES.flatMap(({ scope }) => (scopes.has(scope) ? [scope] : [])),
        markets: markets === null || markets.length === 0 ? null : markets,
        connections: only.size === 0 ? null : [...only],
        days,
      },
    });
    await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
    onMade(token);
  });
  const ready = label.trim() !== '' && scopes.size > 0 && markets !== null;
  const submitted = (event: FormEvent): void => {
    event.preventDefault();
    if (ready) create.run();
  };
  return (
    <Dialog title="New API token" onClose={onClose} size={500}>
      <form className="dialog-form" onSubmit={submitted} noValidate>
        <TextField
          label="Name"
          placeholder="What it is for"
          maxLength={40}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
          data-autofocus
        />
        <Ticks
          legend="It may"
          rows={SCOPES.map(({ scope, name, words }) => ({ id: scope, name, words }))}
          chosen={scopes}
          onChange={setScopes}
        />
        {connections.length < 2 ? null : (
          <Ticks
            legend="On"
            rows={connections.map(({ id, label: name, venueName }) => ({ id, name, words: venueName }))}
            chosen={only}
            onChange={setOnly}
            none="None ticked: every connection of yours, later ones too."
          />
        )}
        <TextField
          label="Markets"
          placeholder="Every market"
          description="BTC/USDT, ETH/USDT: only these. Left empty: every market that the key may trade."
          error={markets === null ? 'Write markets like BTC/USDT, with commas between.' : doubtWords(markets, known)}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <fieldset className="token-days">
          <legend>It ends after</legend>
          <div className="setting-options" role="radiogroup" aria-label="It ends after">
            {DAYS.map((one) => (
              <label key={one} className="setting-option" data-on={one === days ? '' : undefined}>
                <input type="radio" name="days" checked={one === days} onChange={() => setDays(one)} />
                {one === 365 ? '1 year' : `${one} days`}
              </label>
            ))}
          </div>
        </fieldset>
        {create.error === null ? null : <ProblemNote error={create.error} />}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={!ready || create.running}>
            Make the token
          </button>
        </div>
      </form>
    </Dialog>
  );
}

type TicksProps<T extends string> = {
  readonly legend: string;
  readonly rows: readonly { readonly id: T; readonly name: string; readonly words: string }[];
  readonly chosen: ReadonlySet<T>;
  readonly onChange: (chosen: ReadonlySet<T>) => void;
  readonly none?: string;
};

function Ticks<T extends string>({ legend, rows, chosen, onChange, none }: TicksProps<T>) {
  const toggle = (id: T): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  return (
    <fieldset className="token-ticks">
      <legend>{legend}</legend>
      {rows.map(({ id, name, words }) => (
        <label key={id} className="tick">
          <input type="checkbox" checked={chosen.has(id)} onChange={() => toggle(id)} />
          <span>
            {name} <span className="dim">{words}</span>
          </span>
        </label>
      ))}
      {none === undefined ? null : <p className="dim small">{none}</p>}
    </fieldset>
  );
}

function Told({ token, onClose }: { readonly token: Made; readonly onClose: () => void }) {
  const example = exampleOf(token.token, location.origin, token.scopes);
  return (
    <Dialog title={`The token of ${token.label}`} onClose={onClose} size={560} isHeld>
      <div className="dialog-form">
        <p>
          <strong>This is the only time it is shown.</strong> Put it where the program reads it, and nowhere else. It
          ends {exactTime(token.expiresAtMs)}.
        </p>
        <div className="token-text">
          <code translate="no">{token.token}</code>
          <CopyButton text={token.token} what="token" />
        </div>
        {example === null ? null : (
          <>
            <p className="dim">Try it:</p>
            <div className="token-text">
              <code translate="no">{example}</code>
              <CopyButton text={example} what="command" />
            </div>
          </>
        )}
        <div className="dialog-foot">
          <button type="button" className="button primary" onClick={onClose}>
            I have put it away
          </button>
        </div>
      </div>
    </Dialog>
  );
}
