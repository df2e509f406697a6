/**
 * The network between custody and the exchange: requests and replies that are late, lost, doubled, cut or answered by
 * something in between; connections that are cut, silent or half open. Faults are armed one by one by the script.
 */

import type { OpenSocket, Socket } from '../../src/venues/streams.ts';
import type { RawReply } from '../../src/venues/whitebit/call.ts';
import type { PinnedHttp } from '../../src/venues/whitebit/http.ts';
import type { Chance } from './chance.ts';
import type { Answer, HttpRequest, Rest } from './exchange/rest.ts';
import type { Streams } from './exchange/stream.ts';
import type { Loop } from './loop.ts';

export type HttpFault =
  | 'refused'
  | 'request-lost'
  | 'reply-lost'
  | 'reply-cut'
  | 'request-late'
  | 'reply-late'
  | 'failed-before'
  | 'failed-after'
  | 'firewall'
  | 'redirected'
  | 'limited'
  | 'broken'
  | 'crossed'
  | 'twice'
  | 'bulk-short'
  | 'bulk-shuffled';
export type StreamFault = 'lost' | 'doubled' | 'late';
export type Target = 'place' | 'cancel' | 'read' | 'public';

type Armed = { readonly fault: HttpFault; readonly target: Target; left: number };

const TIMEOUT_MS = 10_000;
const CONNECT_MS = 5_000;
const PLACING = /^\/api\/v4\/order\/(?:new|bulk|stop_limit)$/;
const CANCELLING = /^\/api\/v4\/order\/cancel/;

export class Wire {
  /** Nothing of the exchange answers. */
  down = false;
  /** Packets vanish without a word, both ways. */
  dark = false;
  onFault: (what: string) => void = () => {};
  readonly #loop: Loop;
  readonly #rest: Rest;
  readonly #streams: Streams;
  readonly #chance: Chance;
  #armed: Armed[] = [];
  readonly #streamFaults = new Map<StreamFault, number>();
  /** When the last message of a stream came out of its order, or would have come and never did. */
  disorderedAtMs = Number.NEGATIVE_INFINITY;
  readonly #connections = new Set<Connection>();
  readonly #lastBody = new Map<string, string>();

  constructor(loop: Loop, rest: Rest, streams: Streams, chance: Chance) {
    this.#loop = loop;
    this.#rest = rest;
    this.#streams = streams;
    this.#chance = chance;
    streams.pass = (_account, send) => this.#pass(send);
  }

  arm(fault: HttpFault, target: Target, times: number): void {
    this.#armed.push({ fault, target, left: times });
  }

  armStream(fault: StreamFault, times: number): void {
    this.#streamFaults.set(fault, (this.#streamFaults.get(fault) ?? 0) + times);
  }

  /** A connection that is half open stays so: nothing but another one mends it. */
  calm(): void {
    this.#armed = [];
    this.#streamFaults.clear();
    this.down = false;
    this.dark = false;
  }

