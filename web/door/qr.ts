/**
 * A QR code from the server's SVG text. Only its size and its one path are taken, each against a strict pattern, so no
 * markup is ever set: the page runs under Trusted Types without a policy.
 */
export function readQr(svg: string): { readonly width: number; readonly path: string } | null {
  const width = /viewBox="0 0 (\d{1,4}) \d{1,4}"/.exec(svg)?.[1];
  const path = /<path[^>]*\sd="([MmHhVvLlZz0-9 ,.-]{1,60000})"/.exec(svg)?.[1];
  return width === undefined || path === undefined ? null : { width: Number(width), path };
}
