/**
 * `exchanges add` and `exchanges replace-key`: key and secret are asked for without echo, sealed here to custody's
 * public key, and sent through a desk that cannot read them.
 */

import type { Attempt, Connection, Trouble } from '../../contract/exchanges.ts';
import type { UserId, VenueId } from '../../core/ids.ts';
import type { Purpose, Sealed } from '../../custody/protocol.ts';
import { newId } from '../../shell/random.ts';
import { follow, troubleError, withoutReason } from '../attempt.ts';
import { CliError } from '../cli-error.ts';
import { sealingKeyOf } from '../custody-link.ts';
import { plain } from '../plain-text.ts';
import { askCredentials, sealCredentials, wipe } from '../secrets.ts';
import type { Workplace } from '../workplace.ts';

export type Confirmation = 'cannot-withdraw' | 'same-account';

export type Plan = {
  readonly venue: VenueId;
  readonly purpose: Purpose;
  readonly confirmed: readonly Confirmation[];
  /** Sends one attempt; called again when the person has answered what a machine cannot know. */
  readonly begin: (attempt: {
    readonly requestId: string;
    readonly purpose: Purpose;
    readonly sealed: Sealed;
    readonly confirmed: Confirmation[];
  }) => Promise<Attempt>;
};

export type Ended = { readonly attempt: Attempt; readonly connection: Connection };

/** Asks, seals, sends, follows. Throws `CliError` with the trouble's cause and cure where nothing was stored. */
export async function connectWith(work: Workplace, plan: Plan): Promise<Ended> {
  const { sealingKey, owner } = await sealingTarget(work);
  let credentials = await askCredentials(work.terminal);
  let { purpose } = plan;
  const confirmed = new Set(plan.confirmed);
  try {
    for (;;) {
      const sealed = sealCredentials(sealingKey, credentials, { owner, venue: plan.venue });
      const requestId = newId(work.random);
      const begun = await plan.begin({ requestId, purpose, sealed, confirmed: [...confirmed] });
      const attempt = await follow(work, begun);
      if (attempt.state === 'stored' && attempt.result !== null) return { attempt, connection: attempt.result };
      if (attempt.trouble === null) throw withoutReason(attempt);
      const next = await askWayOut(work, attempt.trouble);
      if (next === null) throw refusal(work, attempt, attempt.trouble);
      if (next === 'swap') credentials = { key: credentials.secret, secret: credentials.key };
      else if (next === 'watch') purpose = 'watch';
      else confirmed.add(next);
    }
  } finally {
    wipe(credentials);
  }
}

/**
 * The key comes from custody itself, over its own socket, and not from the desk. What the desk would give to a browser
 * is compared with it: a difference means that the page seals to somebody else.
 */
async function sealingTarget(work: Workplace): Promise<{ readonly sealingKey: string; readonly owner: UserId }> {
  const session = await work.desk.call('session.read');
  if (session.state !== 'signed-in') {
    throw new CliError(
      'unclaimed',
      'This desk has no owner yet.',
      'Open its address in a browser and enter the setup code; `gapless setup-code` makes a new one.',
    );
  }
  const { key, fingerprint } = sealingKeyOf(await work.custody.request('status', {}));
  const shown = await work.desk.call('custody.read');
  if (shown.sealingKey !== key || shown.fingerprint !== fingerprint) {
    throw new CliError(
      'fingerprint_differs',
      `Custody's fingerprint is ${fingerprint}, and the desk shows ${plain(shown.fingerprint ?? 'none')}.`,
      'Do not enter keys on the page. Stop everything and start it again; if this stays, the program was changed.',
    );
  }
  if (!work.json) {
    work.terminal.note(`Sealing to custody's key with the fingerprint`);
    work.terminal.note(`  ${fingerprint}`);
    work.terminal.note('The desk shows the same one. Key and secret are not shown while you paste them.');
  }
  return { sealingKey: key, owner: session.user.id as UserId };
}

/** What the person decides after a refusal that only they can settle; null leaves it refused. */
async function askWayOut(work: Workplace, trouble: Trouble): Promise<Confirmation | 'swap' | 'watch' | null> {
  if (work.json || !work.terminal.interactive) return null;
  const way = wayOut(trouble);
  if (way === null) return null;
  work.terminal.note(`${plain(trouble.title)} ${plain(trouble.cause)}`);
  work.terminal.note(plain(trouble.cure));
  return (await work.terminal.confirm(way.question, way.hint)) ? way.answer : null;
}

type WayOut = {
  readonly question: string;
  readonly answer: Confirmation | 'swap' | 'watch';
  /** The same for a script, or where the person said no. */
  readonly hint: string;
};

function wayOut(trouble: Trouble): WayOut | null {
  switch (trouble.action.id) {
    case 'confirm-cannot-withdraw':
      return {
        question: 'Did you look at the exchange, and are withdrawal, transfer and codes switched off?',
        answer: 'cannot-withdraw',
        hint: 'To say so, run this again with --confirm cannot-withdraw.',
      };
    case 'confirm-same-account':
      return {
        question: 'Did you make both keys in the same account?',
        answer: 'same-account',
        hint: 'To say that it is the same account, run this again with --confirm same-account.',
      };
    case 'use-watch-only':
      return { question: 'Connect it to watch only?', answer: 'watch', hint: 'To watch only, add --watch.' };
    case 'swap':
      return {
        question: 'Swap the two and try again?',
        answer: 'swap',
        hint: 'Give the API key first and the secret key second.',
      };
    default:
      return null;
  }
}

function refusal(work: Workplace, attempt: Attempt, trouble: Trouble): CliError {
  if (work.json) work.terminal.json(attemptJson(attempt, null));
  if (trouble.code === 'already-connected' && trouble.connection !== null) {
    return troubleError(trouble, `(\`gapless exchanges replace-key ${trouble.connection}\`)`);
  }
  return troubleError(trouble, wayOut(trouble)?.hint ?? null);
}

/** The stable shape of `--json` for add, replace-key and check. */
export function attemptJson(attempt: Attempt, exchange: unknown): Record<string, unknown> {
  const { trouble } = attempt;
  return {
    outcome: attempt.state,
    steps: attempt.steps.map(({ step, state, detail, tookMs }) => ({ step, state, detail, tookMs })),
    exchange,
    trouble: trouble === null ? null : troubleJson(trouble),
  };
}

export function troubleJson(trouble: Trouble): Record<string, unknown> {
  const { code, title, cause, cure, rights, connection } = trouble;
  return { code, title, cause, cure, rights, connection };
}
