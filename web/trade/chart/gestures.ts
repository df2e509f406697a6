/** Mouse, wheel, finger and two fingers on the picture. Keys are in `keys.ts`. */

import type { ChartScene } from './scene.ts';

/** A press that moves less than this is a click. */
const CLICK_WITHIN = 4;
const WHEEL_ZOOM = 0.0016;
/** Some mice tell lines, not pixels. */
const LINE_PIXELS = 16;
const AXIS_DRAG = 0.006;

type Zone = 'plot' | 'price' | 'time';
type Press = {
  readonly zone: Zone;
  readonly startX: number;
  readonly startY: number;
  x: number;
  y: number;
  moved: boolean;
};

export type GestureSeams = {
  /** The price axis was clicked at this height. */
  readonly picked: (y: number) => void;
  /** After everything that may have brought older candles near. */
  readonly looked: () => void;
};

export function listenToGestures(element: HTMLElement, scene: ChartScene, seams: GestureSeams): () => void {
  const pointers = new Map<number, Press>();
  let apart = 0;

  const at = (event: PointerEvent | WheelEvent | MouseEvent): { x: number; y: number } => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const zoneOf = ({ x, y }: { x: number; y: number }): Zone => {
    if (x >= scene.layout.plotWidth) return 'price';
    return y >= scene.layout.plotHeight ? 'time' : 'plot';
  };
  const spread = (): { apart: number; x: number } => {
    const [a, b] = [...pointers.values()];
    if (a === undefined || b === undefined) return { apart: 0, x: 0 };
    return { apart: Math.max(20, Math.hypot(a.x - b.x, a.y - b.y)), x: (a.x + b.x) / 2 };
  };

  const down = (event: PointerEvent): void => {
    if (event.button !== 0 || isControl(event.target)) return;
    const { x, y } = at(event);
    pointers.set(event.pointerId, { zone: zoneOf({ x, y }), startX: x, startY: y, x, y, moved: false });
    element.setPointerCapture(event.pointerId);
    apart = spread().apart;
  };

  const move = (event: PointerEvent): void => {
    const here = at(event);
    const press = pointers.get(event.pointerId);
    if (press === undefined) {
      const zone = zoneOf(here);
      element.dataset.zone = zone;
      if (event.pointerType === 'mouse') scene.point(zone === 'plot' && !isControl(event.target) ? here : null);
      return;
    }
    const [dx, dy] = [here.x - press.x, here.y - press.y];
    press.x = here.x;
    press.y = here.y;
    if (!press.moved && Math.hypot(here.x - press.startX, here.y - press.startY) < CLICK_WITHIN) return;
    press.moved = true;
    if (pointers.size === 2) pinch();
    else if (press.zone === 'price') scene.stretchPrice(Math.exp(dy * AXIS_DRAG));
    else if (press.zone === 'time') scene.zoom(Math.exp(dx * AXIS_DRAG));
    else {
      scene.pan(dx);
      scene.dragPrice(dy);
    }
    if (press.zone === 'plot') scene.point(event.pointerType === 'mouse' ? here : null);
    seams.looked();
  };

  function pinch(): void {
    const now = spread();
    if (apart > 0) scene.zoom(now.apart / apart, now.x);
    apart = now.apart;
    seams.looked();
  }

  const up = (event: PointerEvent): void => {
    const press = pointers.get(event.pointerId);
    pointers.delete(event.pointerId);
    apart = spread().apart;
    if (press === undefined || press.moved || event.type === 'pointercancel') return;
    if (press.zone === 'price') seams.picked(press.y);
    // A finger has no hovering: a tap puts the crosshair there and another takes it away.
    else if (event.pointerType !== 'mouse') scene.point(scene.cross === null ? at(event) : null);
  };

  const leave = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse' && pointers.size === 0) scene.point(null);
  };

  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1;
    const across = event.shiftKey ? event.deltaY : event.deltaX;
    if (Math.abs(across) > Math.abs(event.shiftKey ? 0 : event.deltaY)) scene.pan(-across * unit);
    else scene.zoom(Math.exp(-event.deltaY * unit * WHEEL_ZOOM), Math.min(at(event).x, scene.layout.plotWidth));
    seams.looked();
  };

  const twice = (event: MouseEvent): void => {
    if (isControl(event.target)) return;
    const zone = zoneOf(at(event));
    if (zone === 'price') scene.autoScale();
    if (zone === 'time') scene.toNewest();
  };

  element.addEventListener('pointerdown', down);
  element.addEventListener('pointermove', move);
  element.addEventListener('pointerup', up);
  element.addEventListener('pointercancel', up);
  element.addEventListener('pointerleave', leave);
  element.addEventListener('wheel', wheel, { passive: false });
  element.addEventListener('dblclick', twice);
  return () => {
    element.removeEventListener('pointerdown', down);
    element.removeEventListener('pointermove', move);
    element.removeEventListener('pointerup', up);
    element.removeEventListener('pointercancel', up);
    element.removeEventListener('pointerleave', leave);
    element.removeEventListener('wheel', wheel);
    element.removeEventListener('dblclick', twice);
  };
}

/** Handles of orders, the legend and its buttons stand above the picture and take their own presses. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[data-control]') !== null;
}
