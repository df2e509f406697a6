/** Placeholder until the list of trades lands. */
export function TradesList() {
  return <div className="trade-slot" />;
}
