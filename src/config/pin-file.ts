import { join } from 'node:path';
import { readEnvironment } from './env.js';
import { stateFolder } from './resolve-connection.js';

/**
 * Where pins are kept where nobody says otherwise: `MCP_GOVERNANCE_PIN_FILE`, else `pins.json` among the user's state.
 *
 * @throws ConfigError for an environment that cannot be read.
 */
export function defaultPinFile(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return readEnvironment(env).pinFile ?? join(stateFolder(env), 'pins.json');
}
