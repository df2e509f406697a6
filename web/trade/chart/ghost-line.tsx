/** Where a taken order would stand, how far that is from the market, and the question or the answer about it. */

import { useEffect, useLayoutEffect, useRef } from 'react';
import { toPixels } from '../../format/number.ts';
import { distanceText, type Ghost, priceShown } from './order-line.ts';
import type { ChartScene } from './scene.ts';
import { changeSettings } from './settings.ts';
import type { GhostHand } from './use-ghost.ts';

type Props = {
  readonly ghost: Ghost;
  readonly scene: ChartScene;
  readonly tick: string;
  readonly last: string | null;
  readonly hand: GhostHand;
  readonly askMove: boolean;
};

export function GhostLine({ ghost, scene, tick, last, hand }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const price = toPixels(ghost.price);
  useLayoutEffect(() => {
    const place = (): void => {
      const y = Math.min(scene.layout.price.height, Math.max(0, scene.yOfPrice(price) ?? 0));
      if (box.current !== null) box.current.style.transform = `translateY(${Math.round(y)}px)`;
    };
    place();
    return scene.subscribe(place);
  }, [scene, price]);
  return (
    <div className="order-ghost" data-phase={ghost.phase} data-control ref={box}>
      <div className="order-ghost-chip" data-tone={toneOf(ghost)}>
        <Said ghost={ghost} tick={tick} last={last} />
        {ghost.phase === 'asking' ? <Question hand={hand} /> : null}
        {ghost.phase === 'failed' || ghost.phase === 'unanswered' ? (
          <>
            <button type="button" className="quiet" onClick={hand.insist}>
              {ghost.phase === 'unanswered' ? 'Ask again' : ghost.confirm === null ? 'Try again' : 'Move anyway'}
            </button>
            <button type="button" className="quiet plain" onClick={hand.giveUp}>
              Leave it
            </button>
          </>
        ) : null}
      </div>
    </div>
  );
}

const toneOf = ({ phase }: Ghost): 'red' | 'amber' | undefined =>
  phase === 'failed' ? 'red' : phase === 'unanswered' ? 'amber' : undefined;

function Said({ ghost, tick, last }: Pick<Props, 'ghost' | 'tick' | 'last'>) {
  const to = priceShown(ghost.price, tick);
  const distance = distanceText(ghost.price, last);
  switch (ghost.phase) {
    case 'dragging':
    case 'asking':
      return (
        <span className="num" role="status">
          {ghost.phase === 'asking' ? 'Move to ' : ''}
          <strong>{to}</strong>
          {distance === '' ? '' : ` · ${distance}`}
        </span>
      );
    case 'sending':
    case 'moving':
      return (
        <span className="num" role="status">
          moving to <strong>{to}</strong>…
        </span>
      );
    case 'failed':
      return (
        <span className="num" role="status">
          Not moved to <strong>{to}</strong>. {ghost.trouble}
        </span>
      );
    case 'unanswered':
      return (
        <span className="num" role="status">
          No answer; it may be moving to <strong>{to}</strong>.
        </span>
      );
  }
}

function Question({ hand }: { readonly hand: GhostHand }) {
  const yes = useRef<HTMLButtonElement>(null);
  useEffect(() => yes.current?.focus(), []);
  return (
    <fieldset
      className="order-ask"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        hand.giveUp();
      }}
      aria-label="Move the order?"
    >
      <button type="button" className="button primary" ref={yes} onClick={() => hand.release(false)}>
        Move
      </button>
      <button type="button" className="button" onClick={hand.giveUp}>
        Keep
      </button>
      <button
        type="button"
        className="quiet plain"
        onClick={() => {
          changeSettings({ askMove: false });
          hand.release(false);
        }}
      >
        Move, never ask again
      </button>
    </fieldset>
  );
}
