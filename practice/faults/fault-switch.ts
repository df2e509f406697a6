import type { PracticeAccounts } from '../accounts/accounts.ts';
import type { Answer, Call } from '../api/answer.ts';
import type { Faults, PretendedAddresses } from '../control/faults.ts';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { Account, AccountId, Clock, Market, Outcome } from '../ports.ts';
import type { OpenSocket, OutgoingFrame } from '../stream/delivery.ts';
import type { ParameterName, Terms } from './parameters.ts';

/** What a switch is made of. Nothing here does anything. */

export type Group = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G';
export type Layer = 'request' | 'stream' | 'market' | 'account' | 'time';

/** A row of the fault catalogue and the ways in which this exchange can cause it; the first is meant where none is named. */
export type FaultSwitch = {
  readonly id: string;
  readonly name: string;
  readonly group: Group;
  readonly title: string;
  readonly ways: readonly [Way, ...Way[]];
};

/** One way a fault happens: what it does on the wire, and the courses that do it. */
export type Way = {
  readonly name: string;
  readonly effect: string;
  readonly layer: Layer;
  readonly takes: readonly ParameterName[];
  readonly defaults?: Partial<Terms>;
  /** Parameters without which it means nothing. */
  readonly needs?: readonly ParameterName[];
  /** Where it strikes when neither path nor channel is given. */
  readonly paths?: readonly string[];
  readonly channels?: readonly string[];
  readonly outer?: OuterCourse;
  readonly inner?: InnerCourse;
  readonly frame?: FrameCourse;
  readonly connect?: ConnectCourse;
  readonly act?: Act;
  /** A few times a second while armed. */
  readonly beat?: (strike: Strike) => void;
};

/** Everything outside of this folder that a fault may reach for. */
export type World = {
  readonly accounts: PracticeAccounts;
  readonly exchange: DurableExchange;
  readonly market: Market;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly pretended: PretendedAddresses;
  readonly sockets: () => readonly OpenSocket[];
};

/** A request as it came in. `account` is whose key it names: nobody has looked at the signature yet. */
export type RequestCall = {
  readonly path: string;
  /** With the query. */
  readonly target: string;
  readonly apiKey: string;
  readonly account: AccountId | null;
  readonly market: string | null;
};

export type Reply =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly headers: Readonly<Record<string, string>> }
  /** The body ends in the middle, then the connection. */
  | { readonly kind: 'torn'; readonly answer: Answer }
  | { readonly kind: 'cut' };

/** Around the whole request. `next` carries it out and may be left alone. */
export type OuterCourse = (strike: Strike, call: RequestCall, next: () => Promise<Reply>) => Promise<Reply>;

/** Around the handler of a private request that has passed every check. `handle` may be given another call. */
export type InnerCourse = (
  strike: Strike,
  call: Call,
  handle: (call: Call) => Promise<Answer>,
) => Answer | Promise<Answer>;

/** Calls `send` never, once or several times, now or later. */
export type FrameCourse = (strike: Strike, frame: OutgoingFrame, send: (message: unknown) => void) => void;

export type ConnectCourse = (strike: Strike) => 'cut' | { readonly status: number } | null;

/** Done once, when armed. */
export type Act = (deed: Deed) => Promise<Outcome<Acted>>;

export type Acted = {
  /** Done when disarmed; null where nothing can be put back. */
  readonly undo: (() => Promise<unknown>) | null;
  /** What `undo` sets back to what it was before: of several faults about the same, the last one disarmed does so. */
  readonly subject?: string;
};

export type Deed = {
  readonly terms: Terms;
  readonly world: World;
  /** Whose account `email` or `apiKey` names; null for everybody. */
  readonly account: Account | null;
};

/** One fault at one event. */
export type Strike = {
  readonly terms: Terms;
  readonly world: World;
  readonly account: AccountId | null;
  readonly armedAtMs: number;
  /** How often it has struck, this time included. */
  readonly number: number;
  /** What the fault keeps between its strikes; ends with it. Bounded: the oldest goes. */
  readonly memory: Map<string, unknown>;
  /** In [0, 1), from the fault's own seed. */
  draw(): number;
  /** Resolves after so long (of the machine, which is what clients wait by), or when the fault is disarmed. */
  hold(delayMs: number): Promise<void>;
  /** Runs `work` after so long, or when the fault is disarmed; calling the answer runs it at once. Never twice. */
  later(delayMs: number, work: () => void): () => void;
  /** It came to nothing: not counted. A problem is shown in the list of armed faults. */
  miss(problem?: string): void;
};
