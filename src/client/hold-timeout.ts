import type { HostClient } from './host-client.js';

/** What both lines wait for an answer where the caller names no timeout, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 60_000;

/**
 * Stops the client's own timeout of a request that is held back, by a person who has to decide or by a throttle: that
 * minute is meant for the server. A timeout of the caller's runs on.
 *
 * @returns Starts it anew, when the request goes out; undefined where nothing was stopped.
 */
export function holdTimeout({ _timeoutInfo: timeouts }: HostClient, id: unknown): (() => void) | undefined {
  const info = timeouts?.get(id);
  if (info?.timeout !== DEFAULT_TIMEOUT_MS) return undefined;
  clearTimeout(info.timeoutId);
  return () => {
    if (timeouts?.get(id) === info) info.timeoutId = setTimeout(info.onTimeout, info.timeout);
  };
}
