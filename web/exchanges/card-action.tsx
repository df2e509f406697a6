/** The one button of a trouble on a card. What needs the secret again leads to Replace key, where it can be typed. */

import { useNavigate } from '@tanstack/react-router';
import type { Connection, Trouble } from '../../src/contract/exchanges.ts';

type Props = {
  readonly connection: Connection;
  readonly trouble: Trouble;
  readonly check: () => void;
  readonly checking: boolean;
};

export function CardAction(props: Props) {
  const navigate = useNavigate();
  const { action } = props.trouble;
  const again = (
    <button type="button" className="button" onClick={props.check} disabled={props.checking}>
      {props.checking ? 'Checking' : 'Check again'}
    </button>
  );
  switch (action.id) {
    case 'open-key-page':
      return (
        <>
          {action.href === null ? null : (
            <a className="button" href={action.href} target="_blank" rel="noopener noreferrer">
              {action.label}
            </a>
          )}
          {again}
        </>
      );
    case 'paste-again':
    case 'swap':
    case 'use-watch-only':
    case 'confirm-cannot-withdraw':
    case 'confirm-same-account':
      return (
        <button
          type="button"
          className="button"
          onClick={() => void navigate({ to: '/exchanges/$id/key', params: { id: props.connection.id } })}
        >
          {action.id === 'paste-again' ? 'Replace key' : action.label}
        </button>
      );
    case 'unlock':
      return (
        <button type="button" className="button" onClick={() => void navigate({ to: '/security' })}>
          {action.label}
        </button>
      );
    default:
      return again;
  }
}
