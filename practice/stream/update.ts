/** One push of a channel. Made once and sent to everybody it concerns, so it is put into bytes once, too. */
export class Update {
  readonly channel: string;
  readonly message: Readonly<Record<string, unknown>>;
  #bytes: Buffer | null = null;

  constructor(channel: string, params: unknown) {
    this.channel = channel;
    this.message = { id: null, method: `${channel}_update`, params };
  }

  bytes(): Buffer {
    this.#bytes ??= Buffer.from(JSON.stringify(this.message));
    return this.#bytes;
  }
}
