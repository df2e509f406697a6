/** Filled or hollow: a shape, so that colour is not the only sign. */
export function Star(props: { readonly on: boolean }) {
  return (
    <svg className="icon" width="14" height="14" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path
        d="M10 2.9l2.2 4.5 4.9.7-3.5 3.5.8 4.9-4.4-2.3-4.4 2.3.8-4.9L2.9 8.1l4.9-.7z"
        fill={props.on ? 'currentcolor' : 'none'}
      />
    </svg>
  );
}
