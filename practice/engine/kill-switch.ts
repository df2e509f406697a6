import { cancelSeat } from './cancel.ts';
import type { SetKillSwitch } from './commands.ts';
import type { KillSwitchView } from './events.ts';
import { US_PER_SECOND } from './limits.ts';
import type { Refused } from './refusals.ts';
import { REFUSALS } from './refusals.ts';
import type { KillSwitch, Seat } from './seat.ts';
import type { State } from './state.ts';
import { compareSeats, seatOf } from './state.ts';

/** A timer an account keeps pushing back; when it runs out, the account's orders on that market are cancelled. */

/** The timer as it now is; null where it was taken away. One a market: a new one replaces the old. */
export function setKillSwitch(state: State, command: SetKillSwitch): KillSwitchView | null | Refused {
  const seat = seatOf(state, command.account, command.market);
  if (seat === null || seat.market.status === 'delisted') return REFUSALS.marketUnknown;
  const before = seat.killSwitch;
  if (command.timeoutSec === null) {
    seat.killSwitch = null;
    schedule(state, seat);
    if (before !== null) tell(state, 'removed', viewOfSwitch(seat, before));
    return null;
  }
  const killSwitch: KillSwitch = {
    startUs: state.nowUs,
    dueUs: state.nowUs + command.timeoutSec * US_PER_SECOND,
    types: command.types,
  };
  seat.killSwitch = killSwitch;
  schedule(state, seat);
  const view = viewOfSwitch(seat, killSwitch);
  tell(state, 'set', view);
  return view;
}

/** Lets every timer go off that is due at this time, the earliest first. */
export function fireDue(state: State): void {
  const due = [...state.timers]
    .filter((seat) => (seat.killSwitch?.dueUs ?? Number.POSITIVE_INFINITY) <= state.nowUs)
    .sort(
      (first, second) =>
        (first.killSwitch?.dueUs ?? 0) - (second.killSwitch?.dueUs ?? 0) || compareSeats(first, second),
    );
  for (const seat of due) {
    const { killSwitch } = seat;
    if (killSwitch === null) continue;
    seat.killSwitch = null;
    tell(state, 'fired', viewOfSwitch(seat, killSwitch));
    if (killSwitch.types === null || killSwitch.types.includes('spot')) cancelSeat(state, seat);
    schedule(state, seat);
  }
}

export function viewOfSwitch(seat: Seat, { startUs, dueUs, types }: KillSwitch): KillSwitchView {
  return { account: seat.account, market: seat.market.spec.name, startUs, dueUs, types };
}

/** Keeps the set of running timers and the time of the first in step with the seat. */
export function schedule(state: State, seat: Seat): void {
  if (seat.killSwitch === null) state.timers.delete(seat);
  else state.timers.add(seat);
  state.firstTimerUs = Number.POSITIVE_INFINITY;
  for (const { killSwitch } of state.timers)
    if (killSwitch !== null) state.firstTimerUs = Math.min(state.firstTimerUs, killSwitch.dueUs);
}

function tell(state: State, change: 'set' | 'removed' | 'fired', view: KillSwitchView): void {
  state.events.push({ kind: 'kill-switch', change, view });
}
