import { useSyncExternalStore } from 'react';

/** Where one column is all there is room for. The style sheets of Trade say the same number. */
const NARROW = '(max-width: 860px)';

function subscribe(listener: () => void): () => void {
  const query = matchMedia(NARROW);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(NARROW).matches);
}
