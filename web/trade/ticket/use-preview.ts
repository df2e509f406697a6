import { useEffect, useState, useSyncExternalStore } from 'react';
import { type PlaceAsk, previewOrder } from '../data/actions.ts';
import { PreviewLine, type Told } from './preview-line.ts';

/** Prices move; what was said of them is asked again. Ten answers in half a minute are no load for the desk. */
const AGAIN_MS = 3_000;

type Preview = {
  readonly told: Told;
  readonly settled: () => Promise<Told>;
};

/** `moved` changes with whatever else the answer depends on: balances, the condition of the account. */
export function usePreview(asked: PlaceAsk | null, moved: string): Preview {
  // Without what was confirmed: only then it tells what has to be confirmed now.
  const ask = asked === null ? null : { ...asked, confirmations: [] };
  const [line] = useState(
    () =>
      new PreviewLine({
        ask: previewOrder,
        after: (delayMs, run) => {
          const timer = setTimeout(run, delayMs);
          return () => clearTimeout(timer);
        },
      }),
  );
  const text = JSON.stringify(ask);
  useEffect(() => line.want(JSON.parse(text) as PlaceAsk | null), [line, text]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `moved` is not read, it is the reason to ask
  useEffect(() => line.again(), [line, moved]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) line.again();
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [line]);
  useEffect(() => () => line.want(null), [line]);
  const told = useSyncExternalStore(line.subscribe, line.told);
  // Between a change of the form and the effect that hands it on, the answer is still that of the order before.
  return {
    told: line.isAbout(text) ? told : ask === null ? { state: 'none' } : { state: 'asking' },
    settled: () => line.settled(),
  };
}
