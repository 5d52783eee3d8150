import { isIP } from 'node:net';
import { posix } from 'node:path';
import { type Kleene, and, negated, or, UNKNOWN } from './kleene.js';
import { globMatches, regexFinds } from './reference-patterns.js';
import { windowHolds, type Window } from './reference-time.js';

/** A mapping of a document, read without looking twice. */
export type Mapping = Readonly<Record<string, unknown>>;

/** What conditions can ask about. */
export interface Facts {
  readonly roots: Mapping;
  readonly now: Date;
}

const MISSING = Symbol('missing');
/** What lies inside a value that has no inside. */
const NOWHERE = Symbol('nowhere');

/** `when`: a mapping is the conjunction of its entries. */
export function whenHolds(when: Mapping, facts: Facts): Kleene {
  return and(Object.entries(when).map(([key, operand]) => entryHolds(key, operand, facts)));
}

function entryHolds(key: string, operand: unknown, facts: Facts): Kleene {
  if (key === 'all') return and((operand as Mapping[]).map((when) => whenHolds(when, facts)));
  if (key === 'any') return or((operand as Mapping[]).map((when) => whenHolds(when, facts)));
  if (key === 'not') return negated(whenHolds(operand as Mapping, facts));
  if (key === 'time') return windowHolds(operand as Window, facts.now);
  const values = valuesAt(facts.roots, segmentsOf(key));
  return or(values.map((value) => operatorsHold(operand as Mapping, value)));
}

/** `conditions`: what the reference documents call them, about top-level arguments and UTC. */
export function conditionsHold(conditions: Mapping, facts: Facts): Kleene {
  const { time_after: after, time_before: before, weekdays, ...params } = conditions;
  const window = after === undefined && before === undefined && weekdays === undefined;
  const time = window || windowHolds({ after, before, weekdays } as Window, facts.now);
  const operators: Mapping = { param_matches: 'regex' };
  const held = Object.entries(params).flatMap(([condition, operands]) =>
    Object.entries(operands as Mapping).map(([name, operand]) => {
      const operator = (operators[condition] as string | undefined) ?? condition.slice('param_'.length);
      return operatorsHold({ [operator]: operand }, member(facts.roots['args'], name));
    }),
  );
  return and([time, ...held]);
}

