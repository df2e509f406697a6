/** The stub exchange as a process of its own, and the questions that the benches ask it. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Ask, Listener, Stamps } from './stub-exchange.ts';

export type Stub = {
  readonly origin: string;
  /** What came since the last time this was asked. */
  stamps(): Promise<Stamps & { readonly arrived: readonly bigint[] }>;
  /** Microseconds from each fill to the order that answered it. */
  fills(to: Listener, count: number, gapMs: number): Promise<readonly number[]>;
  end(): void;
};

export async function startStub(): Promise<Stub> {
  const child: ChildProcess = fork(path.join(import.meta.dirname, 'stub-exchange.ts'));
  const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }];
  const ask = async <T>(what: Ask): Promise<T> => {
    const answer = once(child, 'message');
    child.send(what);
    const [said] = (await answer) as [T & { readonly failed?: string }];
    if (said.failed !== undefined) throw new Error(said.failed);
    return said;
  };
  return {
    origin: `http://127.0.0.1:${port}`,
    async stamps() {
      const said = await ask<Stamps>({ ask: 'stamps' });
      return { ...said, arrived: said.arrivedNs.map(BigInt) };
    },
    async fills(to, count, gapMs) {
      const { us } = await ask<{ readonly us: readonly number[] }>({ ask: 'fills', to, count, gapMs });
      return us;
    },
    end: () => void child.kill(),
  };
}
