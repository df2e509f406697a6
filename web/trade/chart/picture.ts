/** The chart as a picture file: what is on the canvas, with its name above. */

import type { Colours } from './colours.ts';

const HEAD = 34;
const PAD = 12;

export function savePicture(canvas: HTMLCanvasElement, title: string, name: string, colours: Colours): void {
  const ratio = canvas.width / Math.max(1, canvas.clientWidth);
  const out = document.createElement('canvas');
  out.width = canvas.width;
  out.height = canvas.height + Math.round(HEAD * ratio);
  const context = out.getContext('2d');
  if (context === null) return;
  context.fillStyle = colours.surface;
  context.fillRect(0, 0, out.width, out.height);
  context.fillStyle = colours.ink;
  context.font = `600 ${13 * ratio}px ${colours.font}`;
  context.textBaseline = 'middle';
  context.fillText(title, PAD * ratio, (HEAD / 2) * ratio);
  context.drawImage(canvas, 0, Math.round(HEAD * ratio));
  out.toBlob((blob) => {
    if (blob === null) return;
    const url = URL.createObjectURL(blob);
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    // The browser has taken the bytes by the next turn.
    setTimeout(() => URL.revokeObjectURL(url), 0);
  }, 'image/png');
}
