import { checkInit, type InitOptions } from '../config/session-options.js';

let initial: InitOptions = {};

/**
 * Prepares governance of clients for the whole process: the controlplane of every session that is configured from now on
 * and names none of its own.
 *
 * Calling it is optional; calling it again without options changes nothing. A mistake in the environment shows here and
 * not with the first session.
 *
 * @throws ConfigError for options and environment variables that cannot be right, and for a key without an address.
 */
export function init(options: InitOptions = {}): void {
  // A variable that is not set must not take the controlplane away from all sessions.
  const said = Object.entries(options).filter(([, value]) => value !== undefined && value !== '');
  const together = { ...initial, ...(Object.fromEntries(said) as InitOptions) };
  checkInit(together);
  initial = together;
}

/** What `init` set for all sessions. */
export function initialOptions(): InitOptions {
  return initial;
}
