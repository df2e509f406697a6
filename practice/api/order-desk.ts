import type { Account } from '../ports.ts';
import type { Answer, Params } from './answer.ts';
import { json } from './answer.ts';

/**
 * The seat of the matching engine. A call arrives here complete and well-formed, its permission checked; what becomes of
 * it is the desk's. Until the engine exists nobody sits here, and nothing is open, done or owed.
 */
export interface OrderDesk {
  /** Anything that would make, change or convert: `path` says which. */
  submit(account: Account, path: string, params: Params): Answer;
}

export const closedDesk: OrderDesk = {
  submit: (_account, path) =>
    json(503, {
      code: 0,
      message: `The practice exchange does not carry out ${path} yet: the matching engine comes later. Nothing was done.`,
    }),
};
