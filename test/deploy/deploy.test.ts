import { beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { controlplane } from '../../src/cli/controlplane.js';
import { ENVIRONMENT } from '../../src/config/env.js';
import { healthz } from '../../src/wire/operations.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json'));

/** Lines of a Dockerfile, joined where they go on, without comments. */
const dockerfile = read('deploy/Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '');
const lastOf = (instruction: string): string =>
  dockerfile.findLast((line) => line.startsWith(`${instruction} `))?.slice(instruction.length + 1) ?? '';
const compose = parse(read('deploy/compose.yaml'));
const unit = read('deploy/mcp-governance-controlplane.service');
const settingOf = (name: string): string | undefined => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1];
const guide = read('docs/guides/deployment.md');

/** Everything that starts the service, as words after `mcp-governance`. */
const COMMANDS: [where: string, words: readonly string[]][] = [
  ['Dockerfile', JSON.parse(lastOf('CMD'))],
  ['compose.yaml', compose.services.controlplane.command],
  ['unit', (settingOf('ExecStart') ?? '').split(' ').slice(1)],
];

describe('the files of deploy/', () => {
  test.each(COMMANDS)('%s starts a command with flags that there are', (_, words) => {
    expect(words[0]).toBe(controlplane.name);
    const flags = words.filter((word) => word.startsWith('--'));
    expect(flags).toContain('--host');
    for (const flag of flags) expect(controlplane.help).toContain(`  ${flag} `);
  });

  test('name the port, the health check and the database as the service does', () => {
    const [, port] = /default (\d+)\n/.exec(controlplane.help.slice(controlplane.help.indexOf('--port n  '))) ?? [];
    expect(port).toBeDefined();
    expect(lastOf('EXPOSE')).toBe(port);
    const [program, ...args] = JSON.parse(/CMD (\[.*\])$/.exec(lastOf('HEALTHCHECK'))?.[1] ?? '[]') as string[];
    expect(program).toBe('node');
    expect(args[1]).toContain(`http://127.0.0.1:${port}${healthz.path}'`);
    expect(compose.services.controlplane.ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(settingOf('ExecStart')).toContain(`--port ${port}`);
    expect(controlplane.help).toContain('DATABASE_URL');
    expect(controlplane.help).toContain('REDIS_URL');
    expect(Object.keys(compose.services.controlplane.environment)).toEqual(['DATABASE_URL', 'REDIS_URL']);
  });

  test('the health check says so where nobody answers', () => {
    const [program = '', ...args] = JSON.parse(
      (/CMD (\[.*\])$/.exec(lastOf('HEALTHCHECK'))?.[1] ?? '[]').replace(/:\d+\//, ':9/'),
    ) as string[];
    expect(spawnSync(program, args).status).toBe(1);
  });

  test('the image runs a Node that we support, as nobody of note, from what the build makes', () => {
    const bases = dockerfile.filter((line) => line.startsWith('FROM '));
    expect(new Set(bases.map((line) => line.split(' ')[1]))).toEqual(new Set(['node:20-bookworm-slim']));
    expect(manifest.engines.node).toMatch(/^>=20\./);
    expect(lastOf('USER')).toBe('node');
    expect(lastOf('ENTRYPOINT')).toBe('["mcp-governance"]');
    expect(dockerfile.join('\n')).toContain(`/app/${manifest.bin['mcp-governance']}`);
    for (const name of ['pg', 'ioredis']) {
      expect(manifest.peerDependencies[name]).toBeDefined();
      expect(manifest.devDependencies[name]).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });

  test('all that the image copies is there, and let through', () => {
    const ignored = read('deploy/Dockerfile.dockerignore').split('\n');
    expect(ignored).toContain('*');
    const passed = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    for (const path of passed) expect(existsSync(join(root, path))).toBe(true);
    const copied = dockerfile
      .filter((line) => /^COPY (?!--from)/.test(line))
      .flatMap((line) => line.split(' ').slice(1, -1));
    for (const path of copied) expect(path === '.' || passed.includes(path)).toBe(true);
    const settings = /const SETTINGS = \[(.*)\]/.exec(read('scripts/build.mjs'))?.[1] ?? '';
    for (const [, path = ''] of settings.matchAll(/'([^']+)'/g)) expect(passed).toContain(path);
  });

  test('no secret has a default, and nothing but this machine is listened to', () => {
    const text = read('deploy/compose.yaml');
    for (const [, name, rest = ''] of text.matchAll(/\$\{(\w*PASSWORD)([^}]*)\}/g)) {
      expect([name, rest]).toEqual([name, expect.not.stringMatching(/^:?-/)]);
    }
    expect(read('deploy/example.env')).toMatch(/^POSTGRES_PASSWORD=$/m);
    expect(read('deploy/example.env')).toMatch(/^REDIS_PASSWORD=$/m);
    const services: { ports?: string[] }[] = Object.values(compose.services);
    for (const port of services.flatMap(({ ports = [] }) => ports)) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test.each(['NoNewPrivileges', 'PrivateTmp', 'ProtectHome', 'PrivateDevices', 'RestrictNamespaces'])(
    'the unit has %s',
    (name) => {
      expect(settingOf(name)).toBe('yes');
    },
  );

  test('the unit lets the service write to its own folder alone', () => {
    expect(settingOf('ProtectSystem')).toBe('strict');
    expect(settingOf('WorkingDirectory')).toBe(`%S/${settingOf('StateDirectory')}`);
    expect(settingOf('ReadWritePaths')).toBeUndefined();
    expect(settingOf('User')).toBe('mcp-governance');
  });
});

describe('the guide', () => {
  let commands: string[];
  beforeAll(() => {
    commands = [...guide.matchAll(/^(?:npx )?mcp-governance (controlplane.*)$/gm)].map(([, words = '']) => words);
  });

  test('names commands that there are', () => {
    expect(commands.length).toBeGreaterThan(3);
    for (const words of commands) {
      const [, word] = words.split(' ');
      if (word !== undefined) expect(controlplane.help).toMatch(new RegExp(`^  ${word} `, 'm'));
    }
  });

  test('names variables that there are', () => {
    const known = ENVIRONMENT.map(({ name }) => name);
    for (const [name] of guide.matchAll(/MCP_GOVERNANCE_\w+/g)) expect(known).toContain(name);
  });
});
