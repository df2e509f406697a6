import type { Answer } from '../api/answer.ts';
import { json } from '../api/answer.ts';
import type { Refused } from '../engine/refusals.ts';
import type { OuterCourse, Reply, Strike } from './fault-switch.ts';

/** Answers that faults give in the place of the true ones. */

export const CUT: Reply = { kind: 'cut' };
/** Longer than any client waits. */
const SILENCE_MS = 600_000;

/** No answer for ten minutes or until the fault is switched off; then the line is cut. */
export async function silence({ hold }: Pick<Strike, 'hold'>): Promise<Reply> {
  await hold(SILENCE_MS);
  return CUT;
}

export function answered(answer: Answer, headers: Readonly<Record<string, string>> = {}): Reply {
  return { kind: 'answer', answer, headers };
}

/** What a gateway in front of the exchange says: no JSON. */
export function gateway(status: number, words: string): Answer {
  const title = `${status} ${words}`;
  return {
    kind: 'text',
    status,
    body: `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
  };
}

export function refusedWith({ status, code, message, errors }: Refused): Answer {
  return json(status, { code, message, errors });
}

/** Only answers can be changed; what is cut or silent stays so. */
export function changing(change: (answer: Answer) => Answer): OuterCourse {
  return async (_strike, _call, next) => {
    const reply = await next();
    return reply.kind === 'answer' ? { ...reply, answer: change(reply.answer) } : reply;
  };
}

/** Answers `answer` before or after the request did its work, as the terms have it. */
export function instead(answer: Answer, headers: Readonly<Record<string, string>> = {}): OuterCourse {
  return async ({ terms }, _call, next) => {
    if (terms.executed === true) await next();
    return answered(answer, headers);
  };
}

export function isGood(answer: Answer): answer is Extract<Answer, { readonly kind: 'json' }> {
  return answer.kind === 'json' && answer.status < 300;
}

/** Carried out, and answered in what calls itself JSON but is not. */
export function unreadable(body: string): OuterCourse {
  return async (_strike, _call, next) => {
    const reply = await next();
    if (reply.kind !== 'answer') return reply;
    const answer: Answer = { kind: 'text', status: reply.answer.status, body };
    return answered(answer, { 'content-type': 'application/json' });
  };
}
