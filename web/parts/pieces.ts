type Piece = { readonly kind: 'plain' | 'strong' | 'em'; readonly text: string; readonly at: number };

/** `**bold**` marks labels that stand on another site, `*italics*` the names of switches there; nothing else is markup. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(/\*\*(.+?)\*\*|\*(.+?)\*/g)) {
    if (match.index > at) pieces.push({ kind: 'plain', text: text.slice(at, match.index), at });
    const [whole, strong, em] = match;
    pieces.push({ kind: strong === undefined ? 'em' : 'strong', text: strong ?? em ?? '', at: match.index });
    at = match.index + whole.length;
  }
  if (at < text.length) pieces.push({ kind: 'plain', text: text.slice(at), at });
  return pieces;
}
