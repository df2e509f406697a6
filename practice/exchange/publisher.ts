/** Tells listeners one thing after another: everybody hears the first before anybody hears the second. */
export interface Publisher<Message> {
  publish(messages: readonly Message[]): void;
  /** The answer stops it. */
  on(listener: (message: Message) => void): () => void;
}

/** `threw` hears of listeners that throw; the others are told all the same. */
export function createPublisher<Message>(threw: (error: unknown) => void): Publisher<Message> {
  const listeners = new Set<(message: Message) => void>();
  const outbox: Message[] = [];
  let isPublishing = false;

  function tell(message: Message): void {
    for (const listener of [...listeners]) {
      try {
        listener(message);
      } catch (error) {
        threw(error);
      }
    }
  }

  return {
    publish(messages) {
      outbox.push(...messages);
      // A listener that closes the exchange makes the next commit happen within this one's telling.
      if (isPublishing) return;
      isPublishing = true;
      for (let message = outbox.shift(); message !== undefined; message = outbox.shift()) tell(message);
      isPublishing = false;
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
