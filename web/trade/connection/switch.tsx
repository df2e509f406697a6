/** Which connection trades: by its name, each with how it stands. A few stand side by side, more fold into a list. */

import { useQuery } from '@tanstack/react-query';
import type { TradingAccount } from '../../../src/contract/trading.ts';
import { connectionsQuery } from '../../api/queries.ts';
import { useTradingAccounts } from '../data/account.ts';
import { goTo, usePlace } from '../data/place.ts';
import { useNarrow } from '../layout/use-narrow.ts';
import { stateWord } from './condition.ts';

const SIDE_BY_SIDE_MAX = 3;

type Choice = { readonly account: TradingAccount; readonly name: string };

function useChoices(): readonly Choice[] {
  const accounts = useTradingAccounts();
  const { data: connections } = useQuery(connectionsQuery);
  return accounts.map((account) => ({
    account,
    name: connections?.find(({ id }) => id === account.connection)?.label ?? '…',
  }));
}

const choose = (account: TradingAccount): void => goTo({ connection: account.connection, venue: account.venue });

export function ConnectionSwitch() {
  const choices = useChoices();
  const { connection } = usePlace();
  const narrow = useNarrow();
  if (choices.length === 0) return null;
  if (narrow || choices.length > SIDE_BY_SIDE_MAX)
    return (
      <select
        className="trade-select"
        aria-label="Connection that trades"
        value={connection ?? ''}
        onChange={(event) => {
          const chosen = choices.find(({ account }) => account.connection === event.currentTarget.value);
          if (chosen !== undefined) choose(chosen.account);
        }}
      >
        {choices.map(({ account, name }) => (
          <option key={account.connection} value={account.connection}>
            {name} · {stateWord(account).word}
          </option>
        ))}
      </select>
    );
  return (
    <fieldset className="trade-switch">
      <legend className="sr">Connection that trades</legend>
      {choices.map(({ account, name }) => {
        const { tone, word } = stateWord(account);
        const on = account.connection === connection;
        return (
          <label key={account.connection} title={`${name}: ${word}`} data-on={on ? '' : undefined}>
            <input type="radio" name="trade-connection" className="sr" checked={on} onChange={() => choose(account)} />
            <span className="dot" data-tone={tone} aria-hidden="true" />
            {name}
            {tone === 'plain' ? <span className="sr">: {word}</span> : <span className="dim small">{word}</span>}
          </label>
        );
      })}
    </fieldset>
  );
}
