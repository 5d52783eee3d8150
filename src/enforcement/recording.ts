import type { KeyedHash } from '../audit/keyed-hash.js';
import { canonicalJson } from '../call/canonical-json.js';
import type { JsonObject } from '../call/json.js';
import type { Principal, ToolCall } from '../call/tool-call.js';
import type { AuditParams } from '../config/options.js';
import type { CallRun } from '../pipeline/call-run.js';
import type { TextMask } from './text-mask.js';

/** How many hex digits of a keyed hash stand for a masked session. */
const SESSION_DIGITS = 16;

/** Who called, as records say it. */
export interface RecordedCaller {
  readonly sessionId: string | undefined;
  readonly agent: string;
  readonly user: string;
}

/** The caller of the call before, who is mostly the caller of the next one, too. */
interface LastCaller extends RecordedCaller {
  readonly principal: Principal;
  readonly session: string | undefined;
}

/** What the records of one enforcement point may say of calls, and how. */
export class Recording {
  readonly #mask: TextMask;
  readonly #keyedHash: KeyedHash;
  readonly #params: AuditParams;
  #last: LastCaller | undefined;

  constructor(mask: TextMask, keyedHash: KeyedHash, params: AuditParams) {
    this.#mask = mask;
    this.#keyedHash = keyedHash;
    this.#params = params;
  }

  /** Who called: the session, the agent and the user. */
  caller({ principal, sessionId: session }: ToolCall): RecordedCaller {
    if (this.#last?.principal === principal && this.#last.session === session) return this.#last;
    const agent = this.#mask.name(principal.agent);
    const user = this.#mask.name(principal.user);
    this.#last = { principal, session, sessionId: this.#session(session), agent, user };
    return this.#last;
  }

  /** One that is a secret itself, as a JWT is, keeps a keyed hash, so that its calls stay together. */
  #session(id: string | undefined): string | undefined {
    if (id === undefined) return undefined;
    const masked = this.#mask.text(id);
    return masked === id ? id : `${masked} ${this.#keyedHash(id).slice(0, SESSION_DIGITS)}`;
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
