/**
 * The private streams: custody opens them, reads them, and passes on what they say, never the token. One stream a
 * connection. A reader who is slow loses events and is told so; then a snapshot is due. Nothing is kept for anybody.
 */

import type { ConnectionId } from '../../core/ids.ts';
import type { OrderReport } from '../../core/report.ts';
import type { StreamEvent, Topic, VenueStream } from '../../venues/streams.ts';
import type { StreamOptions } from '../../venues/whitebit/stream.ts';
import type { OperationLine } from '../operations/context.ts';
import type { KeyRecord } from '../records.ts';
import type { AccountEvent, FollowEvent, Wire } from '../trade-protocol.ts';

/** A reader behind by this much gets nothing until it has caught up. */
const BACKLOG_MAX_BYTES = 1024 * 1024;

type Hooks = Pick<StreamOptions, 'onEvent' | 'onState'>;
type Follow = {
  readonly version: number;
  readonly stream: VenueStream;
  line: OperationLine;
  end: (why: string) => void;
  dropped: number;
  /** Among what was dropped: the stream became something else. */
  isStateDue: boolean;
};

export type FollowsOptions = {
  /** Opens the stream of this connection. */
  readonly open: (record: KeyRecord, topics: readonly Topic[], hooks: Hooks) => VenueStream;
  readonly observe: (connection: ConnectionId, report: OrderReport) => void;
  /** The record as it is now, or null where it may not be followed any more. */
  readonly current: (connection: ConnectionId) => KeyRecord | null;
};

export class Follows {
  readonly #options: FollowsOptions;
  readonly #open = new Map<ConnectionId, Follow>();

  constructor(options: FollowsOptions) {
    this.#options = options;
  }

  /** Resolves with the reason when it is over. Asking again for a connection takes over its stream. */
  follow(record: KeyRecord, markets: readonly string[], line: OperationLine): Promise<string> {
    const { connection, version } = record;
    const topics: readonly Topic[] = [
      ...markets.map((market) => ({ kind: 'orders', market }) as const),
      { kind: 'deals' },
      { kind: 'balances' },
    ];
    const known = this.#open.get(connection);
    return new Promise((resolve) => {
      const end = (why: string) => resolve(why);
      const gone = () => {
        if (this.#open.get(connection)?.line === line) this.close(connection, 'Nobody listens');
      };
      if (known !== undefined && known.version === version) {
        known.end('Taken over');
        Object.assign(known, { line, end, dropped: 0, isStateDue: false });
        known.stream.want(topics);
        this.#tell(known, { kind: 'state', state: known.stream.state() });
      } else {
        this.close(connection, 'The key was replaced');
        const stream = this.#options.open(record, topics, {
          onEvent: (event) => this.#heard(connection, event),
          onState: (state) => {
            const follow = this.#open.get(connection);
            if (follow !== undefined) this.#tell(follow, { kind: 'state', state });
          },
        });
        this.#open.set(connection, { version, stream, line, end, dropped: 0, isStateDue: false });
      }
      line.ended.addEventListener('abort', gone, { once: true });
      if (line.ended.aborted) gone();
    });
  }

  close(connection: ConnectionId, why: string): void {
    const follow = this.#open.get(connection);
    if (follow === undefined) return;
    this.#open.delete(connection);
    follow.stream.close();
    follow.end(why);
  }

  closeAll(why: string): void {
    for (const connection of [...this.#open.keys()]) this.close(connection, why);
  }

  /** For the timer: streams of keys that are gone end, and those who caught up hear what they missed. */
  tick(): void {
    for (const [connection, follow] of [...this.#open]) {
      const record = this.#options.current(connection);
      if (record === null || record.version !== follow.version)
        this.close(connection, 'The key cannot be used any more');
      else if (follow.dropped > 0) this.#tell(follow, null);
    }
  }

  #heard(connection: ConnectionId, event: StreamEvent): void {
    const follow = this.#open.get(connection);
    if (follow === undefined) return;
    switch (event.kind) {
      case 'order':
        this.#options.observe(connection, event.report);
        this.#tell(follow, { kind: 'venue', event: wire(event) });
        return;
      case 'deal':
      case 'balances':
      case 'gap':
        this.#tell(follow, { kind: 'venue', event: wire(event) });
        return;
      // Public ones are not asked for here.
      case 'book':
      case 'trades':
      case 'ticker':
      case 'candles':
        return;
    }
  }

  #tell(follow: Follow, event: FollowEvent | null): void {
    if (follow.line.backlogBytes() > BACKLOG_MAX_BYTES) {
      follow.dropped += event === null ? 0 : 1;
      follow.isStateDue ||= event?.kind === 'state';
      return;
    }
    if (follow.dropped > 0) {
      follow.line.step({ kind: 'gap', dropped: follow.dropped });
      follow.dropped = 0;
      if (follow.isStateDue && event?.kind !== 'state')
        follow.line.step({ kind: 'state', state: follow.stream.state() });
      follow.isStateDue = false;
    }
    if (event !== null) follow.line.step(event);
  }
}

function wire(event: AccountEvent): Wire<AccountEvent> {
  return JSON.parse(JSON.stringify(event)) as Wire<AccountEvent>;
}
