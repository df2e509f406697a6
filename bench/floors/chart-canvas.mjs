// Yardstick for the chart: all candles of typed arrays on a bare canvas, one column of pixels each, no axes, no text,
// nothing that a person could use. What drawing them costs at least.

export function floorChart(canvas, bars) {
  const context = canvas.getContext('2d');
  const { width, height } = canvas;
  const { open, high, low, close } = bars;

  const paint = (length) => {
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height);
    let bottom = Number.POSITIVE_INFINITY;
    let top = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < length; index += 1) {
      if (low[index] < bottom) bottom = low[index];
      if (high[index] > top) top = high[index];
    }
    const unit = height / (top - bottom);
    const perColumn = Math.max(1, length / width);
    const column = Math.max(1, width / length);
    for (let x = 0, from = 0; from < length; x += column, from += perColumn) {
      const first = Math.floor(from);
      const end = Math.min(length, Math.floor(from + perColumn));
      let most = high[first];
      let least = low[first];
      for (let index = first; index < end; index += 1) {
        if (high[index] > most) most = high[index];
        if (low[index] < least) least = low[index];
      }
      context.fillStyle = close[end - 1] >= open[first] ? '#14724a' : '#b3223a';
      context.fillRect(x, (top - most) * unit, Math.max(1, column * 0.7), Math.max(1, (most - least) * unit));
    }
  };

  /** The newest candle told again: written down, drawn with the next frame. */
  const update = (length, row) => {
    const last = length - 1;
    bars.time[last] = row[0];
    open[last] = row[1];
    high[last] = row[2];
    low[last] = row[3];
    close[last] = row[4];
    bars.volume[last] = row[5];
  };
  return { paint, update };
}
