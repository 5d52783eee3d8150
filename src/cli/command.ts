import type { Terminal } from './terminal.js';

/** How the program ends, for scripts. */
export const EXIT = {
  /** All is well. */
  ok: 0,
  /** The command ran and its answer is no, or something it needs is missing. */
  failed: 1,
  /** The command line cannot be understood. */
  usage: 2,
} as const;

/** One command of the command line. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The text of `--help`, without a line break at its end. */
  readonly help: string;
  /**
   * Runs the command.
   *
   * @returns The exit code.
   * @throws UsageError for arguments that cannot be understood.
   */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** The command line cannot be understood; the text says what is wrong. */
export class UsageError extends Error {
  /** Of a command within a command: whose `--help` says more. */
  readonly command: string | undefined;

  constructor(message: string, { command, ...options }: ErrorOptions & { readonly command?: string } = {}) {
    super(message, options);
    this.name = 'UsageError';
    this.command = command;
  }
}
