import { isJsonObject } from '../call/json.js';
import type { HostClient, OutputValidator } from './host-client.js';

/** So many redacted outputs wait to be validated, the newest of them. */
const MOST_OUTPUTS = 100;

/**
 * Lets clients validate structured output as the tool gave it, though they get it redacted.
 *
 * A client checks `structuredContent` against the tool's output schema. The mark of a redaction fits neither a format
 * nor an enum, and the call would fail after the tool ran.
 */
export class RedactedOutputs {
  /** What tools gave, by the JSON of what of it is left. */
  readonly #given = new Map<string, unknown>();

  /** Has a client validate through this, also by the validators that it made already. */
  attach(client: HostClient): void {
    const { _jsonSchemaValidator: provider, _cachedToolOutputValidators: made } = client;
    for (const [tool, validate] of made ?? []) made?.set(tool, this.#validator(validate));
    if (typeof provider?.getValidator !== 'function') return;
    const getValidator = provider.getValidator.bind(provider);
    // A provider may serve other clients, which are none of ours.
    const own = Object.create(provider) as typeof provider;
    own.getValidator = (schema) => this.#validator(getValidator(schema));
    Object.defineProperty(client, '_jsonSchemaValidator', { configurable: true, writable: true, value: own });
  }

  /** Notes what a tool gave and what of it the client gets. */
  note(given: unknown, redacted: unknown): void {
    const [before, after] = [given, redacted].map((each) =>
      isJsonObject(each) ? each['structuredContent'] : undefined,
    );
    if (after === undefined || before === after) return;
    const [oldest] = this.#given.keys();
    if (this.#given.size >= MOST_OUTPUTS && oldest !== undefined) this.#given.delete(oldest);
    this.#given.set(JSON.stringify(after), before);
  }

  #validator(validate: OutputValidator): OutputValidator {
    return (value) => {
      const verdict = validate(value);
      if (verdict.valid || this.#given.size === 0) return verdict;
      const key = JSON.stringify(value);
      if (!this.#given.has(key)) return verdict;
      const checked = validate(this.#given.get(key));
      this.#given.delete(key);
      // Its text could quote what was redacted, and its data is what was.
      return checked.valid ? { ...verdict, ...PASSED, data: value } : verdict;
    };
  }
}

const PASSED = { valid: true, errorMessage: undefined };
