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
const SHORTEST_KEY = 8;
const SHORTEST_PASSWORD = 4;
const SHORTEST_NUMBER = 6;
const MOST_PASSWORD_WORDS = 3;

/** How sure it is that a value is the secret its name announces, from 0 (it is not) to 1. */
export function confidenceOfSecret(kind: SecretKind, value: string, writing: Writing): number {
  if (STOP_WORDS.has(value.toLowerCase()) || TEMPLATE.test(value) || isMasked(value)) {
    return 0;
  }
  if (kind === 'aws_key' && AWS_SECRET.test(value)) {
    return 0.9; // Ahead of what looks like a path: base64 may begin with a slash.
  }
  if (REFERENCE.test(value)) {
    return 0;
  }
  if (kind === 'password') {
    return confidenceOfPassword(value, writing);
  }
  if (value.length < SHORTEST_KEY || /\s/.test(value) || (NUMBER.test(value) && value.length < 20)) {
    return 0;
  }
  if (!/\d/.test(value)) {
    const random = value.length >= 20 && /[A-Z]/.test(value) && /[a-z]/.test(value) && !WORDS.test(value.slice(1));
    return random || (writing !== 'bare' && value.length >= 20 && /^[A-Za-z]+$/.test(value)) ? 0.5 : 0;
  }
  return 0.7;
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

function confidenceOfPassword(value: string, writing: Writing): number {
  const count = writing === 'bare' && NUMBER.test(value) && value.length < SHORTEST_NUMBER;
  if (value.length < SHORTEST_PASSWORD || count) {
    return 0;
  }
  const words = value.split(/\s+/).length;
  if (words > 1) {
    return words <= MOST_PASSWORD_WORDS && /\d/.test(value) ? 0.6 : 0;
  }
  if (/[\d!@#$%^&*?~+]/.test(value)) {
    return 0.8;
  }
  return writing === 'quoted' || /^[A-Za-z]+$/.test(value) ? 0.6 : 0;
}

function isMasked(value: string): boolean {
  return MASKED.test(value) || (value.length - value.replace(/[xX*]/g, '').length) * 2 > value.length;
}
