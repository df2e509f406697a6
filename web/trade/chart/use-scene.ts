/** Ties a scene to its two canvases, the size of its place, the theme and the clock. */

import { type RefObject, useEffect, useLayoutEffect, useState } from 'react';
import { onThemeChange, readColours } from './colours.ts';
import { listenToGestures } from './gestures.ts';
import { ChartScene } from './scene.ts';
import { hereZone } from './time-axis.ts';

/** The countdown of the newest candle. */
const TICKS_EVERY_MS = 1_000;

export type SceneParts = {
  readonly surface: RefObject<HTMLDivElement | null>;
  readonly base: RefObject<HTMLCanvasElement | null>;
  readonly over: RefObject<HTMLCanvasElement | null>;
};

export function useScene(
  parts: SceneParts,
  hears: { readonly picked: RefObject<(y: number) => void>; readonly looked: RefObject<() => void> },
): ChartScene | null {
  const [scene, setScene] = useState<ChartScene | null>(null);
  const { surface, base, over } = parts;
  const { picked, looked } = hears;
  useLayoutEffect(() => {
    const [place, below, above] = [surface.current, base.current, over.current];
    if (place === null || below === null || above === null) return;
    const made = new ChartScene(below, above, readColours(place), {
      nextFrame: (run) => void requestAnimationFrame(run),
      later: (run, delayMs) => void setTimeout(run, delayMs),
      nowMs: () => Date.now(),
      ratio: () => devicePixelRatio,
      zone: hereZone,
    });
    const size = (): void => made.resize(place.clientWidth, place.clientHeight);
    const observer = new ResizeObserver(size);
    observer.observe(place);
    size();
    const stops = [
      () => observer.disconnect(),
      onThemeChange(() => made.set({ colours: readColours(place) })),
      listenToGestures(place, made, { picked: (y) => picked.current(y), looked: () => looked.current() }),
      () => made.end(),
    ];
    setScene(made);
    return () => {
      for (const stop of stops) stop();
    };
  }, [surface, base, over, picked, looked]);

  useEffect(() => {
    if (scene === null) return;
    const timer = setInterval(() => scene.touch(), TICKS_EVERY_MS);
    return () => clearInterval(timer);
  }, [scene]);
  return scene;
}
