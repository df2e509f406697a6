/** The ten checks of a key, in the order of the page. One function for connecting, replacing and checking again. */

import {
  type AssetBalance,
  FORBIDDEN_RIGHTS,
  type HistoryReading,
  type Holdings,
  type PrivateVenue,
  type PublicVenue,
  RIGHTS,
  type Right,
  type Rights,
  type VenueFault,
  type VenueFaultCode,
  type Wallet,
} from '../venues/venue.ts';
import type { CheckReport, CheckStep, Problem, ProblemCode, Purpose, StepReport, WireBalance } from './protocol.ts';
import type { Clock } from './seams.ts';
import { Steps } from './steps.ts';

export type CheckInput = {
  readonly publicVenue: PublicVenue;
  readonly privateVenue: PrivateVenue;
  readonly purpose: Purpose;
  readonly confirmedCannotWithdraw: boolean;
  /** This public key is one that its owner has connected here before: if the signature is wrong, it is the secret. */
  readonly keyIsKnown: boolean;
  /** Whether key and secret work the other way round; null where there is no sense in trying (a stored key). */
  readonly worksSwapped: (() => Promise<boolean>) | null;
  readonly clock: Clock;
  readonly onStep: (report: StepReport) => void;
};

export type Checked = {
  readonly report: CheckReport;
  readonly holdings: Holdings | null;
  readonly history: HistoryReading | null;
};

/** Requests are not signed with the clock's help (`nonceWindow` is off), so a wrong clock is worth a word, no more. */
const CLOCK_WARNING_MS = 1_000;

export const UNKNOWN_RIGHTS: Rights = {
  'read-trade': 'unknown',
  'read-wallet': 'unknown',
  trade: 'unknown',
  deposit: 'unknown',
  withdraw: 'unknown',
  transfer: 'unknown',
  codes: 'unknown',
};

const RIGHT_NAMES: Readonly<Record<Right, string>> = {
  'read-trade': 'Trade balance',
  'read-wallet': 'Wallet balance',
  trade: 'Order management',
  deposit: 'Deposit',
  withdraw: 'Withdrawal',
  transfer: 'Balance transfer',
  codes: 'Codes',
};

export async function runChecks(input: CheckInput): Promise<Checked> {
  const run = new CheckRun(input);
  await run.all();
  return run.result();
}

class CheckRun {
  readonly #input: CheckInput;
  readonly #steps: Steps;
  #problem: Problem | null = null;
  #clockOffsetMs: number | null = null;
  #rights: Rights = UNKNOWN_RIGHTS;
  #rightsSource: CheckReport['rightsSource'] = 'unknown';
  #holdings: Holdings | null = null;
  #history: HistoryReading | null = null;

  constructor(input: CheckInput) {
    this.#input = input;
    this.#steps = new Steps(input.clock, input.onStep);
  }

  async all(): Promise<void> {
    const stages = [
      () => this.#reachable(),
      () => this.#clock(),
      () => this.#firstSigned(),
      () => this.#readRights(),
      () => this.#cannotWithdraw(),
      () => this.#balances(),
      () => this.#readHistory(),
      () => this.#mayTrade(),
    ];
    for (const stage of stages) {
      await stage();
      if (this.#problem !== null) break;
    }
    this.#steps.skipRest();
  }

  result(): Checked {
    const history = this.#history;
    const holdings = this.#holdings;
    return {
      holdings,
      history,
      report: {
        atMs: this.#input.clock.nowMs(),
        steps: this.#steps.all(),
        rights: this.#rights,
        rightsSource: this.#rightsSource,
        clockOffsetMs: this.#clockOffsetMs,
        balances: holdings === null ? null : wireBalances(holdings.balances),
        ...(holdings !== null && { unreadable: unreadableWallets(holdings) }),
        history:
          history === null
            ? null
            : {
                walletReadable: history.wallet.readable,
                tradesReadable: history.trades.readable,
                reachDays: history.reachDays,
              },
        problem: this.#problem,
      },
    };
  }

  async #reachable(): Promise<void> {
    this.#steps.start('reachable');
    const answer = await this.#input.publicVenue.reachable();
    if (!answer.ok) return this.#fail('reachable', answer.fault.code, 'No answer', { fault: answer.fault });
    this.#steps.end('reachable', 'passed', `${(answer.value.tookMs / 1_000).toFixed(2)} s`);
  }

