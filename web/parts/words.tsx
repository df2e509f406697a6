import type { ReactNode } from 'react';
import { piecesOf } from './pieces.ts';

/** A text of the guides with its labels set off. */
export function Words(props: { readonly text: string }) {
  return piecesOf(props.text).map((piece): ReactNode => {
    if (piece.kind === 'strong') return <strong key={piece.at}>{piece.text}</strong>;
    return piece.kind === 'em' ? <em key={piece.at}>{piece.text}</em> : piece.text;
  });
}
