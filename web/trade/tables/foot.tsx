/** What stands below the last row: that more is coming, that there is no more, or why not. */

import { Late } from '../../parts/late.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import type { Paged } from './pages.ts';

type Props = {
  readonly paged: Paged<unknown>;
  readonly asks: boolean;
  readonly goOn: () => void;
  readonly found: number;
  readonly what: string;
};

export function Foot({ paged, asks, goOn, found, what }: Props) {
  if (paged.error !== null) return <ProblemNote error={paged.error} again={paged.again} />;
  if (asks)
    return (
      <p className="grid-foot dim">
        Looked through the newest {paged.rows.length}.{' '}
        <button type="button" className="quiet" onClick={goOn}>
          Look further back
        </button>
      </p>
    );
  if (paged.loading || paged.loadingMore)
    return (
      <Late>
        <p className="grid-foot dim" role="status">
          Reading {what}
        </p>
      </Late>
    );
  if (found === 0) return null;
  return paged.end ? <p className="grid-foot dim">That is all of them.</p> : null;
}
