/** Who may change what a key is used for. Tightening is anybody's and at once; loosening is the owner's, and waits. */

import { Decimal } from '../../core/decimal.ts';
import { CustodyError } from '../errors.ts';
import type { KeyPolicy, KeyRecord } from '../records.ts';
import type { Args } from '../requests.ts';
import type { PolicyLimits, PolicyView, Proposal } from '../trade-protocol.ts';
import { compareLimits, DEFAULT_LIMITS, proposalId, tighterOf } from '../trading/changes.ts';
import { largestOrder } from '../trading/policy.ts';
import type { Context } from './context.ts';

const NONE: KeyPolicy = { version: 0, limits: DEFAULT_LIMITS, proposal: null };

/** As it is now; an approved change whose time has come takes effect here, and is written down. */
export function policyInForce(context: Context, record: KeyRecord): KeyPolicy {
  const kept = record.policy ?? NONE;
  // A limit that came after it was written down is the default's.
  const policy = { ...kept, limits: { ...DEFAULT_LIMITS, ...kept.limits } };
  const { proposal } = policy;
  if (proposal === null || proposal.inForceAtMs === null || proposal.inForceAtMs > context.clock.nowMs()) return policy;
  return set(context, record, { version: policy.version + 1, limits: proposal.limits, proposal: null }, 'in force');
}

export function policy(context: Context, args: Args<'policy'>): PolicyView {
  context.mayAct();
  const record = context.records.mine(args.connection, args.owner);
  measureSoon(context, record);
  return view(context, record);
}

/** Before the first order nobody else asks what the limits come to. Nobody waits for it: whoever reads again is told. */
function measureSoon(context: Context, record: KeyRecord): void {
  if (record.purpose !== 'trade' || record.policy === undefined) return;
  const credential = () => context.records.credential(record.connection);
  // What cannot be measured now is tried when it is read again.
  context.equity.of(record, context.access(record.venue), credential, false).catch(() => {});
}

/** Once, before there is any policy: the choice that belongs to connecting a key. Throws `CONFLICT` afterwards. */
export async function firstMarkets(context: Context, args: Args<'first-markets'>): Promise<PolicyView> {
  const record = trader(context, args);
  if (record.policy !== undefined) throw new CustodyError('CONFLICT', 'Markets were chosen already; propose a change');
  await mustBeLiquid(context, record, args.markets);
  const current = trader(context, args);
  if (current.policy !== undefined) throw new CustodyError('CONFLICT', 'Markets were chosen already; propose a change');
  const limits = { ...DEFAULT_LIMITS, markets: args.markets };
  set(context, current, { version: 1, limits, proposal: null }, 'first markets');
  return view(context, context.records.mine(args.connection, args.owner));
}

/** Each is written down twice; a flood of them must not push everything else out of the trail. */
const CHANGES_PER_MINUTE = 30;

export async function proposePolicy(context: Context, args: Args<'propose-policy'>): Promise<PolicyView> {
  const before = policyInForce(context, trader(context, args));
  if (!context.refusals.allows(`policy ${args.connection}`, CHANGES_PER_MINUTE))
    throw new CustodyError('BUSY', 'Too many changes in a minute');
  const added = args.limits.markets.filter((market) => !before.limits.markets.includes(market));
  await mustBeLiquid(context, trader(context, args), added);
  const record = trader(context, args);
  const now = policyInForce(context, record);
  const change = compareLimits(now.limits, args.limits);
  const limits = tighterOf(now.limits, args.limits);
  const version = now.version + 1;
  const proposal: Proposal | null = change.loosens
    ? {
        id: proposalId(record.connection, version, args.limits),
        limits: args.limits,
        words: change.words,
        proposedAtMs: context.clock.nowMs(),
        delayMs: isPractice(record) ? 0 : change.delayMs,
        inForceAtMs: null,
      }
    : null;
  set(context, record, { version, limits, proposal }, change.loosens ? 'proposed' : 'tightened');
  return view(context, context.records.mine(args.connection, args.owner));
}

