import type { Deliver, OutgoingFrame } from '../stream/delivery.ts';
import type { Armory } from './armory.ts';
import { marketOf } from './frames.ts';

/** Stands between the streams and the sockets. */
export function createFaultyDelivery(armory: Armory): Deliver {
  return (frame, send) => {
    if (armory.isQuiet('frame')) {
      send(frame.message);
      return;
    }
    const { account, channel } = frame;
    const event = { account, apiKey: null, path: null, channel, market: marketOf(frame) };
    const struck = armory.strikes('frame', event);
    const chain = struck.reduceRight<(message: unknown) => void>(
      (next, { course, strike }) =>
        (message) =>
          isMessage(message) ? course(strike, { ...frame, message }, next) : next(message),
      send,
    );
    chain(frame.message);
  };
}

/** What an earlier fault made of it may be no message any more; then it passes as it is. */
function isMessage(value: unknown): value is OutgoingFrame['message'] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && ('method' in value || 'id' in value);
}
