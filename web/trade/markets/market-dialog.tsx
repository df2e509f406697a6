/** The same search where there is no room for the list: on a phone, or with the markets put away. */

import { useRef } from 'react';
import { Dialog } from '../../parts/dialog.tsx';
import { Markets } from './markets.tsx';

export function MarketDialog(props: { readonly touch: boolean; readonly onClose: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <Dialog title="Markets" onClose={props.onClose} size={480}>
      <div className="market-dialog">
        <Markets field={field} touch={props.touch} onChosen={props.onClose} onClose={props.onClose} />
      </div>
    </Dialog>
  );
}
