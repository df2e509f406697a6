/** What a person chose for charts, remembered on this computer. */

import { useSyncExternalStore } from 'react';

export type ChosenIndicator = {
  /** Of this one line in the list: the same kind may stand there twice. */
  readonly id: string;
  readonly kind: string;
  readonly settings: Readonly<Record<string, number>>;
};
export type ChartSettings = {
  readonly isLog: boolean;
  /** Whether a dragged order asks before it is moved. */
  readonly askMove: boolean;
  readonly indicators: readonly ChosenIndicator[];
};

const KEPT_AS = 'gapless-chart';
const START: ChartSettings = { isLog: false, askMove: true, indicators: [] };
/** More than this hides the candles; a damaged memory must not slow the page. */
export const INDICATORS_MAX = 8;

/** Anything may stand in storage; what is not understood is left out. */
export function parseSettings(text: string | null): ChartSettings {
  let raw: unknown = null;
  try {
    raw = JSON.parse(text ?? 'null');
  } catch {
    // Not ours, or cut off.
  }
  if (typeof raw !== 'object' || raw === null) return START;
  const { isLog, askMove, indicators } = raw as Partial<Record<keyof ChartSettings, unknown>>;
  return {
    isLog: isLog === true,
    askMove: askMove !== false,
    indicators: (Array.isArray(indicators) ? indicators : []).flatMap(chosen).slice(0, INDICATORS_MAX),
  };
}

function chosen(raw: unknown, index: number): ChosenIndicator[] {
  if (typeof raw !== 'object' || raw === null) return [];
  const { kind, settings } = raw as Partial<Record<keyof ChosenIndicator, unknown>>;
  if (typeof kind !== 'string') return [];
  const numbers = Object.entries(typeof settings === 'object' && settings !== null ? settings : {}).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
  );
  return [{ id: `${kind}-${index}`, kind, settings: Object.fromEntries(numbers) }];
}

let settings: ChartSettings | null = null;
const listeners = new Set<() => void>();

function read(): ChartSettings {
  if (settings !== null) return settings;
  try {
    settings = parseSettings(localStorage.getItem(KEPT_AS));
  } catch {
    settings = START;
  }
  return settings;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useChartSettings(): ChartSettings {
  return useSyncExternalStore(subscribe, read);
}

export function changeSettings(change: Partial<ChartSettings>): void {
  settings = { ...read(), ...change };
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(settings));
  } catch {
    // Remembered until the page is closed.
  }
  for (const listener of listeners) listener();
}

/** One more at the end of the list. */
export function addIndicator(kind: string): void {
  const { indicators } = read();
  if (indicators.length >= INDICATORS_MAX) return;
  const taken = new Set(indicators.map(({ id }) => id));
  let count = indicators.length;
  while (taken.has(`${kind}-${count}`)) count += 1;
  changeSettings({ indicators: [...indicators, { id: `${kind}-${count}`, kind, settings: {} }] });
}

export function removeIndicator(id: string): void {
  changeSettings({ indicators: read().indicators.filter((one) => one.id !== id) });
}

export function changeIndicator(id: string, key: string, value: number): void {
  const indicators = read().indicators.map((one) =>
    one.id === id ? { ...one, settings: { ...one.settings, [key]: value } } : one,
  );
  changeSettings({ indicators });
}
