import { hasDigit, isCrossedOut } from './characters.js';
import type { SecretKind } from './secret-names.js';

/** How a value is written. */
export type Writing =
  /** Between quotation marks, or as a JSON string of its own. */
  | 'quoted'
  /** Directly behind an equals sign, as in `password=x`. */
  | 'joined'
  /** Behind white space, as in prose: `password: x`. */
  | 'bare';

/** Words that stand where a secret would, and say what it is or that there is none. */
const STOP_WORDS = new Set(
  (
    'null none nil undefined true false yes no string str text boolean bool number int integer object any unknown void ' +
    'never required optional redacted masked hidden removed placeholder default empty unset invalid missing expired ' +
    'password passwd pwd pass secret token apikey api_key key value username user email bearer basic n/a na tbd ' +
    'must should cannot is was has not the your enter example env input type field reset forgot confirm change ' +
    'encrypted hashed protected disabled enabled authentication authorization'
  ).split(' '),
);
/** What a template or a program has where the value will be; also what redaction has written. */
const TEMPLATE =
  /^(?:##|\$[({]|\$[A-Z_][A-Z0-9_]*$|\$[a-z_]+$|%[A-Za-z_]+%$|%[sdv]$|\{\{|\{[\w.]*\}$|<[^>]*>$|\[[^\]]*\]$|@[A-Za-z]+$)/;
/** A place where the value is kept, and words for the reader to replace. */
const REFERENCE =
  /^(?:process\.env|os\.environ|env[.(:]|getenv|vault:|secrets?\.|ref\+|your[-_ ]|my[-_ ](?:password|secret|token|api)|insert[-_ ]|replace[-_ ]|https?:\/\/|\.{0,2}\/|~\/)/i;
/** One character again and again, with or without separators: `****`, `xxxx-xxxx`, `......`. */
const MASKED = /^[*•xX._\-#0]+(?:\.{3})?$/;
const WORDS = /^[A-Za-z]+(?:[-_.: ][A-Za-z]+)*$/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const AWS_SECRET = /^[A-Za-z0-9/+]{40}$/;
const AZURE_KEY = /^[A-Za-z0-9/+]{86}==$/;
const WHITE_SPACE = /\s/;
const LONGEST_STOP_WORD = 16;
const SHORTEST_KEY = 8;
/** Digits alone are identifiers, unless there are very many; letters alone are words. */
const SHORTEST_DIGITS = 20;
const SHORTEST_LETTERS = 20;
const SHORTEST_PASSWORD = 4;
const SHORTEST_NUMBER = 6;
const MOST_PASSWORD_WORDS = 3;

/** How sure it is that a value is the secret its name announces, from 0 (it is not) to 1. */
export function confidenceOfSecret(kind: SecretKind, value: string, writing: Writing): number {
  const confidence = kind === 'password' ? confidenceOfPassword(value, writing) : confidenceOfKey(value, writing);
  if (confidence === 0 || (value.length <= LONGEST_STOP_WORD && STOP_WORDS.has(value.toLowerCase()))) {
    return 0;
  }
  if (TEMPLATE.test(value) || MASKED.test(value) || isCrossedOut(value)) {
    return 0;
  }
  // An AWS key is not taken for a path: base64 may begin with a slash.
  return REFERENCE.test(value) && !(kind === 'aws_key' && AWS_SECRET.test(value)) ? 0 : confidence;
}

/** The type of finding for a named secret: the provider's own where the value has that provider's form. */
export function typeOfSecret(kind: SecretKind, value: string): string {
  if (kind === 'aws_key') {
    return AWS_SECRET.test(value) ? 'aws_key' : 'secret';
  }
  if (kind === 'azure_storage_key') {
    return AZURE_KEY.test(value) ? 'azure_storage_key' : 'api_key';
  }
  return kind;
}

function confidenceOfKey(value: string, writing: Writing): number {
  if (value.length < SHORTEST_KEY || WHITE_SPACE.test(value)) {
    return 0;
  }
  if (hasDigit(value)) {
    return NUMBER.test(value) && value.length < SHORTEST_DIGITS ? 0 : 0.7;
  }
  if (value.length < SHORTEST_LETTERS) {
    return 0;
  }
  const random = /[A-Z]/.test(value) && /[a-z]/.test(value) && !WORDS.test(value.slice(1));
  return random || (writing !== 'bare' && /^[A-Za-z]+$/.test(value)) ? 0.5 : 0;
}

function confidenceOfPassword(value: string, writing: Writing): number {
  const count = writing === 'bare' && NUMBER.test(value) && value.length < SHORTEST_NUMBER;
  if (value.length < SHORTEST_PASSWORD || count) {
    return 0;
  }
  if (WHITE_SPACE.test(value)) {
    return hasDigit(value) && value.split(/\s+/, MOST_PASSWORD_WORDS + 1).length <= MOST_PASSWORD_WORDS ? 0.6 : 0;
  }
  if (/[\d!@#$%^&*?~+]/.test(value)) {
    return 0.8;
  }
  return writing === 'quoted' || /^[A-Za-z]+$/.test(value) ? 0.6 : 0;
}
