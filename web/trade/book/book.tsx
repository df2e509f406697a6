/** Placeholder until the order book lands. */
export function Book() {
  return <div className="trade-slot" />;
}
