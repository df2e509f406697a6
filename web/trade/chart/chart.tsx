/** Placeholder until the chart lands. */
export function Chart() {
  return <div className="trade-slot" aria-label="Chart" role="img" />;
}
