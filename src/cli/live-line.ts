/** The desk's live line over the command-line socket: what is watched is said once, messages come as they happen. */

import { connect } from 'node:net';
import WebSocket from 'ws';
import type { LiveMessage, WatchMessage } from '../contract/live.ts';
import { LIVE_PATH } from '../contract/routes.ts';
import { CliError, EXIT } from './cli-error.ts';

export type LiveLine = {
  /** Says what to send; the whole of it each time. */
  watch(wanted: WatchMessage): void;
  /** Resolves with the reason, in words, when the line has ended, whoever ended it. */
  readonly ended: Promise<string>;
  close(): void;
};

/** As the largest reply of a route: an account with every asset of an exchange. */
const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
const OPEN_MS = 10_000;
/** The desk says hello every 10 s; without three of them in a row nobody is there. */
const SILENCE_MS = 35_000;

/** Rejects with `CliError` where the desk refuses or does not answer. */
export async function openLiveLine(options: {
  readonly socketPath: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly heard: (message: LiveMessage) => void;
}): Promise<LiveLine> {
  const { socketPath, address, headers, heard } = options;
  const socket = new WebSocket(`ws://${new URL(address).host}${LIVE_PATH}`, {
    headers,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    handshakeTimeout: OPEN_MS,
    // A socket file or a named pipe; the address is only what the request says of itself.
    createConnection: () => connect(socketPath),
  });
  const opened = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  let why = '';
  let silent: NodeJS.Timeout | undefined;
  const alive = (): void => {
    clearTimeout(silent);
    silent = setTimeout(() => {
      why = `nothing came for ${SILENCE_MS / 1_000} s`;
      socket.terminate();
    }, SILENCE_MS);
  };
  socket.on('open', () => {
    alive();
    opened.resolve();
  });
  socket.on('message', (data) => {
    alive();
    // Both ends are this program, over a private socket: the contract is believed here and checked over there.
    heard(JSON.parse(String(data)) as LiveMessage);
  });
  socket.on('error', (error) => {
    why = error.message;
    opened.reject(notOpened(why));
  });
  socket.on('close', (code, reason) => {
    clearTimeout(silent);
    const said = why || reason.toString() || `code ${code}`;
    opened.reject(notOpened(said));
    ended.resolve(said);
  });
  await opened.promise;
  return {
    watch: (wanted) => socket.send(JSON.stringify(wanted)),
    ended: ended.promise,
    close: () => socket.close(),
  };
}

function notOpened(reason: string): CliError {
  return new CliError(
    'desk_unreachable',
    `The live line to the desk did not open (${reason}).`,
    'The desk may be starting again; try once more in a few seconds.',
    EXIT.noDesk,
  );
}
