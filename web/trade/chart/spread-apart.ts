/**
 * What would cover each other is pushed apart, in the order of its heights and within the box. Of more than there is room
 * for, each gets less: they cover each other in part, and nothing outside.
 */
export function spreadApart(
  heights: readonly number[],
  apart: number,
  box: { readonly top: number; readonly bottom: number },
): number[] {
  const order = heights.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y || a.index - b.index);
  const room = Math.max(0, box.bottom - box.top);
  const step = Math.min(apart, room / Math.max(1, heights.length - 1));
  let next = box.top;
  for (const one of order) {
    one.y = Math.max(one.y, next);
    next = one.y + step;
  }
  next = box.bottom;
  for (const one of order.toReversed()) {
    one.y = Math.min(one.y, next);
    next = one.y - step;
  }
  const out = [...heights];
  for (const { y, index } of order) out[index] = y;
  return out;
}
