/** What custody lets each key do, as custody says it: read now and then, kept a few seconds, changed through requests. */

import type { Policy } from '../../contract/trading.ts';
import type { ConnectionId, UserId } from '../../core/ids.ts';
import { CustodyError } from '../../custody/client.ts';
import type { PolicyLimits, PolicyView } from '../../custody/trade-protocol.ts';
import { type Clock, hasPassed } from '../clock.ts';
import type { CommandLine } from '../command-line.ts';
import type { CustodyLink } from '../custody-link.ts';
import { custodyRefusal } from '../custody-refusal.ts';
import { Refusal } from '../refusal.ts';

/** Someone who types an order asks several times a second; what others use up meanwhile is custody's to refuse. */
const FRESH_MS = 3_000;
const DEADLINE_MS = 10_000;
/** New markets are looked up at the exchange before they are taken. */
const CHANGE_DEADLINE_MS = 30_000;
/** Bounds memory; more than anybody connects. */
const KEPT_MAX = 1_000;

type Whose = { readonly connection: ConnectionId; readonly owner: UserId };
type Kept = { readonly view: PolicyView; readonly atMs: number };

type Parts = { readonly custody: CustodyLink; readonly clock: Clock; readonly command: CommandLine };

export class PolicyBook {
  readonly #custody: CustodyLink;
  readonly #clock: Clock;
  readonly #command: CommandLine;
  readonly #onChange: (connection: ConnectionId) => void;
  readonly #kept = new Map<ConnectionId, Kept>();

  constructor({ custody, clock, command }: Parts, onChange: (connection: ConnectionId) => void) {
    this.#custody = custody;
    this.#clock = clock;
    this.#command = command;
    this.#onChange = onChange;
  }

  /** Seconds old at most. Null where custody does not tell it now. */
  async recent(whose: Whose): Promise<PolicyView | null> {
    try {
      return await this.#recent(whose);
    } catch (error) {
      // A request that custody does not understand is a mistake of ours, and not a rule that is not known.
      if (error instanceof CustodyError && error.code !== 'BAD_REQUEST') return null;
      throw error;
    }
  }

  /** The same, for where nothing may begin without it: throws the refusal. */
  async certain(whose: Whose): Promise<PolicyView> {
    try {
      return await this.#recent(whose);
    } catch (error) {
      throw custodyRefusal(error);
    }
  }

  async read(whose: Whose): Promise<Policy> {
    return this.#told(whose, () => this.#ask(whose));
  }

  firstMarkets(whose: Whose, markets: readonly string[]): Promise<Policy> {
    return this.#changed(whose, 'first-markets', { ...whose, markets });
  }

  propose(whose: Whose, limits: PolicyLimits): Promise<Policy> {
    return this.#changed(whose, 'propose-policy', { ...whose, limits });
  }

  withdraw(whose: Whose, proposal: string): Promise<Policy> {
    return this.#changed(whose, 'withdraw-policy', { ...whose, proposal });
  }

  forget(connection: ConnectionId): void {
    this.#kept.delete(connection);
  }

  async #recent(whose: Whose): Promise<PolicyView> {
    const kept = this.#kept.get(whose.connection);
    if (kept !== undefined && !hasPassed(this.#clock.nowMs(), kept.atMs, FRESH_MS)) return kept.view;
    return this.#keep(whose, await this.#ask(whose));
  }

  /** Field by field: whoever asks may be more than these, and what is inherited does not travel. */
  #ask({ connection, owner }: Whose): Promise<PolicyView> {
    return this.#custody.client.request('policy', { connection, owner }, { deadlineMs: DEADLINE_MS });
  }

  async #changed(
    whose: Whose,
    op: 'first-markets' | 'propose-policy' | 'withdraw-policy',
    args: Whose & { markets?: readonly string[]; limits?: PolicyLimits; proposal?: string },
  ): Promise<Policy> {
    const policy = await this.#told(whose, () =>
      this.#custody.client.request(op, args as never, { deadlineMs: CHANGE_DEADLINE_MS }),
    );
    this.#onChange(whose.connection);
    return policy;
  }

  async #told(whose: Whose, ask: () => Promise<PolicyView>): Promise<Policy> {
    try {
      return policyView(whose.connection, this.#keep(whose, await ask()), this.#command);
    } catch (error) {
      if (!(error instanceof CustodyError)) throw error;
      switch (error.code) {
        case 'BAD_REQUEST':
          throw new Refusal('bad_request', error.message, 'Correct it and send it again.');
        case 'CONFLICT':
          throw new Refusal('conflict', error.message, 'Read the policy again.');
        case 'NOT_FOUND':
          throw new Refusal('not_found', 'There is no such key or proposal.', 'Read the policy again.');
        default:
          throw custodyRefusal(error);
      }
    }
  }

  #keep({ connection }: Whose, view: PolicyView): PolicyView {
    this.#kept.delete(connection);
    this.#kept.set(connection, { view, atMs: this.#clock.nowMs() });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
    return view;
  }
}

function policyView(
  connection: ConnectionId,
  { version, limits, proposal, practice, equity, used }: PolicyView,
  command: CommandLine,
): Policy {
  return {
    ...{ connection, version, practice, equity },
    limits: { ...limits, markets: [...limits.markets] },
    used: { ...used },
    proposal:
      proposal === null
        ? null
        : {
            ...proposal,
            limits: { ...proposal.limits, markets: [...proposal.limits.markets] },
            words: [...proposal.words],
            approveWith: proposal.inForceAtMs === null ? command(`policy approve ${connection}`) : '',
          },
  };
}