  async #clock(): Promise<void> {
    this.#steps.start('clock');
    const answer = await this.#input.publicVenue.clock();
    if (!answer.ok) return this.#fail('clock', answer.fault.code, 'No answer', { fault: answer.fault });
    const { offsetMs, uncertaintyMs } = answer.value;
    this.#clockOffsetMs = offsetMs;
    const surelyOffMs = Math.abs(offsetMs) - uncertaintyMs;
    if (surelyOffMs > CLOCK_WARNING_MS)
      this.#steps.end(
        'clock',
        'warning',
        `${(Math.abs(offsetMs) / 1_000).toFixed(1)} s ${offsetMs > 0 ? 'behind' : 'ahead'}`,
      );
    else this.#steps.end('clock', 'passed', 'within 1 s');
  }

  /** One request answers three lines: WhiteBIT checks key, signature and address before anything else. */
  async #firstSigned(): Promise<void> {
    this.#steps.start('key-known');
    const answer = await this.#input.privateVenue.holdings();
    if (answer.ok) this.#holdings = answer.value;
    // The key was recognised and only lacks this right; the rights come next and say so.
    else if (answer.fault.code !== 'right-missing') return this.#refused(answer.fault);
    this.#steps.end('key-known', 'passed', '');
    this.#steps.end('signature', 'passed', '');
    this.#steps.end('ip-allowed', 'passed', '');
  }

  async #refused(fault: VenueFault): Promise<void> {
    switch (fault.code) {
      case 'unknown-key':
        return this.#fail('key-known', 'unknown-key', 'Not known', { fault });
      case 'key-or-secret':
        return this.#keyOrSecret(fault);
      case 'wrong-secret':
        this.#steps.end('key-known', 'passed', '');
        return this.#fail('signature', 'wrong-secret', 'Does not fit', { fault });
      case 'clock':
      case 'nonce':
        this.#steps.end('key-known', 'passed', '');
        return this.#fail('signature', fault.code, 'Refused', { fault });
      case 'key-off':
      case 'foreign-ip':
        // A foreign address switches the key off, and the answer is the same: this line carries both causes.
        this.#steps.end('key-known', 'passed', '');
        this.#steps.end('signature', 'passed', '');
        return this.#fail('ip-allowed', fault.code, 'The key is off', { fault });
      default:
        return this.#fail('key-known', fault.code, 'No clear answer', { fault });
    }
  }

  async #keyOrSecret(fault: VenueFault): Promise<void> {
    const { keyIsKnown, worksSwapped } = this.#input;
    if (keyIsKnown) {
      this.#steps.end('key-known', 'passed', '');
      return this.#fail('signature', 'wrong-secret', 'Does not fit', { fault });
    }
    const swapped = worksSwapped !== null && (await worksSwapped());
    if (swapped) return this.#fail('key-known', 'swapped', 'Key and secret are swapped', { fault });
    return this.#fail('key-known', 'key-or-secret', 'Key or secret is wrong', { fault });
  }

  async #readRights(): Promise<void> {
    this.#steps.start('rights-read');
    const answer = await this.#input.privateVenue.rights(() => {});
    if (!answer.ok) return this.#fail('rights-read', answer.fault.code, 'Not told', { fault: answer.fault });
    this.#rights = answer.value;
    this.#rightsSource = 'probe';
    const on = RIGHTS.filter((right) => this.#rights[right] === 'on').map((right) => RIGHT_NAMES[right]);
    const unknown = RIGHTS.filter((right) => this.#rights[right] === 'unknown');
    const detail = on.length === 0 ? 'None is on' : on.join(', ');
    this.#steps.end('rights-read', unknown.length === 0 ? 'passed' : 'warning', detail);
  }

  async #cannotWithdraw(): Promise<void> {
    this.#steps.start('cannot-withdraw');
    const on = FORBIDDEN_RIGHTS.filter((right) => this.#rights[right] === 'on');
    if (on.length > 0) return this.#fail('cannot-withdraw', 'can-withdraw', `On: ${names(on)}`, { rights: on });
    const unknown = FORBIDDEN_RIGHTS.filter((right) => this.#rights[right] === 'unknown');
    if (unknown.length > 0) {
      if (!this.#input.confirmedCannotWithdraw)
        return this.#fail('cannot-withdraw', 'rights-unknown', `Not told: ${names(unknown)}`, { rights: unknown });
      this.#rightsSource = 'user-confirmed';
      this.#steps.end('cannot-withdraw', 'warning', 'Confirmed by you');
    } else if (this.#rights.deposit === 'on') this.#steps.end('cannot-withdraw', 'warning', 'Deposit is on');
    else this.#steps.end('cannot-withdraw', 'passed', 'Withdrawal, transfer and codes are off');
  }

  async #balances(): Promise<void> {
    this.#steps.start('balance-read');
    const holdings = this.#holdings;
    if (holdings === null || this.#rights['read-trade'] === 'off')
      return this.#fail('balance-read', 'right-missing-read', 'Trade balance is closed', { rights: ['read-trade'] });
    const main = holdings.unreadable.find((one) => one.wallet === 'main');
    if (main !== undefined || this.#rights['read-wallet'] === 'off') {
      const fault = main?.fault ?? null;
      return this.#fail('balance-read', 'right-missing-wallet', 'Wallet is closed', { rights: ['read-wallet'], fault });
    }
    this.#steps.end('balance-read', 'passed', tradingBalance(holdings.balances));
  }

  async #readHistory(): Promise<void> {
    this.#steps.start('history-readable');
    const answer = await this.#input.privateVenue.history();
    if (!answer.ok) return this.#fail('history-readable', answer.fault.code, 'Not told', { fault: answer.fault });
    this.#history = answer.value;
    const { wallet, trades, reachDays } = answer.value;
    if (!trades.readable)
      return this.#fail('history-readable', 'right-missing-read', 'Orders are closed', { rights: ['read-trade'] });
    if (!wallet.readable)
      return this.#fail('history-readable', 'right-missing-wallet', 'Wallet is closed', { rights: ['read-wallet'] });
    this.#steps.end('history-readable', 'passed', `${reachDays} days`);
  }

  async #mayTrade(): Promise<void> {
    this.#steps.start('may-trade');
    const state = this.#rights.trade;
    if (this.#input.purpose === 'watch')
      return this.#steps.end('may-trade', 'passed', state === 'on' ? 'Yes, not used' : 'Watch only');
    if (state === 'off')
      return this.#fail('may-trade', 'cannot-trade', 'Order management is off', { rights: ['trade'] });
    this.#steps.end('may-trade', state === 'on' ? 'passed' : 'warning', state === 'on' ? 'Yes' : 'Not told');
  }

  #fail(
    step: CheckStep,
    code: ProblemCode | VenueFaultCode,
    detail: string,
    more: { readonly rights?: readonly Right[]; readonly fault?: VenueFault | null },
  ): void {
    this.#steps.end(step, 'failed', detail);
    this.#problem = {
      code: problemOf(code),
      rights: more.rights ?? [],
      connection: null,
      fault: more.fault ?? null,
      clockOffsetMs: this.#clockOffsetMs,
    };
  }
}

