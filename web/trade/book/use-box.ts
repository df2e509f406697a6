import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

type Box = { readonly width: number; readonly height: number };

/** The size of an element as the layout gives it; zero before it is known. */
export function useBox<E extends HTMLElement>(): { readonly ref: RefObject<E | null>; readonly box: Box } {
  const ref = useRef<E>(null);
  const [box, setBox] = useState<Box>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = (): void => {
      const next = { width: Math.floor(element.clientWidth), height: Math.floor(element.clientHeight) };
      setBox((known) => (known.width === next.width && known.height === next.height ? known : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, box };
}
