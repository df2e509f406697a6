/** At the edge of the picture: what stands outside of it. A press brings it into sight. */

import { beyond } from './beyond.ts';
import type { ChartScene } from './scene.ts';

export function BeyondHint({ scene, where }: { readonly scene: ChartScene; readonly where: 'above' | 'below' }) {
  const scale = scene.scales?.price;
  const found = scale === undefined ? null : beyond(scene.tags, scale, where);
  if (found === null) return null;
  return (
    <button
      type="button"
      className="chart-chip num"
      aria-label={`${found.words}, ${where} what the chart shows. Show it`}
      onClick={() => scene.reveal(found.farthest)}
    >
      <span aria-hidden="true">{where === 'above' ? '↑' : '↓'}</span> {found.words}
    </button>
  );
}
