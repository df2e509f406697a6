/** Handles of own orders on the chart: a real list, each taken by mouse, finger or keys. The lines are on the canvas. */

import {
  type FocusEvent,
  type KeyboardEvent,
  type PointerEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Order } from '../../../src/contract/trading.ts';
import { toPixels } from '../../format/number.ts';
import { Icon } from '../../parts/icons.tsx';
import { asProblem } from '../../parts/problem.tsx';
import { say } from '../../parts/said.tsx';
import { cancelOrder } from '../data/actions.ts';
import { pointAt, pointAway, useIsPointed, usePointed } from '../data/pointed-order.ts';
import { orderId } from '../data/stores.ts';
import { GhostLine } from './ghost-line.tsx';
import { linesOf, type OrderLine, snapped } from './order-line.ts';
import type { ChartScene } from './scene.ts';
import { spreadApart } from './spread-apart.ts';
import { type GhostHand, useGhost } from './use-ghost.ts';

/** No closer, small ones neither: a target that is less high needs this much room to be hit. */
const HANDLES_APART = 24;
/** Where handles would hide the candles they are small, and tell everything to whoever goes there. */
const CROWDED_SHARE = 0.6;
/** Under the legend: a line of it and each indicator over the prices take so much. */
const LEGEND_LINE = 18;
const LEGEND_PAD = 20;
const LEGEND_WRAPS_UNDER = 440;
const SHIFT_TICKS = 10;

type Props = {
  readonly scene: ChartScene;
  readonly orders: readonly Order[];
  readonly tick: string;
  readonly last: string | null;
  readonly askMove: boolean;
};

export function OrderLines(props: Props) {
  const { scene, orders, tick, last, askMove } = props;
  const lines = useMemo(() => linesOf(orders, tick), [orders, tick]);
  const hand = useGhost(orders, tick);
  const pointed = usePointed();
  const list = useRef<HTMLUListElement>(null);
  const ghost = hand.ghost;

  useLayoutEffect(() => {
    scene.set({
      tags: lines.map((line) => ({
        price: toPixels(line.price),
        side: line.order.side,
        text: line.at,
        order: orderId(line.order),
        isStrong: orderId(line.order) === pointed,
        line:
          ghost?.line === line.id
            ? ('faint' as const)
            : line.isExternal || line.isLater
              ? ('dashed' as const)
              : ('plain' as const),
      })),
    });
  }, [scene, lines, ghost?.line, pointed]);

  useLayoutEffect(() => {
    const place = (): void => {
      const handles = [...(list.current?.children ?? [])] as HTMLElement[];
      const bottom = scene.layout.price.height;
      const heights = lines.map((line) => scene.yOfPrice(toPixels(line.price)) ?? 0);
      const isSeen = heights.map((y) => y >= 0 && y <= bottom);
      const seen = heights.filter((_, index) => isSeen[index]);
      const isCrowded =
        seen.length * HANDLES_APART > bottom * CROWDED_SHARE || reachOf(seen) < seen.length * HANDLES_APART;
      list.current?.toggleAttribute('data-crowded', isCrowded && seen.length > 1);
      const moved = spreadApart(seen, HANDLES_APART, {
        top: legendHeight(scene),
        // Heights are of middles: below it stands the time.
        bottom: bottom - HANDLES_APART / 2,
      });
      let at = 0;
      for (const [index, handle] of handles.entries()) {
        const inside = isSeen[index] === true;
        const y = inside ? (moved[at++] ?? 0) : (heights[index] ?? 0) < 0 ? 0 : bottom;
        // No transform: it would lift the whole of it, its line too, over the handles of others.
        handle.style.top = `${Math.round(y)}px`;
        handle.style.setProperty('--line-shift', `${Math.round((heights[index] ?? 0) - y)}px`);
        handle.toggleAttribute('data-outside', !inside);
      }
    };
    place();
    return scene.subscribe(place);
  }, [scene, lines]);

  return (
    <>
      <ul className="order-lines" aria-label="Open orders on the chart" ref={list}>
        {lines.map((line) => (
          <Handle key={line.id} line={line} scene={scene} tick={tick} hand={hand} askMove={askMove} />
        ))}
      </ul>
      {ghost === null ? null : (
        <GhostLine ghost={ghost} scene={scene} tick={tick} last={last} hand={hand} askMove={askMove} />
      )}
    </>
  );
}

const reachOf = (heights: readonly number[]): number => Math.max(...heights) - Math.min(...heights) + HANDLES_APART;

function legendHeight({ runs, layout }: ChartScene): number {
  const lines = layout.plotWidth < LEGEND_WRAPS_UNDER ? 2 : 1;
  return LEGEND_PAD + LEGEND_LINE * (lines + runs.filter(({ indicator }) => indicator.pane === 'price').length);
}

type HandleProps = {
  readonly line: OrderLine;
  readonly scene: ChartScene;
  readonly tick: string;
  readonly hand: GhostHand;
  readonly askMove: boolean;
};

