/** How lively each hour of the day (UTC) is; 1 on average. Asia wakes softly, London and New York together are loudest. */
const HOURS: readonly number[] = [
  0.75, 0.7, 0.6, 0.5, 0.45, 0.45, 0.55, 0.8, 1.05, 1.1, 1.0, 0.95, 1.1, 1.6, 1.95, 1.9, 1.65, 1.3, 1.1, 1.0, 0.95, 0.9,
  0.85, 0.8,
];
const HOUR_MS = 3_600_000;

export function livelinessAt(atMs: number): number {
  return HOURS[Math.floor(atMs / HOUR_MS) % HOURS.length] ?? 1;
}
