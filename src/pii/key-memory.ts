import type { Finding } from '../call/finding.js';
import { namesId } from './detectors/personal/identity/id-context.js';
import { secretKindOf, type SecretKind } from './detectors/secrets/secret-names.js';

const MOST_KEYS = 4_096;
const LONGEST_KEY = 64;
/** Names that say of digits what they are, besides those of identifiers: telephones, cards, births, and what is neither. */
const NUMBER_NAMES =
  /ssn|social|phone|mobile|cell|fax|tel|whatsapp|contact|handy|gsm|msisdn|m[oó]vil|tlf|card|visa|\bpan\b|\bcc\b|dob|d_o_b|birth|born|bday|geburt|geboorte|naissance|nac(?:imiento|ido|ida)|nasc|urodz|出生|生年月日|生日|생년월일|생일|sku|order|part|invoice|serial|tracking/i;

/** What a scanner knows about a key: what stands in the key itself, and what it says about its value. */
export interface KeyKnowledge {
  readonly findings: readonly Finding[];
  /** The kind of secret that the value is, by the key's name. */
  readonly secret: SecretKind | undefined;
  /** True if the key says what the digits in its value are. */
  readonly namesNumber: boolean;
}

/** What is known about most keys: nothing. */
export const UNREMARKABLE: KeyKnowledge = Object.freeze({
  findings: Object.freeze([]),
  secret: undefined,
  namesNumber: false,
});

/** Remembers keys that hold nothing themselves, as the same few keys come again in every call; bounded. */
export class KeyMemory {
  readonly #known = new Map<string, KeyKnowledge>();

  /** @param keywords Matches what else says of a key that it announces values. */
  constructor(private readonly keywords: readonly RegExp[] = []) {}

  /** What is known about a key; `scan` is only asked about keys that are new. */
  of(key: string, scan: (key: string) => readonly Finding[]): KeyKnowledge {
    const known = this.#known.get(key);
    if (known !== undefined) {
      return known;
    }
    const findings = scan(key);
    const secret = secretKindOf(key);
    const namesNumber = NUMBER_NAMES.test(key) || namesId(key) || this.keywords.some((each) => each.test(key));
    const remarkable = findings.length > 0 || secret !== undefined || namesNumber;
    const knowledge = remarkable ? { findings, secret, namesNumber } : UNREMARKABLE;
    if (findings.length === 0 && key.length <= LONGEST_KEY && this.#known.size < MOST_KEYS) {
      this.#known.set(key, knowledge);
    }
    return knowledge;
  }
}
