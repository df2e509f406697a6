/** The chosen indicators as running ones. What did not change goes on; the code of them is loaded when it is wanted. */

import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Indicator } from '../../../src/indicators/indicator.ts';
import { LINE_TOKENS } from './colours.ts';
import { IndicatorRun } from './indicator-run.ts';
import type { ChartScene } from './scene.ts';
import type { ChosenIndicator } from './settings.ts';

export function useRegistry(isWanted: boolean): readonly Indicator[] | null {
  const [registry, setRegistry] = useState<readonly Indicator[] | null>(null);
  useEffect(() => {
    if (!isWanted || registry !== null) return;
    void import('../../../src/indicators/registry.ts').then(({ INDICATORS }) => setRegistry(INDICATORS));
  }, [isWanted, registry]);
  return registry;
}

export function useRuns(
  scene: ChartScene | null,
  registry: readonly Indicator[] | null,
  chosen: readonly ChosenIndicator[],
): void {
  const kept = useRef<readonly IndicatorRun[]>([]);
  useLayoutEffect(() => {
    if (scene === null || registry === null) return;
    kept.current = runsOf(registry, chosen, kept.current);
    scene.set({ runs: kept.current });
  }, [scene, registry, chosen]);
}

/** Lines take the chart's colours in turn, so that two averages differ. */
function runsOf(
  registry: readonly Indicator[],
  chosen: readonly ChosenIndicator[],
  kept: readonly IndicatorRun[],
): readonly IndicatorRun[] {
  let colour = 0;
  return chosen.flatMap(({ id, kind, settings }) => {
    const indicator = registry.find((one) => one.kind === kind);
    if (indicator === undefined) return [];
    // A pane of its own begins at the first colour again.
    let own = 0;
    const next = (): number => (indicator.pane === 'own' ? own++ : colour++);
    const colours = indicator.outputs.map(({ draw }) => (draw === 'line' ? next() % LINE_TOKENS.length : 0));
    const known = kept.find((run) => run.id === id && run.settings === settings);
    return [
      known !== undefined && known.colours.join() === colours.join()
        ? known
        : new IndicatorRun(id, indicator, settings, colours),
    ];
  });
}
