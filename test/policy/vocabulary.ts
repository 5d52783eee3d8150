import fc from 'fast-check';
import type { JsonObject } from '../../src/call/json.js';

/** Few names, so that rules and calls meet; with prefixes and suffixes in common, so that an index has work. */
export const SERVERS = ['files', 'files-backup', 'db', 'mail'] as const;
/** Tools of all servers. */
export const TOOLS = [
  ...['read_file', 'read_dir', 'write_file', 'write_row', 'delete_file', 'query', 'send_mail', 'send_sms'],
] as const;
/** Names of agents. */
export const AGENTS = ['bot', 'bot-2', 'ann'] as const;
/** Ids of users. */
export const USERS = ['u1', 'u2', 'root'] as const;
/** Roles of principals. */
export const ROLES = ['analyst', 'admin'] as const;

/** An arbitrary that is left out of its shape sometimes; it is there `odds` times as often as not. */
export function maybe<T>(arbitrary: fc.Arbitrary<T>, odds: number): fc.Arbitrary<T | undefined> {
  const there = { weight: Math.round(odds * 20), arbitrary };
  return fc.oneof(there, { weight: 20, arbitrary: fc.constant(undefined) });
}

/** A record without the members that are undefined. */
export function shape<T extends object>(members: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<
  Present<T>
> {
  return fc
    .record(members as Record<string, fc.Arbitrary<unknown>>)
    .map((drawn) => Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined)) as Present<T>);
}

/** Members that may be undefined are optional. */
type Present<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> } & {
  [Name in keyof T as undefined extends T[Name] ? never : Name]: T[Name];
};

/** Times about the borders of the windows that documents draw, on all days of a week, with both summer and winter. */
export const instant: fc.Arbitrary<Date> = fc
  .tuple(
    fc.constantFrom('2026-01-05', '2026-03-28', '2026-03-29', '2026-07-11', '2026-07-12', '2026-10-25', '2026-11-19'),
    fc.constantFrom(0, 1, 5, 6, 7, 8, 12, 16, 17, 18, 21, 22, 23),
    fc.constantFrom(0, 1, 29, 30, 59),
  )
  .map(([day, hour, minute]) => new Date(Date.parse(`${day}T00:00:00Z`) + (hour * 60 + minute) * 60_000));

/** Texts that may be paths. */
export const PATHS = [
  ...[
    '/srv/data/a.txt',
    '/srv/data',
    '/srv/data/',
    '/srv/database',
    '/srv/data/../etc',
    '/srv//data/./b',
    '/',
    '/etc/x',
  ],
  ...[
    '/../srv/data/x',
    'srv/data/x',
    './x',
    '~/x',
    '/srv/data\\..\\x',
    '/srv/data/%2e%2e/x',
    '/srv/data/%2Fx',
    '/tmp/a b',
  ],
  ...[
    'file:///srv/data/a',
    'file:///srv/data/../x',
    'file:///tmp/a%20b',
    'file://host/srv/data/a',
    'file:///srv/%2e%2e/x',
  ],
  ...['C:\\Data\\a', 'c:/data/../x', 'C:/DATA/sub', 'D:/data', 'file:///C:/data/a', '/srv/data/a\0', ''],
] as const;
/** Texts that may be URLs. */
export const URLS = [
  ...['https://example.com/a', 'https://API.example.com', 'https://a.b.example.com:8080/', 'http://example.com./'],
  ...['https://example.com@evil.test/', 'https://evil.test/?example.com', 'ftp://example.com', 'mailto:a@example.com'],
  ...['example.com', 'https://', 'custom://Example.COM/x', 'http://10.0.0.1/', 'file:///x', 'https:\\\\evil.test\\a'],
] as const;
/** Texts that may be addresses. */
export const ADDRESSES = [
  ...['10.0.0.1', '10.1.2.3', '192.168.0.5', '::1', '::ffff:10.0.0.1', '::ffff:c0a8:5', '2001:db8::1', '2001:DB8:1::'],
  ...['10.0.0.256', '10.0.0', 'localhost', '0x0a.0.0.1', '10.0.0.1/8', '127.0.0.1'],
] as const;
/** Texts of no particular kind. */
export const TEXTS = [
  ...['', 'a', 'b', 'abc', 'SELECT 1', 'select 1; DROP TABLE x', 'INSERT x', 'a.b', '12', 'a*c', '😀', 'é', 'Straße'],
] as const;

const text = fc.constantFrom(...TEXTS);
const number = fc.constantFrom(0, 1, 2, 5, 5.5, -1, 1000, 1e21);

/** Any value, of any type. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom<unknown>([], {}, [1, 'a'], ['a', ['b']], { a: 1 }, { a: { b: [1] } }, [{ id: 1 }]),
);

/** Values that differ in little, or in nothing but their order. */
export const lookalike: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  ...[
    1,
    '1',
    true,
    null,
    [1],
    [1, 2],
    [2, 1],
    [[1, 2]],
    { a: 1 },
    { a: 1, b: 2 },
    { b: 2, a: 1 },
    { a: 1, b: 3 },
    { a: 1, c: 2 },
  ],
);

/** Mostly of the type one would expect. */
function mostly<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: arbitrary }, { weight: 1, arbitrary: anything });
}

const item = shape<JsonObject>({ id: maybe(mostly(number), 6), tag: maybe(text, 1) });

/** Arguments of a call: present, missing, of wrong types, nested, in lists. */
export const args: fc.Arbitrary<JsonObject> = shape<JsonObject>({
  path: maybe(mostly(fc.constantFrom(...PATHS)), 2),
  url: maybe(mostly(fc.constantFrom(...URLS)), 2),
  ip: maybe(mostly(fc.constantFrom(...ADDRESSES)), 2),
  n: maybe(mostly(number), 3),
  text: maybe(mostly(text), 3),
  flag: maybe(mostly(fc.boolean()), 1),
  list: maybe(mostly(fc.array(fc.oneof(text, number), { maxLength: 3 })), 2),
  items: maybe(mostly(fc.array(fc.oneof(item, item, item, anything), { maxLength: 3 })), 2),
  deep: maybe(
    mostly(
      shape<JsonObject>({
        a: maybe(mostly(shape<JsonObject>({ b: maybe(mostly(fc.array(number, { maxLength: 2 })), 4) })), 4),
      }),
    ),
    1,
  ),
  any: maybe(lookalike, 4),
  'a.b': maybe(mostly(text), 1),
});
