import { Dialog } from '../../parts/dialog.tsx';

/** Placeholder until the choice of markets lands. */
export function FirstMarkets(props: { readonly connection: string; readonly onClose: () => void }) {
  return (
    <Dialog title="Choose markets" onClose={props.onClose}>
      <p className="dim">{props.connection}</p>
    </Dialog>
  );
}
