/** Which connection trades: by its name, each with how it stands. A few stand side by side, more fold into a list. */

import { useQuery } from '@tanstack/react-query';
import type { TradingAccount } from '../../../src/contract/trading.ts';
import { connectionsQuery } from '../../api/queries.ts';
import { useLine } from '../../live/live.ts';
import { useTradingAccounts } from '../data/account.ts';
import { goTo, usePlace } from '../data/place.ts';
import { useNarrow } from '../layout/use-narrow.ts';
import { stateWord } from './condition.ts';
import { nameWithPractice, PRACTICE_WORDS } from './practice.ts';

const SIDE_BY_SIDE_MAX = 3;

type Choice = {
  readonly account: TradingAccount;
  readonly name: string;
  readonly practice: boolean;
  readonly state: ReturnType<typeof stateWord>;
};

/** Nothing that is told any more: the last word of a desk that does not answer is no state. */
const UNHEARD = { tone: 'none', word: 'Not known' } as const;

function useChoices(): readonly Choice[] {
  const accounts = useTradingAccounts();
  const { data: connections } = useQuery(connectionsQuery);
  const down = useLine().state === 'down';
  return accounts.map((account) => {
    const known = connections?.find(({ id }) => id === account.connection);
    return {
      account,
      name: known?.label ?? '…',
      practice: known?.practice ?? false,
      state: down ? UNHEARD : stateWord(account),
    };
  });
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
        {choices.map(({ account, name, practice, state }) => (
          <option key={account.connection} value={account.connection}>
            {nameWithPractice(name, practice)} · {state.word}
          </option>
        ))}
      </select>
    );
  return (
    <fieldset className="trade-switch">
      <legend className="sr">Connection that trades</legend>
      {choices.map(({ account, name, practice, state: { tone, word } }) => {
        const on = account.connection === connection;
        return (
          <label key={account.connection} title={`${name}: ${word}`} data-on={on ? '' : undefined}>
            <input type="radio" name="trade-connection" className="sr" checked={on} onChange={() => choose(account)} />
            <span className="dot" data-tone={tone} aria-hidden="true" />
            {name}
            {practice ? (
              <span className="chip practice-chip" data-tone="none" title={PRACTICE_WORDS}>
                Practice
              </span>
            ) : null}
            {tone === 'plain' ? <span className="sr">: {word}</span> : <span className="dim small">{word}</span>}
          </label>
        );
      })}
    </fieldset>
  );
}
