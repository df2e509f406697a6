import { WebSocket } from 'ws';

export type Message = {
  readonly id: number | null;
  readonly method?: string;
  readonly params?: readonly unknown[];
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string } | null;
};

/** A client that keeps answers and updates apart and hands the updates over one by one. */
export class Client {
  readonly #socket: WebSocket;
  readonly #messages: Message[] = [];
  readonly #waiting: ((message: Message) => void)[] = [];
  readonly #asked = new Map<number, (message: Message) => void>();
  readonly closed: Promise<number>;
  #id = 0;

  constructor(port: number) {
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
    this.closed = new Promise((resolve) => this.#socket.on('close', resolve));
    this.#socket.on('message', (data) => this.#take(JSON.parse(String(data))));
  }

  async open(): Promise<this> {
    await new Promise((resolve, reject) => this.#socket.on('open', resolve).on('error', reject));
    return this;
  }

  /** The oldest message that was no answer to `ask` and has not been handed over. */
  next(): Promise<Message> {
    const known = this.#messages.shift();
    return known === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(known);
  }

  send(text: string | Buffer): void {
    this.#socket.send(text);
  }

  /** Asks and waits for the answer. Updates that come first wait for `next`. */
  ask(method: string, ...params: readonly unknown[]): Promise<Message> {
    this.#id += 1;
    const id = this.#id;
    this.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => this.#asked.set(id, resolve));
  }

  /** Everything that has come when a ping sent now is answered, oldest first. */
  async all(): Promise<readonly Message[]> {
    await this.ask('ping');
    return this.#messages.splice(0);
  }

  /** True when nothing is waiting to be handed over and nothing arrives before the answer to a ping sent now. */
  async quiet(): Promise<boolean> {
    const { result } = await this.ask('ping');
    return result === 'pong' && this.#messages.length === 0;
  }

  pause(): void {
    this.#socket.pause();
  }

  stop(): void {
    this.#socket.terminate();
  }

  #take(message: Message): void {
    const asked = message.id === null ? undefined : this.#asked.get(message.id);
    if (asked !== undefined && message.id !== null) {
      this.#asked.delete(message.id);
      asked(message);
      return;
    }
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#messages.push(message);
    else waiting(message);
  }
}
