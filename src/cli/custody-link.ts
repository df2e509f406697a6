/** Custody's owner socket for the command line, with its errors put into words. */

import { type CustodyClient, CustodyError, connectCustody } from '../custody/client.ts';
import { socketPath } from '../custody/launch.ts';
import type { CustodyOperations, CustodyStatus, OperationName } from '../custody/protocol.ts';
import type { RunFile } from '../shell/claim.ts';
import type { Clock } from '../shell/clock.ts';
import { CliError, EXIT } from './cli-error.ts';

export type CustodyLink = {
  /** Rejects with `CliError`. */
  request<Op extends OperationName>(
    op: Op,
    args: CustodyOperations[Op]['request'],
    deadlineMs?: number,
  ): Promise<CustodyOperations[Op]['reply']>;
  close(): void;
};

/** Argon2id with 256 MiB on a slow machine takes seconds; a wrong passphrase is made to wait on top. */
const DEADLINE_MS = 60_000;

export function custodyLink(run: RunFile, platform: NodeJS.Platform, clock: Clock): CustodyLink {
  const client: CustodyClient = connectCustody({
    socketPath: socketPath(run.sockets, 'owner', platform),
    token: run.ownerToken,
    clock,
  });
  return {
    async request(op, args, deadlineMs = DEADLINE_MS) {
      try {
        return await client.request(op, args, { deadlineMs });
      } catch (error) {
        throw error instanceof CustodyError ? worded(error) : error;
      }
    },
    close: () => client.close(),
  };
}

/** The key to seal to; throws the reason why nothing can be sealed now. */
export function sealingKeyOf(status: CustodyStatus): { readonly key: string; readonly fingerprint: string } {
  if (status.sealingKey === null || status.fingerprint === null) {
    throw new CliError('custody_locked', 'The keys are locked.', 'Unlock them with `gapless custody unlock`.');
  }
  return { key: status.sealingKey, fingerprint: status.fingerprint };
}

/** Custody's messages come with and without a full stop. */
function sentence(message: string): string {
  return message.endsWith('.') ? message : `${message}.`;
}

function worded(error: CustodyError): CliError {
  const code = `custody_${error.code.toLowerCase()}`;
  switch (error.code) {
    case 'LOCKED':
      return new CliError(code, 'The keys are locked.', 'Unlock them with `gapless custody unlock`.');
    case 'HALTED':
      return new CliError(
        code,
        `Custody has stopped itself. ${sentence(error.message)}`,
        'Nothing is signed until this is settled. Look at `gapless audit verify`; restore a backup if the trail was damaged.',
      );
    case 'WRONG_PASSPHRASE':
      return new CliError(code, 'This passphrase does not open it.', 'Try again; capital letters count.');
    case 'BUSY':
      return new CliError(code, `Custody is busy. ${sentence(error.message)}`, 'Try again in a moment.');
    case 'EXPIRED':
      return new CliError(code, 'Custody came to this too late and did not begin it.', 'Try again.');
    case 'UNREACHABLE':
      return new CliError(
        code,
        'The process that holds the keys does not answer.',
        'It may be starting again; try once more in a few seconds. If it stays, look at the terminal of `npm start`.',
        EXIT.noDesk,
      );
    case 'CONFLICT':
    case 'NOT_FOUND':
    case 'NOT_ALLOWED':
    case 'BAD_FRAME':
    case 'BAD_REQUEST':
    case 'INTERNAL':
      return new CliError(
        code,
        `Custody refused. ${sentence(error.message)}`,
        'Look at `gapless custody` and `gapless audit`.',
      );
  }
}
