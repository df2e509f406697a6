/** Custody's state and its audit trail, as the Security page shows them. */

import type { CustodyState } from '../../contract/custody.ts';
import type { CommandLine } from '../../shell/command-line.ts';
import type { CustodyLink, CustodyNow } from '../../shell/custody-link.ts';
import { custodyRefusal } from '../../shell/custody-refusal.ts';
import { auditText, levelExplained, unlockExplained } from '../custody-words.ts';
import type { Handlers } from '../handler.ts';
import type { People } from '../people/people.ts';

type Names = 'custody.read' | 'custody.lock' | 'custody.unlock' | 'audit.list' | 'audit.verify';

const AUDIT_PAGE = 50;
/** Custody's own bound on one page. */
const AUDIT_PAGE_MAX = 200;
/** For a member, whose entries lie scattered among everybody's, so many pages are searched. */
const AUDIT_PAGES_SEARCHED_MAX = 10;
const VERIFY_DEADLINE_MS = 60_000;

export function custodyState(now: CustodyNow, command: CommandLine): CustodyState {
  const { condition, reason, status } = now;
  return {
    state: condition,
    reason,
    unlockMode: status?.unlockMode ?? 'unknown',
    unlockExplained: unlockExplained(status),
    keyFile: status?.keyFile ?? null,
    level: status?.level ?? 'unknown',
    levelExplained: levelExplained(status),
    sealingKey: status?.sealingKey ?? null,
    fingerprint: status?.fingerprint ?? null,
    compareWith: command('custody'),
    unlockWith: command('custody unlock'),
    keys: status?.keys ?? 0,
    hardening: [...(status?.hardening ?? [])],
    auditHead: status?.auditHead ?? { seq: 0, hash: '' },
    venues: (status?.venues ?? []).map(({ venue, address }) => ({ venue, address })),
  };
}

type Parts = { readonly people: People; readonly link: CustodyLink; readonly command: CommandLine };

export function custodyHandlers({ people, link, command }: Parts): Handlers<Names> {
  const asked = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw custodyRefusal(error);
    }
  };
  return {
    async 'custody.read'() {
      return custodyState(await link.ask(), command);
    },

    async 'custody.lock'({ who, peer }) {
      const now = link.heard(await asked(() => link.client.request('lock', {})));
      await people.events.record(who.user.id, 'custody-locked', 'Locked the keys.', peer);
      return custodyState(now, command);
    },

    async 'custody.unlock'({ body, who, peer }) {
      const now = link.heard(await asked(() => link.client.request('unlock', { sealed: body.sealed })));
      await people.events.record(who.user.id, 'custody-unlocked', 'Unlocked the keys.', peer);
      return custodyState(now, command);
    },

    async 'audit.list'({ query, who }) {
      const limit = query.limit ?? AUDIT_PAGE;
      const isOwner = who.user.role === 'owner';
      const found = [];
      let before: number | null = query.before ?? null;
      for (let page = 0; page < AUDIT_PAGES_SEARCHED_MAX && found.length < limit; page += 1) {
        const cursor: number | null = before;
        const ask = isOwner ? limit : AUDIT_PAGE_MAX;
        const entries = await asked(() => link.client.request('audit', { before: cursor, limit: ask }));
        found.push(...entries.filter((entry) => isOwner || entry.owner === who.user.id));
        before = entries.at(-1)?.seq ?? null;
        if (isOwner || before === null || entries.length < ask) break;
      }
      return found.slice(0, limit).map((entry) => ({
        seq: entry.seq,
        atMs: entry.atMs,
        event: entry.event,
        text: auditText(entry),
        connection: entry.connection,
        hash: entry.hash,
      }));
    },

    async 'audit.verify'() {
      const result = await asked(() => link.client.request('audit-verify', {}, { deadlineMs: VERIFY_DEADLINE_MS }));
      return result.ok
        ? { ok: true, entries: result.entries, firstBadSeq: null, reason: '' }
        : { ok: false, entries: result.entries, firstBadSeq: result.firstBadSeq, reason: result.reason };
    },
  };
}
