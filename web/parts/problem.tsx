/** A refusal or a failure where it happened: cause, cure, and one button. */

import { Problem } from '../api/client.ts';
import { Icon } from './icons.tsx';

export function asProblem(error: unknown): { readonly cause: string; readonly cure: string; readonly id: string } {
  if (error instanceof Problem) return { cause: error.message, cure: error.cure, id: error.requestId };
  return { cause: 'Something in this page failed.', cure: 'Reload the page and try again.', id: '' };
}

export function ProblemNote(props: { readonly error: unknown; readonly again?: () => void }) {
  const { cause, cure, id } = asProblem(props.error);
  return (
    <div className="note note-red" role="alert">
      <Icon name="warn" />
      <div>
        <p>
          <strong>{cause}</strong> {cure}
        </p>
        {id === '' ? null : <p className="dim small">Request {id}</p>}
      </div>
      {props.again === undefined ? null : (
        <button type="button" className="button" onClick={props.again}>
          Try again
        </button>
      )}
    </div>
  );
}
