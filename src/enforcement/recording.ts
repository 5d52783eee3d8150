import type { KeyedHash } from '../audit/keyed-hash.js';
import { canonicalJson } from '../call/canonical-json.js';
import type { JsonObject } from '../call/json.js';
import type { AuditParams } from '../config/options.js';
import type { CallRun } from '../pipeline/call-run.js';
import type { TextMask } from './text-mask.js';

/** How many hex digits of a keyed hash stand for a masked session. */
const SESSION_DIGITS = 16;

/** What the records of one enforcement point may say of calls, and how. */
export class Recording {
  readonly #mask: TextMask;
  readonly #keyedHash: KeyedHash;
  readonly #params: AuditParams;

  constructor(mask: TextMask, keyedHash: KeyedHash, params: AuditParams) {
    this.#mask = mask;
    this.#keyedHash = keyedHash;
    this.#params = params;
  }

  /** A session's id. One that is a secret itself, as a JWT is, keeps a keyed hash, so that its calls stay together. */
  session(id: string | undefined): string | undefined {
    if (id === undefined) return undefined;
    const masked = this.#mask.text(id);
    return masked === id ? id : `${masked} ${this.#keyedHash(id).slice(0, SESSION_DIGITS)}`;
  }

  /** The name of an agent, a user or an approver. */
  name(name: string): string {
    return this.#mask.name(name);
  }

  /** A reason, as policies and refusals say it. */
  reason(text: string | undefined): string | undefined {
    return text && this.#mask.text(text);
  }

  /** The redacted arguments, where they are recorded. */
  params({ params }: CallRun): JsonObject | undefined {
    return this.#params === 'redacted' ? params : undefined;
  }

  /** What the hash is taken of: the redacted arguments, where anything of them is recorded. */
  hashed({ params }: CallRun): JsonObject | undefined {
    return this.#params === 'none' ? undefined : params;
  }

  /** HMAC-SHA-256 over canonical arguments, in hex. */
  hash(params: JsonObject): string {
    return this.#keyedHash(canonicalJson(params));
  }

  /** True where nobody without the key may try values against what is recorded of arguments. */
  get keyedOnly(): boolean {
    return this.#params !== 'redacted';
  }
}
