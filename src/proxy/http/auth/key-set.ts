import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { request } from 'undici';
import type { Clock } from '../../../call/clock.js';
import { isJsonObject } from '../../../call/json.js';
import { parseJson } from '../../../call/read-json.js';

/** How long fetched keys are good for. */
const FRESH_MS = 10 * 60_000;
/** How long nothing is fetched after the last time, whoever sends unknown keys. */
const PAUSE_MS = 30_000;
const TIMEOUT_MS = 5_000;
const MOST_BYTES = 256 * 1024;
const MOST_KEYS = 100;

/** The keys of an authorization server cannot be had. */
export class KeysUnavailable extends Error {
  constructor() {
    super('the keys of the authorization server cannot be fetched');
    this.name = 'KeysUnavailable';
  }
}

/** The public keys of an authorization server (RFC 7517): fetched when they are needed, and kept for ten minutes. */
export class KeySet {
  readonly #url: string;
  readonly #clock: Clock;
  #keys: ReadonlyMap<string, KeyObject> | undefined;
  #fetchedAt = -Infinity;
  #triedAt = -Infinity;
  #fetching: Promise<void> | undefined;

  constructor(url: string, clock: Clock) {
    this.#url = url;
    this.#clock = clock;
  }

  /**
   * The keys that may have signed a token: the one of its key id, or all where it names none. An unknown id has the keys
   * fetched anew, but not more often than every 30 seconds.
   *
   * @throws KeysUnavailable where there are no keys, and none that are fresh enough to say that one is unknown.
   */
  async candidates(keyId: unknown): Promise<readonly KeyObject[]> {
    const now = this.#clock.elapsed();
    const isStale = now - this.#fetchedAt > FRESH_MS;
    const isUnknown = typeof keyId === 'string' && this.#keys?.has(keyId) !== true;
    if ((isStale || isUnknown) && now - this.#triedAt > PAUSE_MS) {
      this.#triedAt = now;
      this.#fetching = this.#fetch().finally(() => (this.#fetching = undefined));
    }
    await this.#fetching?.catch(() => undefined);
    if (this.#keys === undefined) throw new KeysUnavailable();
    if (typeof keyId !== 'string') return [...this.#keys.values()];
    const key = this.#keys.get(keyId);
    return key === undefined ? [] : [key];
  }

  async #fetch(): Promise<void> {
    // No redirect is followed: whoever answers elsewhere is not who was named.
    const { statusCode, body } = await request(this.#url, {
      headers: { accept: 'application/json', 'accept-encoding': 'identity' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    let text = '';
    for await (const chunk of body.setEncoding('utf8') as AsyncIterable<string>) {
      text += chunk;
      if (text.length > MOST_BYTES) throw new KeysUnavailable();
    }
    if (statusCode !== 200) throw new KeysUnavailable();
    this.#keys = readKeys(text);
    this.#fetchedAt = this.#clock.elapsed();
  }
}

function readKeys(text: string): ReadonlyMap<string, KeyObject> {
  const set = parseJson(text);
  const listed: unknown = isJsonObject(set) ? set['keys'] : undefined;
  if (!Array.isArray(listed)) throw new KeysUnavailable();
  const keys = new Map<string, KeyObject>();
  for (const [at, jwk] of (listed as readonly unknown[]).slice(0, MOST_KEYS).entries()) {
    if (!isJsonObject(jwk) || (jwk['use'] !== undefined && jwk['use'] !== 'sig')) continue;
    try {
      const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
      keys.set(typeof jwk['kid'] === 'string' ? jwk['kid'] : `#${at}`, key);
    } catch {
      // A kind of key that this version of Node.js does not know signs no token that could be verified here.
    }
  }
  return keys;
}
