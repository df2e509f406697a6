/** A modal dialog: focus is kept inside and given back, Esc closes. */

import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/CloseButton.css';
import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/Paper.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import '../style/dialog.css';
import { Modal } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';

/** Within the 120 to 180 ms that panels may take. */
const OPENS_IN_MS = 140;

type Props = {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly size?: number;
  /** What it shows is told once: only its own button closes it, no slip of the hand. */
  readonly isHeld?: boolean;
};

/** The library gives the focus back where it closes a dialog; ours are taken away whole. */
function useFocusGivenBack(): void {
  // Whatever had it when the dialog was first thought of: by the first effect it is inside.
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const isLost = document.activeElement === null || document.activeElement === document.body;
      if (isLost && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    },
    [before],
  );
}

export function Dialog(props: Props) {
  useFocusGivenBack();
  return (
    <Modal.Root
      opened
      onClose={props.onClose}
      size={props.size ?? 440}
      closeOnEscape={props.isHeld !== true}
      closeOnClickOutside={props.isHeld !== true}
      // The library's own way of keeping the page behind still would write a style element, which the content
      // security policy does not allow.
      lockScroll={false}
      transitionProps={{ duration: OPENS_IN_MS, transition: 'fade' }}
    >
      <Modal.Overlay />
      <Modal.Content>
        <div className="dialog-head">
          <Modal.Title>{props.title}</Modal.Title>
          {props.isHeld === true ? null : <Modal.CloseButton aria-label="Close" />}
        </div>
        <Modal.Body>{props.children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
