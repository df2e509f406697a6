import { type ReactNode, useId } from 'react';
import { Late } from '../parts/late.tsx';
import { ProblemNote } from '../parts/problem.tsx';

/** A part of the Security page with its own loading and failure, so that one silent part does not hide the rest. */
export function Block(props: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly query: { readonly isPending: boolean; readonly error: unknown; readonly refetch: () => unknown };
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  const id = useId();
  const { isPending, error, refetch } = props.query;
  return (
    <section className={props.wide === true ? 'card sec wide' : 'card sec'} aria-labelledby={id}>
      <header>
        <h2 id={id}>{props.title}</h2>
        {props.aside}
      </header>
      {error !== null && isPending ? (
        <div className="sec-body">
          <ProblemNote error={error} again={() => void refetch()} />
        </div>
      ) : isPending ? (
        <div className="sec-body">
          <Late>
            <p className="skeleton" role="status">
              Loading
            </p>
          </Late>
        </div>
      ) : (
        props.children
      )}
    </section>
  );
}
