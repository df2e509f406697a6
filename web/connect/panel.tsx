/** The full-height sheet over My Exchanges. Focus stays inside, Esc and the cross close it. */

import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/Paper.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Drawer.css';
import '../style/connect.css';
import { Drawer } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Icon } from '../parts/icons.tsx';

const OPENS_IN_MS = 160;

export function Panel(props: {
  readonly title: string;
  readonly onBack?: (() => void) | undefined;
  readonly children: ReactNode;
}) {
  const navigate = useNavigate();
  const close = (): void => void navigate({ to: '/exchanges' });
  return (
    <Drawer.Root
      opened
      onClose={close}
      position="right"
      size="min(1120px, 100vw)"
      // See parts/dialog.tsx.
      lockScroll={false}
      transitionProps={{ duration: OPENS_IN_MS }}
    >
      <Drawer.Overlay />
      <Drawer.Content aria-label={props.title}>
        <div className="panel">
          <div className="panel-head">
            {props.onBack === undefined ? null : (
              <button type="button" className="quiet" onClick={props.onBack}>
                Back
              </button>
            )}
            <h2>{props.title}</h2>
            <button type="button" className="quiet plain panel-close" onClick={close} aria-label="Close">
              <Icon name="close" />
            </button>
          </div>
          {props.children}
        </div>
      </Drawer.Content>
    </Drawer.Root>
  );
}
