import { type RefObject, useEffect, useState } from 'react';

export function useFullScreen(box: RefObject<HTMLElement | null>): {
  readonly isFull: boolean;
  readonly toggle: () => void;
} {
  const [isFull, setFull] = useState(false);
  useEffect(() => {
    const changed = (): void => setFull(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', changed);
    return () => document.removeEventListener('fullscreenchange', changed);
  }, []);
  const toggle = (): void => {
    // A browser may refuse, as phones do; then the chart stays as large as it is.
    if (document.fullscreenElement === null) void box.current?.requestFullscreen?.().catch(() => {});
    else void document.exitFullscreen().catch(() => {});
  };
  return { isFull, toggle };
}
