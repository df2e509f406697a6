import { type ReactNode, useEffect, useState } from 'react';

/** Faster answers than this never show a skeleton, so nothing blinks. */
const SKELETON_AFTER_MS = 150;

export function Late(props: { readonly children: ReactNode }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return shown ? props.children : null;
}
