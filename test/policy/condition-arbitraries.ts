import fc from 'fast-check';
import type { JsonObject } from '../../src/call/json.js';
import {
  ADDRESSES,
  AGENTS,
  anything,
  lookalike,
  maybe,
  ROLES,
  SERVERS,
  shape,
  TEXTS,
  TOOLS,
  URLS,
} from './vocabulary.js';

type Operands = Readonly<Record<string, fc.Arbitrary<unknown>>>;

const text = fc.constantFrom(...TEXTS);
const number = fc.constantFrom(0, 1, 2, 3, 5, 5.5, 1000);
const NAMES = [...TOOLS, ...SERVERS, ...AGENTS, ...ROLES];
const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
const REGEXES = ['^select\\b', '(?i)^\\s*select\\b', ';', '[a-c]+$', '\\d', '^(INSERT|UPDATE) ', 'a.c', '^$', '^/srv/'];
const GLOBS = ['*', 'a*', '*c', 'a?c', '[a-b]*', '[!a]*', '/srv/*', '*.txt', 'SELECT*', '?', 'read_*', 'a[*]c'];
const FOLDERS = ['/srv/data', '/srv/data/', '/', '/srv/./data/../data', '/tmp', 'C:\\data', 'c:/Data/'];
const HOSTS = ['example.com', '*.example.com', 'Example.COM', '10.0.0.1', '*', 'evil.test'];
const NETWORKS = [
  '10.0.0.0/8',
  '10.0.0.1',
  '192.168.0.0/16',
  '::1',
  '2001:db8::/32',
  '0.0.0.0/0',
  '::/0',
  '10.1.2.3/32',
];

function some<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.array(arbitrary, { minLength: 1, maxLength: 3 });
}

function oneOrSome(from: readonly string[]): fc.Arbitrary<unknown> {
  return fc.oneof(fc.constantFrom(...from), some(fc.constantFrom(...from)));
}

const comparisons: Operands = { gt: number, gte: number, lt: number, lte: number };
const lengths = fc.oneof(fc.constantFrom(0, 1, 2, 3), mapping({ ...comparisons, eq: number }));

/** Every operator there is, with operands that it takes. */
const OPERANDS: Operands = {
  eq: fc.oneof(text, anything),
  ne: fc.oneof(text, anything),
  in: some(fc.oneof(text, anything)),
  not_in: some(fc.oneof(text, anything)),
  gt: fc.oneof(number, text),
  gte: fc.oneof(number, text),
  lt: fc.oneof(number, text),
  lte: fc.oneof(number, text),
  exists: fc.boolean(),
  type: oneOrSome(TYPES),
  starts_with: fc.constantFrom('a', 'SEL', '/srv', 'read_', 'b'),
  ends_with: fc.constantFrom('c', '1', '.txt', '_file', 'n'),
  contains: fc.oneof(text, number, anything),
  not_contains: fc.oneof(text, number, anything),
  glob: fc.constantFrom(...GLOBS),
  regex: fc.constantFrom(...REGEXES),
  length: lengths,
  within_path: oneOrSome(FOLDERS),
  host_in: some(fc.constantFrom(...HOSTS)),
  cidr_in: some(fc.constantFrom(...NETWORKS)),
};

/** Operators that suit what stands at a path; any other may be asked there, too. */
const SUITED: Readonly<Record<string, Operands>> = {
  'args.path': only('within_path', 'starts_with', 'regex', 'exists', 'glob'),
  'args.url': { ...only('host_in', 'starts_with'), eq: fc.constantFrom(...URLS) },
  'args.ip': { ...only('cidr_in'), in: some(fc.constantFrom(...ADDRESSES)) },
  'args.n': { ...comparisons, ...only('type'), eq: number, in: some(number), not_in: some(number), ne: number },
  'args.text': { ...only('regex', 'glob', 'contains', 'not_contains', 'length', 'ends_with'), ne: text, lt: text },
  'args.flag': { eq: fc.boolean(), ...only('type', 'exists') },
  'args.any': {
    eq: lookalike,
    ne: lookalike,
    in: some(lookalike),
    not_in: some(lookalike),
    ...only('contains', 'type'),
  },
  'args.list': only('contains', 'not_contains', 'length', 'type'),
  'args.list[0]': only('eq', 'ne', 'gt', 'exists', 'regex'),
  'args.list[*]': only('eq', 'ne', 'gt', 'exists', 'regex', 'in', 'type'),
  'args.items[*].id': { ...comparisons, ...only('exists', 'type'), ne: number, eq: number, not_in: some(number) },
  'args.items[1].tag': only('eq', 'exists', 'contains'),
  'args.items.length': only('gt', 'exists'),
  'args.deep.a.b[*]': { ...comparisons, ...only('exists', 'eq') },
  'args["a.b"]': only('eq', 'exists', 'length'),
  'args.a.b': only('exists'),
  'args.toString': only('exists', 'type'),
  'args.text[0]': only('exists', 'eq'),
  'principal.agent': {
    eq: fc.constantFrom(...AGENTS),
    ne: fc.constantFrom(...AGENTS),
    ...only('glob', 'length', 'exists'),
  },
  'principal.user': { ...only('starts_with', 'exists'), in: some(fc.constantFrom('u1', 'u2', 'root', '')) },
  'principal.role': {
    eq: fc.constantFrom(...ROLES),
    in: some(fc.constantFrom(...ROLES)),
    ...only('exists', 'contains'),
  },
  'principal.teams': { contains: fc.constantFrom('red', 'blue'), ...only('length', 'type') },
  'principal.teams[*]': { eq: fc.constantFrom('red', 'blue') },
  server: { in: some(fc.constantFrom(...SERVERS, '')), ne: fc.constantFrom(...SERVERS), ...only('glob') },
  tool: { in: some(fc.constantFrom(...NAMES)), ...only('ends_with', 'glob', 'length') },
  'annotations.destructiveHint': { eq: fc.boolean(), exists: fc.boolean() },
  'annotations.readOnlyHint': { ne: fc.boolean(), exists: fc.boolean() },
};