/** `args.a[0]["b.c"][*]` -> `args`, `a`, 0, `b.c`, `*` as `[]`. */
function segmentsOf(path: string): (string | number | [])[] {
  return [...path.matchAll(/([^.[\]"]+)|\[(\d+)\]|\["([^"]*)"\]|\[\*\]/g)].map(
    ([, name, index, quoted]) => name ?? quoted ?? (index === undefined ? [] : Number(index)),
  );
}

/** Every value that a path leads to; one MISSING where it leads nowhere. */
function valuesAt(value: unknown, [segment, ...rest]: readonly (string | number | [])[]): unknown[] {
  if (segment === undefined) return [value];
  if (value === MISSING || value === null) return [MISSING];
  if (kindOf(value) !== (typeof segment === 'string' ? 'object' : 'array')) return [NOWHERE];
  if (typeof segment === 'string') return valuesAt(member(value, segment), rest);
  if (!Array.isArray(value)) throw new Error('not a list');
  if (typeof segment === 'number') return segment < value.length ? valuesAt(value[segment], rest) : [MISSING];
  return value.length === 0 ? [MISSING] : value.flatMap((element) => valuesAt(element, rest));
}

function member(value: unknown, name: string): unknown {
  return kindOf(value) === 'object' && Object.hasOwn(value as object, name) ? (value as Mapping)[name] : MISSING;
}

/** A mapping of operators is their conjunction. A missing value makes all of them false but `exists: false`. */
function operatorsHold(operators: Mapping, value: unknown): Kleene {
  return and(
    Object.entries(operators).map(([operator, operand]) => {
      if (value === NOWHERE) return UNKNOWN;
      if (operator === 'exists') return (value !== MISSING) === operand;
      return value === MISSING ? false : holds(operator, operand, value);
    }),
  );
}

function holds(operator: string, operand: unknown, value: unknown): Kleene {
  const text = typeof value === 'string' ? value : undefined;
  switch (operator) {
    case 'eq':
      return same(value, operand);
    case 'ne':
      return !same(value, operand);
    case 'in':
      return listOf(operand).some((one) => same(value, one));
    case 'not_in':
      return !listOf(operand).some((one) => same(value, one));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return compared(operator, value, operand);
    case 'type':
      return listOf(operand).some((kind) => kind === kindOf(value) || (kind === 'integer' && Number.isInteger(value)));
    case 'contains':
      return contains(value, operand);
    case 'not_contains':
      return negated(contains(value, operand));
    case 'length':
      return length(value, operand);
    case 'starts_with':
      return text === undefined ? UNKNOWN : text.startsWith(operand as string);
    case 'ends_with':
      return text === undefined ? UNKNOWN : text.endsWith(operand as string);
    case 'glob':
      return text === undefined ? UNKNOWN : globMatches(operand as string, text);
    case 'regex':
      return text === undefined ? UNKNOWN : regexFinds(operand as string, text);
    case 'within_path':
      return text === undefined ? UNKNOWN : or(listOf(operand).map((folder) => within(text, folder as string)));
    case 'host_in':
      return text === undefined ? UNKNOWN : hostIn(text, listOf(operand) as string[]);
    case 'cidr_in':
      return text === undefined ? UNKNOWN : addressIn(text, listOf(operand) as string[]);
    default:
      throw new Error(`no operator ${operator}`);
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

/** Deep equality of JSON values. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (kindOf(a) !== kindOf(b) || typeof a !== 'object') return false;
  const [left, right] = [a as Mapping, b as Mapping];
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && same(left[name], right[name]));
}

function compared(operator: string, value: unknown, operand: unknown): Kleene {
  if (typeof value !== typeof operand || !['string', 'number'].includes(typeof value)) return UNKNOWN;
  const [left, right] = [value as string, operand as string];
  if (operator === 'gt') return left > right;
  if (operator === 'gte') return left >= right;
  return operator === 'lt' ? left < right : left <= right;
}

function contains(value: unknown, operand: unknown): Kleene {
  if (Array.isArray(value)) return value.some((element) => same(element, operand));
  return typeof value === 'string' && typeof operand === 'string' ? value.includes(operand) : UNKNOWN;
}

function length(value: unknown, operand: unknown): Kleene {
  if (typeof value !== 'string' && !Array.isArray(value)) return UNKNOWN;
  return operatorsHold(typeof operand === 'number' ? { eq: operand } : (operand as Mapping), Array.from(value).length);
}

/** Whether a path lies in a folder, once `.`, `..` and repeated slashes are resolved. */
function within(value: string, folder: string): Kleene {
  // What another reader may decode to a dot or a slash, or what nobody can decode.
  if (value.includes('\0') || /%2[ef]|%5c|%(?![\da-f]{2})/i.test(value)) return UNKNOWN;
  const drive = /^[a-z]:[\\/]/i;
  let path = value;
  if (/^file:/i.test(value)) {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !['', 'localhost'].includes(url.host)) return UNKNOWN;
    path = decodeURIComponent(url.pathname);
    if (drive.test(folder)) path = path.slice(1);
    if (path.includes('\0')) return UNKNOWN;
  }
  if (drive.test(folder)) return drive.test(path) ? inside(windows(path), windows(folder)) : UNKNOWN;
  if (!path.startsWith('/') || path.includes('\\')) return UNKNOWN;
  return inside(path, folder);
}

function windows(path: string): string {
  return `/${path.replaceAll('\\', '/').toLowerCase()}`;
}

function inside(path: string, folder: string): boolean {
  return `${posix.resolve('/', path)}/`
    .replace('//', '/')
    .startsWith(`${posix.resolve('/', folder)}/`.replace('//', '/'));
}

function hostIn(value: string, hosts: readonly string[]): Kleene {
  const host = URL.canParse(value) ? new URL(value).hostname.toLowerCase().replace(/\.$/, '') : '';
  return host === '' ? UNKNOWN : hosts.some((pattern) => globMatches(pattern.toLowerCase().replace(/\.$/, ''), host));
}

function addressIn(value: string, networks: readonly string[]): Kleene {
  if (isIP(value) === 0 || value.includes('%')) return UNKNOWN;
  const address = bitsOf(value);
  return networks.some((network) => {
    const [base, prefix] = network.split('/') as [string, string?];
    const bits = bitsOf(base);
    const mapped = isIP(base) === 6 && bits.length === 32 ? 96 : 0;
    const length = prefix === undefined ? bits.length : Number(prefix) - mapped;
    return bits.length === address.length && address.startsWith(bits.slice(0, length));
  });
}

/** An address as a row of zeros and ones; an IPv4 address in IPv6 clothes as IPv4. */
function bitsOf(address: string): string {
  if (isIP(address) === 4)
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [front, back] = [groups(head), groups(tail ?? '')];
  const zeros = Array<string>(8 - front.length - back.length).fill('0');
  const bits = [...front, ...zeros, ...back].map((group) => parseInt(group, 16).toString(2).padStart(16, '0')).join('');
  return /^0{80}1{16}/.test(bits) ? bits.slice(96) : bits;
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
