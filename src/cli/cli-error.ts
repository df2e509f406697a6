/** What stops a command: one cause, one cure, a stable code for scripts, and how the program ends. */

/** Documented in `docs/command-line.md`; scripts rely on these. */
export const EXIT = { ok: 0, problem: 1, usage: 2, noDesk: 3, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export class CliError extends Error {
  override name = 'CliError';
  readonly code: string;
  readonly cure: string;
  readonly exit: ExitCode;

  /** `message` is the cause. Neither may hold anything that was typed in without echo. */
  constructor(code: string, message: string, cure: string, exit: ExitCode = EXIT.problem) {
    super(message);
    this.code = code;
    this.cure = cure;
    this.exit = exit;
  }
}

/** The desk looked at it and said no: nothing was done. */
export class DeskRefusal extends CliError {}

export function wrongUsage(message: string, cure: string): CliError {
  return new CliError('usage', message, cure, EXIT.usage);
}

/** Ctrl-C, Ctrl-D or a signal while a question stood open. */
export function interrupted(): CliError {
  return new CliError('interrupted', 'Interrupted.', 'Nothing was sent or changed.', EXIT.interrupted);
}

export function noDesk(dataFolder: string): CliError {
  return new CliError(
    'no_desk',
    `No desk is running on ${dataFolder}.`,
    'Start it with `npm start`, or name the folder of the running one with --data DIR.',
    EXIT.noDesk,
  );
}
