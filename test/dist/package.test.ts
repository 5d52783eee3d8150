import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rmSync } from 'node:fs';
import { Consumer, manifest, run, specifiers } from './consumer.js';

/** Packing and installing from a cold cache takes its time on a slow machine. */
const PATIENCE_MS = 300_000;

/** What only a subpath may load: hosts, servers, database drivers. */
const NOT_FROM_THE_ROOT = [
  ...['fastmcp', '@modelcontextprotocol/sdk', '@modelcontextprotocol/server', '@modelcontextprotocol/client'],
  ...['@modelcontextprotocol/core', 'express', 'fastify', 'hono', '@hono/node-server', 'undici'],
  ...['pg', 'ioredis', 'redis', '@redis/client', 'libsql', 'better-sqlite3', 'kysely'],
];

/** The packages that files belong to. */
function packagesOf(files: readonly string[]): string[] {
  const names = files.map((file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

describe('the packed package', () => {
  const consumer = new Consumer();
  beforeAll(() => consumer.install(), PATIENCE_MS);
  afterAll(() => rmSync(consumer.folder, { recursive: true, force: true }));

  test('without any host, the root imports', () => {
    expect(consumer.node(`await import('mcp-governance'); console.log('ok');`)).toBe('ok\n');
  });

  test('without any host, the command line answers', () => {
    expect(run(consumer.folder, 'npx', ['--no-install', 'mcp-governance', '--version']).trim()).toBe(manifest.version);
    expect(run(consumer.folder, 'npx', ['--no-install', 'mcp-governance', '--help'])).toContain('mcp-governance');
  }, 60_000);

  test('without ioredis, an address of Redis is refused at once, and the text says what to install', () => {
    const program = `
      const { GovernanceMiddleware } = await import('mcp-governance');
      try { new GovernanceMiddleware({ rateLimitStore: 'redis://127.0.0.1' }); } catch (e) { console.log(e.name, e.message); }`;
    expect(consumer.node(program)).toBe(
      'ConfigError To count in Redis, the package ioredis is needed: npm install ioredis\n',
    );
  });

  describe('beside its hosts', () => {
    beforeAll(() => {
      const present = NOT_FROM_THE_ROOT.filter((name) => name in manifest.devDependencies);
      consumer.add([...new Set([...Object.keys(manifest.peerDependencies ?? {}), ...present, '@types/node'])]);
    }, PATIENCE_MS);

    test.each(specifiers)('%s imports under plain node', (specifier) => {
      const names = consumer.node(
        `console.log(Object.keys(await import(${JSON.stringify(specifier)})).length); process.exit(0);`,
      );
      expect(Number(names)).toBeGreaterThan(0);
    });

    test('the root loads no host, no server and no database driver, though they are there', () => {
      const packages = packagesOf(consumer.filesLoadedBy('mcp-governance'));
      // The probe sees ES modules and CommonJS: without this, an empty list would prove nothing.
      expect(packages).toEqual(expect.arrayContaining(['mcp-governance', 'zod']));
      expect(packages.filter((name) => NOT_FROM_THE_ROOT.includes(name))).toEqual([]);
      expect(packages.filter((name) => name.startsWith('@modelcontextprotocol/'))).toEqual([]);
    });

    test('the probe would have seen one', () => {
      expect(packagesOf(consumer.filesLoadedBy('mcp-governance/fastmcp'))).toContain('fastmcp');
      expect(packagesOf(consumer.filesLoadedBy('pg'))).toContain('pg');
    }, 30_000);

    test('the demo runs, and every call ends as it should', () => {
      const lines = JSON.parse(run(consumer.folder, 'npx', ['--no-install', 'mcp-governance', 'demo', '--json'])) as {
        outcome: string;
        expected: string;
      }[];
      expect(lines.length).toBeGreaterThan(20);
      expect(lines.filter(({ outcome, expected }) => outcome !== expected)).toEqual([]);
    }, 60_000);

    test('types resolve for every subpath, strictly', () => {
      const lines = (specifier: string) =>
        `import * as door from '${specifier}';\nexport const names: string[] = Object.keys(door);\n`;
      const files = Object.fromEntries(specifiers.map((name, index) => [`consumer-${index}.ts`, lines(name)]));
      expect(consumer.typeErrors(files)).toEqual([]);
    }, 120_000);
  });
});
