import { readEnvironment } from '../../config/env.js';
import type { PinOptions } from '../../config/options.js';
import { defaultPinFile } from '../../config/pin-file.js';
import type { Environment } from './fill-variables.js';

/**
 * How the program pins the tools of a server where nobody says otherwise: in the user's file of pins, by the server's name.
 * A server that was given no name is pinned as long as the proxy runs: two could give themselves the same one.
 *
 * @param name - What the server was called by whoever started the proxy.
 * @param given - What was said of pins; `false`: none.
 * @throws ConfigError for an environment that cannot be read.
 */
export function programPins(
  name: string | undefined,
  given: PinOptions | false | undefined,
  env: Environment,
): PinOptions | false {
  if (given === false || given?.file !== undefined) return given;
  const isNamed = (name ?? readEnvironment(env).serverName) !== undefined;
  return { ...given, ...(isNamed && { file: defaultPinFile(env) }) };
}
