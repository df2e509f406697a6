import { WebSocket } from 'ws';

type Message = {
  readonly id: number | null;
  readonly method?: string;
  readonly params?: readonly unknown[];
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string } | null;
};

/** A client that hands its messages over one by one. */
export class Client {
  readonly #socket: WebSocket;
  readonly #messages: Message[] = [];
  readonly #waiting: ((message: Message) => void)[] = [];
  readonly closed: Promise<number>;
  #id = 0;

  constructor(port: number) {
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
    this.closed = new Promise((resolve) => this.#socket.on('close', resolve));
    this.#socket.on('message', (data) => {
      const message: Message = JSON.parse(String(data));
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#messages.push(message);
      else waiting(message);
    });
  }

  async open(): Promise<this> {
    await new Promise((resolve, reject) => this.#socket.on('open', resolve).on('error', reject));
    return this;
  }

  next(): Promise<Message> {
    const known = this.#messages.shift();
    return known === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(known);
  }

  send(text: string | Buffer): void {
    this.#socket.send(text);
  }

  /** Asks and waits for the answer; nothing else may be on its way. */
  async ask(method: string, ...params: readonly unknown[]): Promise<Message> {
    this.#id += 1;
    this.send(JSON.stringify({ id: this.#id, method, params }));
    const message = await this.next();
    if (message.id !== this.#id) throw new Error(`Expected the answer to ${method}, got ${JSON.stringify(message)}`);
    return message;
  }

  /** True when no message arrives before the answer to a ping that is sent now. */
  async quiet(): Promise<boolean> {
    return (await this.ask('ping')).result === 'pong';
  }

  stop(): void {
    this.#socket.terminate();
  }
}
