import type { ReactNode } from 'react';

export type Piece = { readonly kind: 'plain' | 'strong' | 'em'; readonly text: string; readonly at: number };

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

export function Words(props: { readonly text: string }) {
  return piecesOf(props.text).map((piece): ReactNode => {
    if (piece.kind === 'strong') return <strong key={piece.at}>{piece.text}</strong>;
    return piece.kind === 'em' ? <em key={piece.at}>{piece.text}</em> : piece.text;
  });
}
