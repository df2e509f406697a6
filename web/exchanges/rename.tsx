import { useState } from 'react';
import type { Connection } from '../../src/contract/exchanges.ts';
import { call } from '../api/client.ts';
import { asProblem } from '../parts/problem.tsx';
import { say } from '../parts/said.tsx';
import { putConnection } from './connection-card.tsx';

const LONGEST = 40;

/** In place: Enter keeps, Esc leaves it as it was, leaving the field keeps too. */
export function Rename(props: { readonly connection: Connection; readonly onClose: () => void }) {
  const { id, label } = props.connection;
  const [name, setName] = useState(label);
  const keep = async (): Promise<void> => {
    props.onClose();
    const wanted = name.trim();
    if (wanted === '' || wanted === label) return;
    putConnection({ ...props.connection, label: wanted });
    try {
      putConnection(await call('connections.rename', { params: { id }, body: { label: wanted } }));
    } catch (error) {
      putConnection(props.connection);
      const { cause, cure } = asProblem(error);
      say(`${label} keeps its name. ${cause} ${cure}`, 'red');
    }
  };
  return (
    <input
      aria-label={`New name of ${label}`}
      value={name}
      maxLength={LONGEST}
      ref={(field) => field?.focus()}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={() => void keep()}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') {
          setName(label);
          props.onClose();
        }
      }}
    />
  );
}
