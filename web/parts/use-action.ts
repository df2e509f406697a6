/** One thing that a button does: running, failed with a reason, or idle. A second click while it runs does nothing. */

import { useRef, useState } from 'react';

export type Action<A extends readonly unknown[]> = {
  readonly run: (...args: A) => void;
  readonly running: boolean;
  readonly error: unknown;
  readonly clear: () => void;
};

export function useAction<A extends readonly unknown[]>(work: (...args: A) => Promise<void>): Action<A> {
  const [state, setState] = useState<{ running: boolean; error: unknown }>({ running: false, error: null });
  const busy = useRef(false);
  const run = async (...args: A): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    setState({ running: true, error: null });
    try {
      await work(...args);
      setState({ running: false, error: null });
    } catch (error) {
      setState({ running: false, error });
    } finally {
      busy.current = false;
    }
  };
  return {
    run: (...args) => void run(...args),
    running: state.running,
    error: state.error,
    clear: () => setState({ running: false, error: null }),
  };
}
