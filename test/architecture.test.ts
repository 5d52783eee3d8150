import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const BASE = ['call', 'errors'];
const CAPABILITIES = ['pii', 'policy', 'approval', 'rate-limit', 'audit', 'telemetry', 'pins'];
const PREPARED = [...BASE, 'config', 'wire', 'pipeline'];
const JUDGING = [...PREPARED, ...CAPABILITIES, 'connection', 'stages'];
const ENFORCING = [...JUDGING, 'governance-middleware'];

/** What each room may import besides itself, and what it may import types from only. */
const ARROWS: Record<string, { from: string[]; types?: string[] }> = {
  call: { from: [], types: ['errors'] },
  errors: { from: ['call'] },
  // Options are typed by the capabilities they configure; at run time config knows none of them.
  config: { from: BASE, types: CAPABILITIES },
  wire: { from: BASE },
  pipeline: { from: BASE },
  // Capabilities never meet one another: a stage is where two ideas meet.
  ...Object.fromEntries(CAPABILITIES.map((room) => [room, { from: PREPARED }])),
  connection: { from: [...PREPARED, ...CAPABILITIES] },
  stages: { from: [...PREPARED, ...CAPABILITIES, 'connection'] },
  // The enforcement point: src/enforcement, and every file that stands in src itself but the index.
  'governance-middleware': { from: JUDGING },
  sdk: { from: ENFORCING },
  fastmcp: { from: [...ENFORCING, 'sdk'] },
  // What governs the messages of one session, whoever carries them.
  session: { from: ENFORCING },
  client: { from: [...ENFORCING, 'session'] },
  proxy: { from: [...ENFORCING, 'session'] },
  controlplane: { from: [...BASE, 'policy', 'approval', 'audit', 'pins', 'wire'] },
  testing: { from: [...BASE, 'audit', 'approval'] },
  index: { from: ENFORCING },
  cli: { from: [...ENFORCING, 'sdk', 'fastmcp', 'client', 'proxy', 'controlplane', 'testing', 'index'] },
};

/** Packages that only some rooms may import, types included. */
const PACKAGES: [name: string, rooms: string[]][] = [
  ['rate-limiter-flexible', ['rate-limit']],
  ['ioredis', ['rate-limit']],
  ['fastmcp', ['fastmcp']],
  ['@modelcontextprotocol', ['sdk', 'fastmcp', 'client', 'cli']],
  ['undici', ['connection', 'approval']],
  ['eventsource-parser', ['connection']],
];

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
  /** Loaded when it is needed: `import('x')`. */
  readonly lazy: boolean;
}

/** Paths below src, with `/`, of every source file. */
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.[cm]?tsx?$/.test(path))
  .sort();

const text = (file: string) => readFileSync(join(root, 'src', file), 'utf8');

/** Everything a file imports: statements, re-exports, `import('x')` as a value and as a type. */
function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean, lazy = false) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const target = specifier.text.startsWith('.') ? posix.join(posix.dirname(file), specifier.text) : specifier.text;
    found.push({ file, target: specifier.text.startsWith('.') ? `src/${target}` : target, typeOnly, lazy });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly === true);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text(file), ts.ScriptTarget.Latest));
  return found;
}

/** The room of a path below src. */
function roomOf(path: string): string {
  if (/^index\.\w+$/.test(path)) return 'index';
  return path.includes('/') && !path.startsWith('enforcement/')
    ? path.slice(0, path.indexOf('/'))
    : 'governance-middleware';
}

const imports = files.flatMap(importsOf);
const inside = imports.filter(({ target }) => target.startsWith('src/'));
const outside = imports.filter(({ target }) => !target.startsWith('src/') && !target.startsWith('node:'));
const show = ({ file, target, typeOnly }: Import) => `src/${file} -> ${target}${typeOnly ? ' (type)' : ''}`;

describe('architecture', () => {
  test('every file stands in a room we know', () => {
    expect(files.filter((file) => !(roomOf(file) in ARROWS))).toEqual([]);
  });

  test.each(Object.entries(ARROWS))('%s imports from its left only', (room, { from, types = [] }) => {
    const forbidden = inside.filter(({ file, target, typeOnly }) => {
      const other = roomOf(target.slice('src/'.length));
      if (roomOf(file) !== room || other === room) return false;
      return !from.includes(other) && !(typeOnly && types.includes(other));
    });
    expect(forbidden.map(show)).toEqual([]);
  });

  test.each(PACKAGES)('%s is imported where it belongs', (name, rooms) => {
    const strays = outside.filter(
      ({ file, target }) => `${target}/`.startsWith(`${name}/`) && !rooms.includes(roomOf(file)),
    );
    expect(strays.map(show)).toEqual([]);
  });

  test('no file imports itself by a detour', () => {
    const next = new Map(files.map((file) => [`src/${file}`, new Set<string>()]));
    for (const { file, target, typeOnly } of inside) {
      if (!typeOnly) next.get(`src/${file}`)?.add(target.replace(/\.js$/, '.ts'));
    }
    // Files that import nothing that is left cannot be part of a circle: take them away until none is left to take.
    for (let before = -1; before !== next.size;) {
      before = next.size;
      for (const [file, targets] of next) if (![...targets].some((target) => next.has(target))) next.delete(file);
    }
    expect([...next.keys()]).toEqual([]);
  });

  test.each(['index.ts', 'sdk/index.ts', 'fastmcp/index.ts', 'client/index.ts', 'proxy/index.ts'])(
    '%s loads nothing that talks to a controlplane: doors that stand alone never do',
    (entry) => {
      const reached = new Set([`src/${entry}`]);
      const packages = new Set<string>();
      for (const file of reached) {
        for (const each of imports) {
          if (`src/${each.file}` !== file || each.typeOnly || each.lazy) continue;
          if (each.target.startsWith('src/')) reached.add(each.target.replace(/\.js$/, '.ts'));
          else packages.add(each.target);
        }
      }
      expect([...reached].filter((file) => /^src\/(connection|controlplane|wire)\//.test(file))).toEqual([]);
      expect([...packages].filter((name) => /^(undici|eventsource-parser|fastify|kysely|libsql)/.test(name))).toEqual(
        [],
      );
      expect(reached.size).toBeGreaterThan(5);
    },
  );

  test('every package that is imported is a dependency or a peer', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const stray = outside.filter(({ target }) => !declared.some((name) => `${target}/`.startsWith(`${name}/`)));
    expect(stray.map(show)).toEqual([]);
  });

  test('there is no drawer for everything', () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|misc)(\/|\.\w+$)/.test(file))).toEqual([]);
  });

  test('no file is longer than 400 lines', () => {
    expect(files.filter((file) => text(file).trimEnd().split('\n').length > 400)).toEqual([]);
  });
});
