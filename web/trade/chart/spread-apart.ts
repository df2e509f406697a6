/** What would cover each other is pushed apart, in the order of its heights, within the box where there is room for it. */
export function spreadApart(
  heights: readonly number[],
  apart: number,
  box: { readonly top: number; readonly bottom: number },
): number[] {
  const order = heights.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y || a.index - b.index);
  let next = box.top;
  for (const one of order) {
    one.y = Math.max(one.y, next);
    next = one.y + apart;
  }
  next = box.bottom;
  for (const one of order.toReversed()) {
    one.y = Math.min(one.y, next);
    next = one.y - apart;
  }
  const out = [...heights];
  for (const { y, index } of order) out[index] = y;
  return out;
}
