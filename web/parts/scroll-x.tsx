import type { ReactNode } from 'react';

/** What is wider than a narrow screen scrolls within itself; by keyboard too, so it can hold the focus. */
export function ScrollX(props: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="scroll-x" aria-label={props.label} tabIndex={0}>
      {props.children}
    </section>
  );
}
