import { done, refuse } from '../accounts/outcome.ts';
import type { Account, AccountId, Outcome } from '../ports.ts';
import { CATALOGUE } from './catalogue.ts';
import { createChance } from './chance.ts';
import type { Acted, FaultSwitch, Strike, Way, World } from './fault-switch.ts';
import type { Hold, Holds } from './holds.ts';
import { createHolds } from './holds.ts';
import { ARM_ORDER, PARAMETER_NAMES, type ParameterName, type Terms, unreadable } from './parameters.ts';

/** The faults that are armed at this moment. In memory: a restart begins without any. */
export interface Armory {
  /** Refuses what the switch does not listen to, and what it cannot do without. */
  arm(input: unknown): Promise<Outcome<ArmedFault>>;
  /** Lets go what it held and puts back what it changed, where that can be put back. */
  disarm(number: number): Promise<Outcome<null>>;
  disarmAll(): Promise<void>;
  armed(): readonly ArmedFault[];
  /** Nothing armed has a course of this kind: the caller may take the short way. */
  isQuiet(course: Course): boolean;
  /** Those that strike this event, drawn and counted, in the order they were armed. */
  strikes<C extends Course>(course: C, event: FaultEvent): readonly Struck<C>[];
  beat(): void;
  /** Lets everything go and puts nothing back: the process ends. */
  close(): void;
}

export type Course = 'outer' | 'inner' | 'frame' | 'connect';
export type Struck<C extends Course> = { readonly course: NonNullable<Way[C]>; readonly strike: Strike };

/** What is known of an event when it is asked what strikes it. */
export type FaultEvent = {
  readonly account: AccountId | null;
  readonly apiKey: string | null;
  readonly path: string | null;
  readonly channel: string | null;
  readonly market: string | null;
};

export type ArmedFault = {
  readonly armed: number;
  readonly id: string;
  readonly name: string;
  readonly way: string;
  readonly atMs: number;
  readonly struck: number;
  /** Null: until disarmed. */
  readonly left: number | null;
  /** Why it last came to nothing. */
  readonly problem: string | null;
  /** Only those that were given or that the switch brings. */
  readonly terms: Readonly<Partial<Terms>>;
};

/** Far more than one run needs; every event is held against each of them. */
const ARMED_MAX = 64;

/** More orders, books or sockets than one fault looks at in one run. */
const REMEMBERED_MAX = 1_000;

class Memory extends Map<string, unknown> {
  override set(key: string, value: unknown): this {
    super.set(key, value);
    const oldest = this.keys().next().value;
    if (this.size > REMEMBERED_MAX && oldest !== undefined) this.delete(oldest);
    return this;
  }
}

type Entry = {
  readonly number: number;
  readonly fault: FaultSwitch;
  readonly way: Way;
  readonly terms: Terms;
  readonly account: AccountId | null;
  readonly atMs: number;
  readonly memory: Map<string, unknown>;
  readonly draw: () => number;
  readonly hold: Hold;
  acted: Acted;
  struck: number;
  left: number | null;
  problem: string | null;
};

export function createArmory(world: World): Armory {
  const holds = createHolds();
  let entries: readonly Entry[] = [];
  let lastNumber = 0;

  async function arm(input: unknown): Promise<Outcome<ArmedFault>> {
    const parsed = ARM_ORDER.safeParse(input);
    if (!parsed.success) return refuse('input-invalid', unreadable(parsed.error));
    const { id, way: wayName, ...given } = parsed.data;
    const found = findWay(id, wayName);
    if (!found.ok) return found;
    const { fault, way } = found.value;
    const checked = termsOf(way, given as Terms);
    if (!checked.ok) return checked;
    const terms = checked.value;
    const owner = ownerOf(world, terms);
    if (!owner.ok) return owner;
    // One that nobody ever heard of would wait for ever and never strike.
    if (terms.market !== null && world.exchange.query.market(terms.market) === null)
      return refuse('market-unknown', `There is no market ${terms.market}.`);
    makeRoom();
    if (entries.length >= ARMED_MAX)
      return refuse('armed-too-many', `${ARMED_MAX} faults are armed already. Disarm some.`);
    lastNumber += 1;
    const entry = entryOf({
      number: lastNumber,
      fault,
      way,
      terms,
      account: owner.value,
      atMs: world.clock.nowMs(),
      holds,
    });
    if (way.act !== undefined) {
      const acted = await way.act({ terms, world, account: owner.value });
      if (!acted.ok) return acted;
      entry.acted = acted.value;
      entry.struck = 1;
    }
    entries = [...entries, entry];
    return done(shown(entry));
  }

  /** A fault that has struck as often as it should only stays to be looked at. */
  function makeRoom(): void {
    while (entries.length >= ARMED_MAX) {
      const spent = entries.find(({ left, acted, way }) => left === 0 || (acted.undo === null && isActOnly(way)));
      if (spent === undefined) return;
      spent.hold.releaseAll();
      entries = entries.filter((entry) => entry !== spent);
    }
  }

  async function drop(entry: Entry): Promise<void> {
    entries = entries.filter((other) => other !== entry);
    entry.hold.releaseAll();
    const { undo, subject } = entry.acted;
    const heir = subject === undefined ? undefined : entries.find((other) => isLaterOf(subject, entry, other));
    // What a later fault changed on top stays as that one has it; it knows the way back now.
    if (heir === undefined) await undo?.();
    else heir.acted = entry.acted;
  }

  return {
    arm,
    async disarm(number) {
      const entry = entries.find((one) => one.number === number);
      if (entry === undefined) return refuse('armed-unknown', `No fault of number ${number} is armed.`);
      await drop(entry);
      return done(null);
    },
    async disarmAll() {
      // The last first, so that what was changed twice ends as it began.
      for (const entry of [...entries].reverse()) await drop(entry);
    },
    armed: () => entries.map(shown),
    isQuiet: (course) => entries.every(({ way }) => way[course] === undefined),
    strikes(course, event) {
      const struck: Struck<typeof course>[] = [];
      for (const entry of entries) {
        const work = entry.way[course];
        if (work === undefined || entry.left === 0 || !concerns(entry, event)) continue;
        if (entry.terms.probability !== null && entry.draw() >= entry.terms.probability) continue;
        struck.push({ course: work, strike: strikeOf(world, entry) });
      }
      return struck;
    },
    beat() {
      for (const entry of entries) if (entry.left !== 0) entry.way.beat?.(strikeOf(world, entry));
    },
    close() {
      const open = entries;
      entries = [];
      for (const { hold } of open) hold.releaseAll();
    },
  };
}