function Handle({ line, scene, tick, hand, askMove }: HandleProps) {
  const [asked, setAsked] = useState(false);
  const busy = useRef(false);
  const held = hand.ghost?.line === line.id;
  const cancel = async (): Promise<void> => {
    if (busy.current) return;
    // What others placed is none of ours: it goes only when that was meant.
    if (line.isExternal && !asked) return setAsked(true);
    busy.current = true;
    try {
      await cancelOrder(line.order);
    } catch (error) {
      const { cause, cure } = asProblem(error);
      say(`${cause} ${cure}`, 'red');
    } finally {
      busy.current = false;
      setAsked(false);
    }
  };
  const pressed = (event: KeyboardEvent): void => {
    if (keyOn(event.key, event.shiftKey)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  const keyOn = (key: string, isShift: boolean): boolean => {
    switch (key) {
      case 'ArrowUp':
      case 'ArrowDown':
        hand.nudge(line, (key === 'ArrowUp' ? 1 : -1) * (isShift ? SHIFT_TICKS : 1));
        return true;
      case 'Enter':
        if (held) hand.release(false);
        return held;
      case 'Escape':
        if (held) hand.giveUp();
        return held;
      case 'Delete':
      case 'Backspace':
        void cancel();
        return true;
      default:
        return false;
    }
  };
  const drag = useDrag(line, scene, tick, hand, askMove);
  const side = line.order.side;
  const id = orderId(line.order);
  const isPointed = useIsPointed(id);
  const on = (): void => pointAt(id);
  const off = (): void => pointAway(id);
  return (
    <li
      className="order-line"
      data-side={side}
      data-control
      data-external={line.isExternal ? '' : undefined}
      data-later={line.isLater ? '' : undefined}
      data-pointed={isPointed ? '' : undefined}
      onPointerEnter={on}
      onPointerLeave={off}
      onFocus={on}
      onBlur={off}
    >
      <div className="order-grab" data-movable={line.isMovable ? '' : undefined} {...drag} />
      <div className="order-chip" data-tone={line.tone}>
        <button
          type="button"
          className="order-title num"
          data-movable={line.isMovable ? '' : undefined}
          aria-description={line.isMovable ? 'Arrows move it, Enter confirms, Delete cancels it' : undefined}
          onKeyDown={pressed}
          onFocus={() => scene.reveal(toPixels(line.price))}
          onBlur={() => {
            if (held && hand.ghost?.phase === 'dragging') hand.giveUp();
          }}
          {...drag}
        >
          {line.name} <span className="order-amount">{line.amount} </span>
          <span className="order-at">at {line.at}</span>{' '}
          {line.state === '' ? null : <span className="order-state">{line.state}</span>}
        </button>
        {asked ? (
          <AskFirst yes={() => void cancel()} no={() => setAsked(false)} />
        ) : held && hand.ghost?.phase === 'asking' ? null : (
          // One question at a time: what is asked stands over it.
          <button
            type="button"
            className="order-close"
            aria-label={`Cancel: ${line.name} ${line.amount} at ${line.at}`}
            title={line.isExternal ? 'Placed elsewhere. Cancel it?' : 'Cancel'}
            disabled={line.order.state === 'cancelling'}
            onClick={() => void cancel()}
          >
            <Icon name="close" size={12} />
          </button>
        )}
      </div>
    </li>
  );
}

/** Leaving it is a no. */
function AskFirst(props: { readonly yes: () => void; readonly no: () => void }) {
  const first = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  const left = (event: FocusEvent<HTMLFieldSetElement>): void => {
    if (!event.currentTarget.contains(event.relatedTarget)) props.no();
  };
  return (
    <fieldset className="order-ask" aria-label="Placed elsewhere. Cancel it?" onBlur={left}>
      <button type="button" className="quiet" ref={first} onClick={props.yes}>
        Cancel it
      </button>
      <button type="button" className="quiet plain" onClick={props.no}>
        Keep
      </button>
    </fieldset>
  );
}

/** A drag of the line or its handle; the grip keeps the distance that the pointer had from the line. */
function useDrag(line: OrderLine, scene: ChartScene, tick: string, hand: GhostHand, askMove: boolean) {
  const grip = useRef<{ readonly id: number; readonly offset: number } | null>(null);
  const yOf = (event: PointerEvent): number => {
    const box = event.currentTarget.closest('.chart-surface')?.getBoundingClientRect();
    return event.clientY - (box?.top ?? 0);
  };
  const end = (): void => {
    grip.current = null;
    document.removeEventListener('keydown', escaped, true);
  };
  const onEscape = useRef(() => {});
  onEscape.current = () => {
    end();
    hand.giveUp();
  };
  // One listener for its whole life, so that it can be taken away again.
  const [escaped] = useState(() => (event: globalThis.KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onEscape.current();
  });
  return {
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0 || !line.isMovable) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      grip.current = { id: event.pointerId, offset: yOf(event) - (scene.yOfPrice(toPixels(line.price)) ?? 0) };
      document.addEventListener('keydown', escaped, true);
    },
    onPointerMove(event: PointerEvent) {
      if (grip.current?.id !== event.pointerId) return;
      const price = scene.priceAtY(yOf(event) - grip.current.offset);
      const near = price === null ? null : snapped(price, tick);
      if (near !== null && (near !== line.price || hand.ghost !== null)) hand.drag(line, near);
    },
    onPointerUp(event: PointerEvent) {
      if (grip.current?.id !== event.pointerId) return;
      end();
      hand.release(askMove);
    },
    onPointerCancel() {
      if (grip.current !== null) onEscape.current();
    },
  };
}
