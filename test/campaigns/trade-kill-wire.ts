/** The network between desk and exchange, every byte of it, to be cut, stalled and made silent. Loopback only. */

import { connect, createServer, type Socket } from 'node:net';

/**
 * `open`: as it should be. `refused`: lines are cut, and new ones too. `stalled`: no byte passes, on old lines or new
 * ones, and none is lost. `silent`: what the exchange says on old lines is lost; new lines work.
 */
export type WireState = 'open' | 'refused' | 'stalled';
type Line = { readonly near: Socket; readonly far: Socket; isDead: boolean };

export type Wire = {
  /** Goes between; gives the new address. */
  between(origin: string): Promise<string>;
  set(state: WireState): void;
  /** Cuts what is open now; new lines work. */
  cut(): void;
  /** What is open now stays open and passes nothing any more, in one direction or both; new lines work. */
  deaden(direction: 'both' | 'from-exchange'): void;
  close(): void;
};

export function openWire(): Wire {
  const lines = new Set<Line>();
  let state: WireState = 'open';
  let target = { host: '127.0.0.1', port: 0 };

  function join(near: Socket): void {
    const far = connect(target.port, target.host);
    const line: Line = { near, far, isDead: false };
    lines.add(line);
    const end = (): void => {
      lines.delete(line);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
    near.pipe(far);
    far.pipe(near);
    if (state === 'stalled') stall(line);
  }

  const server = createServer((near) => {
    near.on('error', () => {});
    if (state === 'refused') near.destroy();
    else join(near);
  });
  return {
    async between(origin) {
      target = { host: new URL(origin).hostname, port: Number(new URL(origin).port) };
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    },
    set(next) {
      state = next;
      if (next === 'refused') this.cut();
      for (const line of lines) {
        if (line.isDead) continue;
        if (next === 'stalled') stall(line);
        else flow(line);
      }
    },
    cut() {
      for (const { near, far } of lines) {
        near.resetAndDestroy();
        far.resetAndDestroy();
      }
    },
    deaden(direction) {
      for (const line of lines) {
        line.isDead = true;
        line.far.unpipe(line.near);
        // Read and thrown away: to the exchange all seems well.
        line.far.resume();
        if (direction !== 'both') continue;
        line.near.unpipe(line.far);
        line.near.pause();
      }
    },
    close() {
      server.close();
      for (const { near, far } of lines) {
        near.destroy();
        far.destroy();
      }
    },
  };
}

function stall({ near, far }: Line): void {
  near.unpipe(far);
  far.unpipe(near);
  near.pause();
  far.pause();
}

function flow({ near, far }: Line): void {
  near.pipe(far);
  far.pipe(near);
}
