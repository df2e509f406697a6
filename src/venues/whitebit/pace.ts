/**
 * A clock for waits, made of one that can be set. Set back, it goes on from where it was last read; set forward it jumps
 * along, as after a sleep: what seems overdue is then given up too early, never too late. It says nothing of the date.
 */
export function paceOf(clock: { nowMs(): number }): () => number {
  let wallMs = clock.nowMs();
  let paceMs = wallMs;
  return () => {
    const readMs = clock.nowMs();
    paceMs += Math.max(0, readMs - wallMs);
    wallMs = readMs;
    return paceMs;
  };
}
