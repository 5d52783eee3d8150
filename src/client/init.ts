import { checkInit, type InitOptions } from '../config/session-options.js';

/**
 * Prepares governance of clients for the whole process; calling it is optional, and calling it again changes nothing.
 *
 * In this version it checks the environment, so that a mistake there shows at start and not with the first session.
 *
 * @throws ConfigError for an environment variable that cannot be right, and for `apiKey` and `apiUrl`: this version
 *   cannot connect to a controlplane yet.
 */
export function init(options: InitOptions = {}): void {
  checkInit(options);
}
