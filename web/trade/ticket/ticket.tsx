/** Placeholder until the ticket lands. */
export function Ticket() {
  return <div className="trade-slot" />;
}
