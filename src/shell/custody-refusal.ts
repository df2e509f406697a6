/** What custody would not or could not do, as the refusal that the person reads. */

import { CustodyError } from '../custody/client.ts';
import { notFound, Refusal } from './refusal.ts';

/** For requests that answer at once. */
export function custodyRefusal(error: unknown): unknown {
  if (!(error instanceof CustodyError)) return error;
  switch (error.code) {
    case 'LOCKED':
      return new Refusal('custody_locked', 'The keys are locked.', 'Unlock them under Security.');
    case 'HALTED':
      return new Refusal(
        'custody_halted',
        'The process that holds the keys has halted.',
        'Open Security: the reason stands there.',
      );
    case 'WRONG_PASSPHRASE':
      return new Refusal('wrong_passphrase', 'That is not the passphrase.', 'Type it again.', { field: 'passphrase' });
    case 'NOT_FOUND':
      return notFound('key');
    case 'BUSY':
      // Custody makes whoever guesses wait, and says how long.
      if (error.message.startsWith('Too many wrong passphrases'))
        return new Refusal('throttled', 'A wrong passphrase was given just now.', `${error.message}`);
      return new Refusal('busy', 'The process that holds the keys has too much to do.', 'Try again in some seconds.');
    case 'CONFLICT':
      return new Refusal('conflict', error.message, 'Look at the state of custody and try again.');
    case 'UNREACHABLE':
    case 'EXPIRED':
      return new Refusal(
        'custody_unreachable',
        'The process that holds the keys does not answer.',
        'It is started again by itself; try again in some seconds.',
      );
    default:
      return new Refusal(
        'conflict',
        'The process that holds the keys refused this.',
        'Load the page again and try once more.',
      );
  }
}
