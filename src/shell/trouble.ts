/** From a problem's code to the words of the page. */

import { type Guide, guideLinks, rightLabel } from '../../guides/guide.ts';
import { type ProblemFill, problemWords } from '../../guides/problems.ts';
import type { Trouble } from '../contract/exchanges.ts';
import type { Problem, ProblemCode } from '../custody/protocol.ts';
import type { Unserved } from './venues.ts';

export type TroubleContext = {
  readonly guide: Guide;
  readonly origin: string;
  /** The person's own name for another connection. */
  readonly labelOf: (connection: string) => string | null;
};

/** `key`: what became of the key; on a card it is one that is kept and not used. */
export function troubleOf(problem: Problem, context: TroubleContext, key: ProblemFill['key'] = 'stopped'): Trouble {
  const { guide, origin } = context;
  const other = problem.connection === null ? null : context.labelOf(problem.connection);
  const words = problemWords(problem.code, {
    exchange: guide.name,
    rights: problem.rights.map((right) => rightLabel(guide, right)),
    clockOffsetMs: problem.clockOffsetMs,
    other,
    key,
  });
  const opensKeyPage = words.action.id === 'open-key-page';
  return {
    code: problem.code,
    title: words.title,
    cause: words.cause,
    cure: words.cure,
    action: { ...words.action, href: opensKeyPage ? guideLinks(guide, origin).keyPage : null },
    raw: problem.fault?.raw ?? '',
    rights: [...problem.rights],
    connection: other === null ? null : problem.connection,
  };
}

/** A problem that is known by its code alone. */
export function plainProblem(code: ProblemCode): Problem {
  return { code, rights: [], connection: null, fault: null, clockOffsetMs: null };
}

/** Troubles of our own machine; `guides/problems.ts` has those of keys and exchanges. */
export function custodyTrouble(
  kind:
    | 'custody-halted'
    | 'custody-unreachable'
    | 'custody-busy'
    | 'custody-refused'
    | Unserved
    | 'key-missing'
    | 'removing'
    | 'internal',
  detail: string,
): Trouble {
  const again = { id: 'wait', label: 'Try again' } as const;
  const words = {
    'custody-halted': {
      title: 'The process that holds the keys has halted.',
      cause: 'It found something that is not as it should be, and uses no key until a person has looked.',
      cure: 'Open Security: the reason stands there.',
    },
    'custody-unreachable': {
      title: 'The process that holds the keys does not answer.',
      cause: 'It is being started again, or this machine is very busy.',
      cure: 'Wait some seconds. It is started again by itself, and the list shows then how things stand.',
    },
    'custody-busy': {
      title: 'The process that holds the keys has too much to do.',
      cause: 'Many checks run at this moment.',
      cure: 'Wait some seconds and try again.',
    },
    'custody-refused': {
      title: 'The process that holds the keys refused this.',
      cause: 'The details below say why. The key in use, if there is one, stays as it was.',
      cure: 'Look at the list of exchanges: one that is gone there cannot be changed. If it stays, see the trail under Security.',
    },
    'not-served': {
      title: 'The practice exchange was not started.',
      cause: 'This desk runs without it, so nothing here is renewed. The key is untouched.',
      cure: 'Start the desk without --no-practice.',
    },
    'made-in-rehearsal': {
      title: 'It was made in a rehearsal.',
      cause: 'Its key is one of the practice exchange, and WhiteBIT is the real one now. Nothing is sent with it.',
      cure: 'Start the desk with --whitebit and the address of the practice exchange again, or remove this connection.',
    },
    'pointed-at-practice': {
      title: 'WhiteBIT is pointed at the practice exchange.',
      cause:
        'The key of this connection is a real one, so nothing is sent with it during a rehearsal. It is untouched.',
      cure: 'Start the desk without --whitebit.',
    },
    'key-missing': {
      title: 'Its key is not in the keystore.',
      cause:
        'The keystore is another one than this desk used last, or it was restored from an older backup. Name and history of this connection are kept.',
      cure: 'Restore the backup that holds the key with `gapless restore`, or replace the key.',
      // The page makes of this the button that opens Replace key.
      action: { id: 'paste-again', label: 'Replace key' },
    },
    removing: {
      title: 'It is being removed.',
      cause: 'You asked for it, and the process that holds the keys has not yet said that the key is gone.',
      cure: 'Nothing is to be done: it is asked again by itself until the key is gone. Until then nothing here is used.',
    },
    internal: {
      title: 'Something went wrong on our side.',
      cause: 'The log has the details.',
      cure: 'Try again. If it stays, report it.',
    },
  }[kind];
  return {
    code: kind,
    ...words,
    action: { ...('action' in words ? words.action : again), href: null },
    raw: detail.slice(0, 300),
    rights: [],
    connection: null,
  };
}