function only(...names: string[]): Operands {
  return Object.fromEntries(names.map((name) => [name, OPERANDS[name]!]));
}

/** One or two operators with their operands. */
function mapping(operands: Operands): fc.Arbitrary<JsonObject> {
  const one = fc.oneof(
    ...Object.entries(operands).map(([name, operand]) => operand.map((drawn) => ({ [name]: drawn }))),
  );
  return fc.oneof(
    { weight: 5, arbitrary: one },
    { weight: 1, arbitrary: fc.tuple(one, one).map(([a, b]): JsonObject => ({ ...a, ...b })) },
  );
}

const PATH_NAMES = Object.keys(SUITED);
const asked: fc.Arbitrary<JsonObject> = fc.oneof(
  ...Object.entries(SUITED).map(([path, operands]) => ({
    weight: path.startsWith('args.') ? 3 : 1,
    arbitrary: mapping(operands).map((operators) => ({ [path]: operators })),
  })),
  {
    weight: 12,
    arbitrary: fc.tuple(fc.constantFrom(...PATH_NAMES), mapping(OPERANDS)).map(([path, all]) => ({ [path]: all })),
  },
);

/** Two times that differ: what equal ones mean is not defined. */
const hours = fc
  .uniqueArray(fc.constantFrom('00:00', '06:30', '08:00', '18:00', '22:00', '23:59'), { minLength: 2, maxLength: 2 })
  .map(([after, before]) => ({ after: after!, before: before! }));
const weekdays = fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 });
const bounds = fc.oneof(
  { weight: 4, arbitrary: hours },
  { weight: 1, arbitrary: hours.map(({ after }) => ({ after })) },
  { weight: 1, arbitrary: hours.map(({ before }) => ({ before })) },
);
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland');
const time: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.tuple(bounds, shape({ zone: maybe(zone, 2), weekdays: maybe(weekdays, 1) })).map(([a, b]) => ({ ...a, ...b })),
  fc.record({ weekdays }, { noNullPrototype: true }),
);

const entries = (parts: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> =>
  fc.array(parts, { minLength: 1, maxLength: 2 }).map((all): JsonObject => Object.assign({}, ...all));

/** A `when` with conditions of every operator, nested up to three levels. */
export const when: fc.Arbitrary<JsonObject> = fc.letrec<{ when: JsonObject }>((tie) => ({
  when: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    { weight: 6, arbitrary: entries(asked) },
    { weight: 1, arbitrary: time.map((window) => ({ time: window })) },
    { weight: 1, arbitrary: fc.array(tie('when'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })) },
    { weight: 1, arbitrary: fc.array(tie('when'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })) },
    { weight: 1, arbitrary: tie('when').map((not) => ({ not })) },
    { weight: 1, arbitrary: fc.tuple(entries(asked), tie('when')).map(([a, not]) => ({ ...a, not })) },
  ),
})).when;

const ARGUMENTS = ['n', 'text', 'path', 'list', 'flag', 'a.b', 'toString', 'items'];
const named = (operand: fc.Arbitrary<unknown>): fc.Arbitrary<JsonObject> =>
  fc.dictionary(fc.constantFrom(...ARGUMENTS), operand, { minKeys: 1, maxKeys: 2, noNullPrototype: true });

/** `conditions` in the words of the reference documents. */
export const conditions: fc.Arbitrary<JsonObject> = fc
  .tuple(
    shape<JsonObject>({
      param_eq: maybe(named(OPERANDS['eq']!), 0.3),
      param_gt: maybe(named(number), 0.3),
      param_lt: maybe(named(number), 0.3),
      param_gte: maybe(named(number), 0.2),
      param_lte: maybe(named(number), 0.2),
      param_contains: maybe(named(text), 0.3),
      param_matches: maybe(named(fc.constantFrom(...REGEXES)), 0.4),
      weekdays: maybe(weekdays, 0.2),
    }),
    maybe(
      hours.map(({ after, before }) => ({ time_after: after, time_before: before })),
      0.3,
    ),
    maybe(
      hours.map(({ after }) => ({ time_after: after })),
      0.1,
    ),
  )
  .map(([all, both, after]): JsonObject => ({ ...all, ...(both ?? after) }))
  .filter((all) => Object.keys(all).length > 0);