function entryOf(
  parts: Pick<Entry, 'number' | 'fault' | 'way' | 'terms' | 'atMs'> & { account: Account | null; holds: Holds },
) {
  const { holds, account, ...rest } = parts;
  const entry: Entry = {
    ...rest,
    account: account?.id ?? null,
    memory: new Memory(),
    draw: createChance(parts.terms.seed ?? `${parts.fault.id} ${parts.way.name}`),
    hold: holds.open(),
    acted: { undo: null },
    struck: 0,
    left: parts.terms.count,
    problem: null,
  };
  return entry;
}

function isLaterOf(subject: string, { number }: Entry, other: Entry): boolean {
  return other.acted.subject === subject && other.number > number;
}

function isActOnly({ outer, inner, frame, connect, beat }: Way): boolean {
  return [outer, inner, frame, connect, beat].every((course) => course === undefined);
}

function findWay(id: string, name: string | null): Outcome<{ readonly fault: FaultSwitch; readonly way: Way }> {
  const fault = CATALOGUE.find((one) => one.id === id || one.name === id);
  if (fault === undefined)
    return refuse('fault-unknown', `No switch ${id.slice(0, 40)}. faults/catalogue lists them all.`);
  const way = name === null ? fault.ways[0] : fault.ways.find((one) => one.name === name);
  const names = fault.ways.map((one) => one.name).join(', ');
  return way === undefined
    ? refuse('way-unknown', `${fault.id} happens in these ways: ${names}.`)
    : done({ fault, way });
}

function termsOf(way: Way, given: Terms): Outcome<Terms> {
  const stray = PARAMETER_NAMES.find((name) => given[name] !== null && !way.takes.includes(name));
  if (stray !== undefined)
    return refuse('parameter-unused', `This switch does not listen to ${stray}. It takes: ${way.takes.join(', ')}.`);
  const set = Object.entries(given).filter(([, value]) => value !== null);
  const terms: Terms = { ...given, ...way.defaults, ...Object.fromEntries(set) };
  // A key names its account as well.
  const isThere = (name: ParameterName): boolean => terms[name] !== null || (name === 'email' && terms.apiKey !== null);
  const missing = (way.needs ?? []).find((name) => !isThere(name));
  return missing === undefined ? done(terms) : refuse('parameter-missing', `The way ${way.name} needs ${missing}.`);
}

/** The account a fault is about: named by its email, or by one of its keys. */
function ownerOf({ accounts }: World, { email, apiKey }: Terms): Outcome<Account | null> {
  if (apiKey !== null) {
    const signing = accounts.keyring.signingKey(apiKey);
    const account = signing === null ? null : accounts.account(signing.account);
    if (account === null) return refuse('key-unknown', 'There is no such API key.');
    if (email !== null && account.email !== email) return refuse('key-unknown', 'This account has no such API key.');
    return done(account);
  }
  if (email === null) return done(null);
  const account = accounts.accountByEmail(email);
  return account === null ? refuse('account-unknown', `There is no account ${email.slice(0, 80)}.`) : done(account);
}

function concerns({ terms, account, way }: Entry, event: FaultEvent): boolean {
  if (account !== null && event.account !== account) return false;
  if (terms.apiKey !== null && event.apiKey !== null && event.apiKey !== terms.apiKey) return false;
  if (terms.market !== null && event.market !== terms.market) return false;
  if (event.path !== null) {
    const { path } = event;
    const prefixes = terms.path === null ? way.paths : [terms.path];
    if (prefixes !== undefined && !prefixes.some((prefix) => path.startsWith(prefix))) return false;
  }
  const channels = terms.channel === null ? way.channels : [terms.channel];
  return event.path !== null || channels === undefined || (event.channel !== null && channels.includes(event.channel));
}

function strikeOf(world: World, entry: Entry): Strike {
  entry.struck += 1;
  if (entry.left !== null) entry.left -= 1;
  return {
    terms: entry.terms,
    world,
    account: entry.account,
    armedAtMs: entry.atMs,
    number: entry.struck,
    memory: entry.memory,
    draw: entry.draw,
    hold: (delayMs) => new Promise((resolve) => entry.hold.later(delayMs, resolve)),
    later: (delayMs, work) => entry.hold.later(delayMs, work),
    miss(problem) {
      entry.struck -= 1;
      if (entry.left !== null) entry.left += 1;
      if (problem !== undefined) entry.problem = problem;
    },
  };
}

function shown({ number, fault, way, atMs, struck, left, problem, terms }: Entry): ArmedFault {
  const said = Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== null));
  return { armed: number, id: fault.id, name: fault.name, way: way.name, atMs, struck, left, problem, terms: said };
}