  /** Every stream: with a word, or silently as after a cable was pulled. */
  cutStreams(how: 'cut' | 'half-open'): void {
    for (const connection of [...this.#connections]) {
      if (how === 'half-open') connection.mute = true;
      else connection.cut('cut');
    }
  }

  /** The process at this end is gone: the other end hears of it, and of nothing else. */
  forget(): void {
    for (const connection of [...this.#connections]) connection.drop();
  }

  #delayMs(): number {
    return 3 + this.#chance.next() * 40;
  }

  #fault(path: string): HttpFault | null {
    const target: Target = PLACING.test(path)
      ? 'place'
      : CANCELLING.test(path)
        ? 'cancel'
        : path.includes('/public/')
          ? 'public'
          : 'read';
    const armed = this.#armed.find((one) => one.target === target && one.left > 0);
    if (armed === undefined) return null;
    if (armed.fault.startsWith('bulk') && !path.endsWith('/bulk')) return null;
    armed.left -= 1;
    if (armed.left === 0) this.#armed = this.#armed.filter((one) => one !== armed);
    this.onFault(`http ${armed.fault}`);
    return armed.fault;
  }

  readonly http: PinnedHttp = {
    send: (request) => {
      const fault = this.#fault(request.path);
      const { promise, resolve } = Promise.withResolvers<RawReply>();
      const startedMs = this.#loop.nowMs;
      const end = (reply: (tookMs: number) => RawReply): void => resolve(reply(this.#loop.nowMs - startedMs));
      const none = (sent: boolean, reason: string) => end((tookMs) => ({ kind: 'no-reply', sent, reason, tookMs }));
      if (fault === 'refused') {
        this.#loop.after(5, () => none(false, 'ECONNREFUSED'), 'message');
        return promise;
      }
      // A host that does not answer at all is not connected to.
      if (this.dark) {
        this.#loop.after(CONNECT_MS, () => none(false, 'connect-timeout'));
        return promise;
      }
      const cancel = this.#loop.after(TIMEOUT_MS, () => none(true, 'timeout'));
      if (fault === 'request-lost') return promise;
      this.#carry(request, fault, {
        reply: (answer) => {
          cancel();
          end((tookMs) => ({
            ...{ kind: 'reply', status: answer.status, body: answer.body, contentType: 'application/json' },
            ...{ retryAfterMs: answer.status === 429 && fault === 'limited' ? 1_000 : null, tookMs },
          }));
        },
        cut: () => {
          cancel();
          none(true, 'ECONNRESET');
        },
      });
      return promise;
    },
    close: () => {},
  };

  #carry(
    request: HttpRequest,
    fault: HttpFault | null,
    back: { readonly reply: (answer: Answer) => void; readonly cut: () => void },
  ): void {
    const there = fault === 'request-late' ? this.#chance.next() * 9_000 : this.#delayMs();
    const life = this.#loop.life('custody');
    const toClient = (run: () => void): void => {
      // Whoever asked may be gone, and another in its place.
      if (fault === 'reply-lost' || this.dark || life !== this.#loop.life('custody')) return;
      this.#loop.deliver(
        'custody',
        fault === 'reply-late' ? 5_000 + this.#chance.next() * 6_000 : this.#delayMs(),
        run,
      );
    };
    this.#loop.deliver('exchange', there, () => {
      if (this.dark) return;
      const early = this.#early(fault);
      const answer = early ?? this.#rest.answer(this.#loop.nowMs, request);
      if (fault === 'twice' && early === null) {
        const second = this.#rest.answer(this.#loop.nowMs, request);
        toClient(() => back.reply(second));
      } else if (fault === 'reply-cut') toClient(back.cut);
      else {
        const seen = this.#seen(fault, request.headers['X-TXC-APIKEY'] ?? '', request.path, answer);
        toClient(() => back.reply(seen));
      }
    });
  }

  #early(fault: HttpFault | null): Answer | null {
    if (this.down || fault === 'failed-before') return { status: 503, body: '<html>503</html>' };
    if (fault === 'firewall') return { status: 403, body: '<html>Attention required</html>' };
    if (fault === 'redirected') return { status: 302, body: '' };
    if (fault === 'limited') return { status: 429, body: '<html>429</html>' };
    return null;
  }

  /** What the client is shown of an answer. */
  #seen(fault: HttpFault | null, key: string, path: string, answer: Answer): Answer {
    const asked = `${key} ${path}`;
    const before = this.#lastBody.get(asked);
    if (answer.status === 200) this.#lastBody.set(asked, answer.body);
    if (fault === 'failed-after') return { status: 502, body: '<html>502</html>' };
    if (fault === 'broken') return { ...answer, body: answer.body.replace('"amount"', '"amonut"').replace('}', '') };
    // A bulk of refusals alone names no order: nobody could tell whose it is. The desk would meet what was placed all the
    // same, and keep it apart; here an order that is kept apart is a fault.
    if (fault === 'crossed' && before?.includes('"clientOrderId"')) return { status: 200, body: before };
    if ((fault === 'bulk-short' || fault === 'bulk-shuffled') && answer.status === 200) {
      const items = JSON.parse(answer.body) as unknown[];
      return { status: 200, body: JSON.stringify(fault === 'bulk-short' ? items.slice(1) : items.toReversed()) };
    }
    return answer;
  }

  /** One message of the account on its way into a connection. */
  #pass(send: () => void): void {
    for (const fault of ['lost', 'doubled', 'late'] as const) {
      const left = this.#streamFaults.get(fault) ?? 0;
      if (left === 0 || this.#chance.is(0.5)) continue;
      this.#streamFaults.set(fault, left - 1);
      this.onFault(`stream ${fault}`);
      if (fault === 'doubled') {
        send();
        continue;
      }
      // Behind what was said after it: the exchange's own threads are no line.
      const lateMs = fault === 'late' ? this.#chance.next() * 3_000 : 0;
      this.disorderedAtMs = this.#loop.nowMs + lateMs;
      if (fault === 'late') this.#loop.deliver('exchange', lateMs, send);
      return;
    }
    send();
  }

  readonly open: OpenSocket = (_url, handlers): Socket => {
    const connection = new Connection(this.#loop, () => this.#delayMs());
    connection.onGone = () => this.#connections.delete(connection);
    this.#connections.add(connection);
    connection.handlers = handlers;
    if (this.dark) connection.mute = true;
    this.#loop.deliver('exchange', this.#delayMs(), () => {
      if (this.down) connection.cut('ECONNREFUSED');
      else if (!connection.mute && connection.alive) connection.begin(this.#streams);
    });
    return connection;
  };
}

class Connection implements Socket {
  mute = false;
  alive = true;
  handlers: Parameters<OpenSocket>[1] | null = null;
  onGone: () => void = () => {};
  readonly #loop: Loop;
  readonly #delayMs: () => number;
  #there: ReturnType<Streams['open']> | null = null;
  /** Bytes stay in order. */
  #lastInMs = 0;
  #lastOutMs = 0;

  constructor(loop: Loop, delayMs: () => number) {
    this.#loop = loop;
    this.#delayMs = delayMs;
  }

  begin(streams: Streams): void {
    this.#there = streams.open({
      send: (text) => this.#in((to) => to.received(Buffer.from(text))),
      close: (why) => this.cut(why),
    });
    this.#in((to) => to.opened());
  }

  send(text: string): void {
    if (this.mute || !this.alive) return;
    this.#lastOutMs = Math.max(this.#lastOutMs, this.#loop.nowMs + this.#delayMs());
    this.#loop.deliver('exchange', this.#lastOutMs - this.#loop.nowMs, () => {
      if (!this.mute && this.alive) this.#there?.received(text);
    });
  }

  destroy(): void {
    this.drop();
  }

  drop(): void {
    this.handlers = null;
    this.#end();
  }

  cut(why: string): void {
    const { handlers } = this;
    if (!this.alive) return;
    this.#end();
    if (!this.mute) this.#loop.deliver('custody', this.#delayMs(), () => handlers?.closed(why));
  }

  #end(): void {
    this.alive = false;
    this.#there?.gone();
    this.onGone();
  }

  #in(run: (to: NonNullable<typeof this.handlers>) => void): void {
    this.#lastInMs = Math.max(this.#lastInMs, this.#loop.nowMs + this.#delayMs());
    this.#loop.deliver('custody', this.#lastInMs - this.#loop.nowMs, () => {
      if (!this.mute && this.alive && this.handlers !== null) run(this.handlers);
    });
  }
}