/** What a venue's fault means for whoever looks at the connection. */
export function problemOf(code: ProblemCode | VenueFaultCode): ProblemCode {
  if (code === 'right-missing') return 'right-missing-read';
  // We never send what the exchange would call invalid; if it does, its rules are no longer those we know.
  if (code === 'invalid-request') return 'not-understood';
  return code;
}

export function faultProblem(fault: VenueFault): Problem {
  return { code: problemOf(fault.code), rights: [], connection: null, fault, clockOffsetMs: null };
}

export function wireBalances(balances: readonly AssetBalance[]): readonly WireBalance[] {
  return balances.map(({ wallet, asset, free, locked }) => ({
    wallet,
    asset,
    free: free.toString(),
    locked: locked.toString(),
  }));
}

export function unreadableWallets(holdings: Holdings): readonly Wallet[] {
  return holdings.unreadable.map((one) => one.wallet);
}

/** One asset for the line: USDT where there is any, else the first; the rest is counted. */
function tradingBalance(balances: readonly AssetBalance[]): string {
  const trade = balances.filter((one) => one.wallet === 'trade');
  const shown = trade.find((one) => one.asset === 'USDT') ?? trade[0];
  if (shown === undefined) return 'Nothing in the trading wallet';
  const more = trade.length - 1;
  return `${shown.free.add(shown.locked).toString()} ${shown.asset}${more > 0 ? ` and ${more} more` : ''}`;
}

function names(rights: readonly Right[]): string {
  return rights.map((right) => RIGHT_NAMES[right]).join(', ');
}
