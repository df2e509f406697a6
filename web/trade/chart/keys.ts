/** The chart by keyboard, while it has the focus. */

import type { ChartScene } from './scene.ts';

const ZOOM_STEP = 1.25;

/** True when the key meant something here. */
export function pressedOn(scene: ChartScene, key: string): boolean {
  switch (key) {
    case '+':
    case '=':
      scene.zoom(ZOOM_STEP);
      return true;
    case '-':
      scene.zoom(1 / ZOOM_STEP);
      return true;
    case 'ArrowLeft':
      scene.step(-1);
      return true;
    case 'ArrowRight':
      scene.step(1);
      return true;
    case 'ArrowUp':
      scene.stretchPrice(1 / ZOOM_STEP);
      return true;
    case 'ArrowDown':
      scene.stretchPrice(ZOOM_STEP);
      return true;
    case 'Home':
      scene.toOldest();
      return true;
    case 'End':
      scene.autoScale();
      scene.toNewest();
      return true;
    default:
      return false;
  }
}
