/** A canvas that thinks in the page's pixels and draws on the screen's, so that lines of one pixel are sharp. */

import type { Colours } from './colours.ts';

export const AXIS_FONT_SIZE = 11;

export class Brush {
  readonly context: CanvasRenderingContext2D;
  ratio = 1;
  readonly #canvas: HTMLCanvasElement;

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('This browser draws no canvas');
    this.context = context;
    this.#canvas = canvas;
  }

  /** Sizes the canvas where it changed, and clears it. */
  begin(width: number, height: number, ratio: number, colours: Colours): void {
    const [deviceWidth, deviceHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#canvas.width !== deviceWidth || this.#canvas.height !== deviceHeight) {
      this.#canvas.width = deviceWidth;
      this.#canvas.height = deviceHeight;
    }
    this.ratio = ratio;
    const { context } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = `${AXIS_FONT_SIZE}px ${colours.font}`;
    context.textBaseline = 'middle';
  }

  snap(value: number): number {
    return Math.round(value * this.ratio) / this.ratio;
  }

  /** One screen pixel at least. */
  get hair(): number {
    return Math.max(1, Math.round(this.ratio)) / this.ratio;
  }

  horizontal(y: number, from: number, to: number): void {
    this.context.fillRect(from, this.snap(y), to - from, this.hair);
  }

  vertical(x: number, from: number, to: number): void {
    this.context.fillRect(this.snap(x), from, this.hair, to - from);
  }

  dashed(x1: number, y1: number, x2: number, y2: number, dash: readonly number[]): void {
    const { context, hair } = this;
    context.lineWidth = hair;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(this.snap(x1) + hair / 2, this.snap(y1) + hair / 2);
    context.lineTo(this.snap(x2) + hair / 2, this.snap(y2) + hair / 2);
    context.stroke();
    context.setLineDash([]);
  }

  clip(top: number, height: number, width: number, draw: () => void): void {
    this.context.save();
    this.context.beginPath();
    this.context.rect(0, top, width, height);
    this.context.clip();
    draw();
    this.context.restore();
  }
}