/** The owner's. What is approved is named by the hash of exactly what was shown. Throws `NOT_FOUND`. */
export function approvePolicy(context: Context, args: Args<'approve-policy'>): PolicyView {
  const record = trader(context, args);
  const now = policyInForce(context, record);
  const proposal = mustBe(now, args.proposal);
  const inForceAtMs = context.clock.nowMs() + proposal.delayMs;
  set(context, record, { ...now, proposal: { ...proposal, inForceAtMs } }, 'approved');
  return view(context, context.records.mine(args.connection, args.owner));
}

/** Takes nothing away but what was asked for, so anybody may. Throws `NOT_FOUND`. */
export function withdrawPolicy(context: Context, args: Args<'withdraw-policy'>): PolicyView {
  const record = trader(context, args);
  const now = policyInForce(context, record);
  mustBe(now, args.proposal);
  set(context, record, { ...now, proposal: null }, 'withdrawn');
  return view(context, context.records.mine(args.connection, args.owner));
}

function trader(context: Context, args: Args<'policy'>): KeyRecord {
  context.mayAct();
  const record = context.records.mine(args.connection, args.owner);
  if (record.purpose !== 'trade') throw new CustodyError('NOT_ALLOWED', 'This key was connected to watch');
  return record;
}

function mustBe(policy: KeyPolicy, id: string): Proposal {
  if (policy.proposal?.id !== id) throw new CustodyError('NOT_FOUND', 'There is no such proposal');
  return policy.proposal;
}

function set(context: Context, record: KeyRecord, policy: KeyPolicy, what: string): KeyPolicy {
  const { connection, owner } = record;
  const said =
    policy.proposal === null ? shown(policy.limits) : `${policy.proposal.id} ${policy.proposal.words.join('; ')}`;
  context.audit.append('policy', { connection, owner, detail: `${what}, version ${policy.version}: ${said}` });
  context.records.update(connection, { policy });
  return policy;
}

function shown(limits: PolicyLimits): string {
  return JSON.stringify(limits);
}

function view(context: Context, record: KeyRecord): PolicyView {
  const { limits, proposal, version } = policyInForce(context, record);
  const { adverse, adverseOpen, open, turnover, turnoverOpen } = context.trading.used(record.connection);
  const equity = context.equity.last(record.connection)?.toString() ?? null;
  const used = {
    ...{ adverse: adverse.toString(), adverseOpen: adverseOpen.toString() },
    ...{ turnover: turnover.toString(), turnoverOpen: turnoverOpen.toString() },
    openOrders: open,
  };
  return { version, limits, proposal, practice: isPractice(record), equity, used };
}

function isPractice(record: KeyRecord): boolean {
  return record.venue === 'practice';
}

/** Practice markets are as thin as their players; there is nothing to lose there. Throws `BAD_REQUEST`. */
async function mustBeLiquid(context: Context, record: KeyRecord, markets: readonly string[]): Promise<void> {
  const { market } = context.access(record.venue);
  for (const name of markets) {
    const instrument = await market.instrument(name);
    if (instrument?.kind !== 'spot') throw new CustodyError('BAD_REQUEST', `${name} is not a spot market there`);
    const thin = await thinNow(context, record, name, context.equity.last(record.connection));
    if (thin !== '') throw new CustodyError('BAD_REQUEST', `${name} is too thin: ${thin}`);
  }
}

/** Asked at enabling, and with each order. `market` is a listed one. */
export async function thinNow(
  context: Context,
  record: KeyRecord,
  market: string,
  equity: Decimal | null,
): Promise<string> {
  if (isPractice(record)) return '';
  const { limits } = policyInForce(context, record);
  return context.access(record.venue).market.thin(market, largestOrder(limits, equity ?? Decimal.ZERO));
}
