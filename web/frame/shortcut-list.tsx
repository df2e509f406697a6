import { Dialog } from '../parts/dialog.tsx';
import { SHORTCUTS } from './shortcuts.ts';

export function ShortcutList(props: { readonly onClose: () => void }) {
  return (
    <Dialog title="Shortcuts" onClose={props.onClose}>
      <dl className="shortcut-list">
        {SHORTCUTS.map(({ keys, what }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key} className="kbd">
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
