import type { Call, Handler } from './answer.ts';
import { json } from './answer.ts';

/** What the practice exchange has not (margin, futures, conversions): said plainly to a call that is complete. */
export const notHere: Handler = ({ path }: Call) =>
  json(503, { code: 0, message: `The practice exchange does not carry out ${path} yet. Nothing was done.` });
