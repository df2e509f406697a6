/** Placeholder until the tables land. */
export function Tables() {
  return <div className="trade-slot" />;
}
