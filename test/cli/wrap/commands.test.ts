import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCli } from '../../../src/cli/run-cli.js';
import { knownPlaces } from '../../../src/cli/wrap/known-places.js';
import { writePlaces } from '../../../src/cli/wrap/list-places.js';
import { FakeTerminal } from '../run.js';
import { ALL, CLAUDE_CODE, CLAUDE_DESKTOP, VS_CODE } from './client-files.js';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-governance-wrap-'));
  file = join(folder, 'mcp.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function cli(...args: string[]) {
  const terminal = new FakeTerminal();
  const status = await runCli(args, terminal);
  return { status, stdout: terminal.stdout.replaceAll(folder, ''), stderr: terminal.stderr.replaceAll(folder, '') };
}
const text = (path = file) => readFileSync(path, 'utf8');
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('mcp-governance wrap', () => {
  test.each(ALL)('%s: there and back, with one copy that only its owner reads', async (_, before) => {
    writeFileSync(file, before, { mode: 0o644 });
    chmodSync(file, 0o664);
    expect(await cli('wrap', file)).toMatchObject({ status: 0, stderr: '' });
    expect(text()).not.toBe(before);
    expect(modeOf(file)).toBe(0o664);
    expect(text(`${file}.mcp-governance.bak`)).toBe(before);
    expect(modeOf(`${file}.mcp-governance.bak`)).toBe(0o600);
    const again = await cli('wrap', file);
    expect(again.stdout).toContain('is behind the proxy already');
    expect(readdirSync(folder).sort()).toEqual(['mcp.json', 'mcp.json.mcp-governance.bak']);
    expect(await cli('unwrap', file)).toMatchObject({ status: 0, stderr: '' });
    expect(text()).toBe(before);
  });

  test('says what became of each server', async () => {
    writeFileSync(file, CLAUDE_CODE);
    expect((await cli('wrap', file)).stdout).toBe(
      [
        '/mcp.json',
        '  wrapped   mcpServers.search: a remote server',
        '  wrapped   projects["/home/ada/shop"].mcpServers.stock',
        'As it was: /mcp.json.mcp-governance.bak. Restart the client.',
        '',
      ].join('\n'),
    );
  });

  test('servers wrapped one after the other come back together', async () => {
    writeFileSync(file, CLAUDE_DESKTOP);
    await cli('wrap', file, '--server', 'memory');
    await cli('wrap', file, '--server', 'filesystem');
    expect(readdirSync(folder)).toHaveLength(3);
    await cli('unwrap', file);
    expect(text()).toBe(CLAUDE_DESKTOP);
  });

  test('--dry-run shows what would change, changes nothing, and shows no secret', async () => {
    writeFileSync(file, VS_CODE);
    const { status, stdout } = await cli('wrap', file, '--dry-run');
    expect(status).toBe(0);
    expect(text()).toBe(VS_CODE);
    expect(readdirSync(folder)).toEqual(['mcp.json']);
    expect(stdout.replace(/<\/?\w+>/g, '')).toBe(
      [
        '--- /mcp.json',
        '+++ /mcp.json',
        '@@ -6,15 +6,16 @@',
        ' \t\t\t"type": "stdio", // as it is',
        ' \t\t\t"command": "npx" /* by npm */,',
        ' \t\t\t"args": [ // the folder',
        '-\t\t\t\t"-y", "@modelcontextprotocol/server-filesystem", "${workspaceFolder}",',
        '+\t\t\t\t"-y", "mcp-governance", "proxy", "--server-name", "files", "--", "npx", "-y", "@modelcontextprotocol/server-filesystem", "${workspaceFolder}",',
        ' \t\t\t],',
        ' \t\t},',
        ' \t\t"remote": {',
        ' \t\t\t/* ours */',
        '-\t\t\t"url": "https://mcp.example/mcp",',
        '-\t\t\t"headers": {',
        '+\t\t\t"command": "npx",',
        '+\t\t\t"args": ["-y", "mcp-governance", "proxy", "--server-name", "remote", "--header-env", "Authorization=UPSTREAM_AUTHORIZATION", "--target", "https://mcp.example/mcp"],',
        '+\t\t\t"env": {',
        ' \t\t\t\t// asked for',
        '-\t\t\t\t"Authorization": "***",',
        '+\t\t\t\t"UPSTREAM_AUTHORIZATION": "***",',
        ' \t\t\t},',
        ' \t\t},',
        ' \t\t// "old": { "env": { "API_KEY": "***" } }',
        '',
      ].join('\n'),
    );
    expect((await cli('wrap', file, '--server', 'files')).status).toBe(0);
    expect((await cli('wrap', file, '--server', 'files', '--dry-run')).stdout).toBe('Nothing would change.\n');
  });

  test('no secret is printed whatever is done', async () => {
    const secrets = {
      env: 'correct horse',
      header: 'staple battery',
      query: 'hunter2hunter2',
      word: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
      option: 'my-very-own-token',
      part: 'sk4ak7Zx81mQwPk20Lr',
      user: 'ada:lovelace',
    };
    const servers = {
      a: {
        command: 'docker',
        args: [
          'run',
          '-e',
          `KEY=${secrets.env}`,
          `--token=${secrets.option}`,
          '--api-key',
          secrets.option,
          secrets.word,
        ],
        env: { PLAIN: secrets.env },
      },
      b: {
        url: `https://${secrets.user}@b.example/mcp/${secrets.part}/sse?api_key=${secrets.query}#${secrets.query}`,
        headers: { 'X-Key': secrets.header },
      },
      [secrets.word]: { command: 'c' },
    };
    writeFileSync(file, JSON.stringify({ mcpServers: servers }, null, 2));
    const said = [
      await cli('wrap', file, '--dry-run'),
      await cli('wrap', file),
      await cli('wrap', file),
      await cli('unwrap', file, '--dry-run'),
      await cli('unwrap', file),
    ];
    expect(said.map(({ status }) => status)).toEqual([0, 0, 0, 0, 0]);
    const all = said.map(({ stdout, stderr }) => stdout + stderr).join('');
    for (const secret of Object.values(secrets)) expect(all).not.toContain(secret);
    expect(all).toContain('mcp-governance');
  });

  test('what cannot be governed is refused, and nothing is changed', async () => {
    writeFileSync(file, '{"mcpServers":{"a":{"command":"a"},"b":{"socket":"/run/b"}}}');
    const { status, stdout, stderr } = await cli('wrap', file);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe(
      '/mcp.json:1:40: mcpServers.b: has neither a command nor a url\n' +
        'Nothing was changed. Name the others with --server to leave these\n',
    );
    expect(readdirSync(folder)).toEqual(['mcp.json']);
    expect((await cli('wrap', file, '--server', 'a')).status).toBe(0);
  });

  test('a policy that does not load is refused before servers cannot start', async () => {
    writeFileSync(file, CLAUDE_DESKTOP);
    writeFileSync(join(folder, 'p.yaml'), 'rulez: []\n');
    const { status, stderr } = await cli('wrap', file, '--policy', join(folder, 'p.yaml'));
    expect(status).toBe(2);
    expect(stderr).toContain("unknown key 'rulez'. Did you mean 'rules'?");
    expect(text()).toBe(CLAUDE_DESKTOP);
  });

  test('a link stays a link, and the file behind it is written', async () => {
    mkdirSync(join(folder, 'dotfiles'));
    const real = join(folder, 'dotfiles', 'claude.json');
    writeFileSync(real, CLAUDE_DESKTOP, { mode: 0o600 });
    symlinkSync(real, file);
    expect((await cli('wrap', file)).status).toBe(0);
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(text(real)).toContain('mcp-governance');
    expect(modeOf(real)).toBe(0o600);
    // What is kept in a repository must not get a copy beside it.
    expect(readdirSync(dirname(real))).toEqual(['claude.json']);
    expect((await cli('unwrap', file)).status).toBe(0);
    expect(text(real)).toBe(CLAUDE_DESKTOP);
  });

  test.each([
    ['no file', () => undefined, 'there is no such file'],
    ['a link to nothing', () => symlinkSync(join(folder, 'nothing'), file), 'there is no such file'],
    ['a folder', () => mkdirSync(file), 'is no file'],
    ['no text', () => writeFileSync(file, Buffer.from([0x7b, 0xff, 0x7d])), 'is no text in UTF-8'],
  ])('refuses %s', async (_, make, why) => {
    make();
    for (const command of ['wrap', 'unwrap']) {
      const { status, stderr } = await cli(command, file);
      expect({ status, stderr }).toEqual({ status: 2, stderr: `/mcp.json: ${why}\n` });
    }
  });

  test.each([
    [['wrap', 'a', 'b'], 'one file at a time'],
    [['wrap', '--server', 'x'], 'name the file that holds these servers'],
    [['unwrap'], 'no file was named'],
    [['wrap', '--dryrun', 'a'], "Did you mean '--dry-run'?"],
  ])('%j is misunderstood', async (args, why) => {
    const { status, stderr } = await cli(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(why);
  });

  test('lists what lies in the known places', () => {
    const put = (path: string, content: string) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    };
    put('home/.config/Claude/claude_desktop_config.json', CLAUDE_DESKTOP);
    put('home/.config/Code/User/settings.json', '{ "editor.fontSize": 12 }');
    put(
      'home/.cursor/mcp.json',
      '{"mcpServers":{"a":{"command":"npx","args":["mcp-governance","proxy","--","a"]},"b":{}}}',
    );
    put('work/.mcp.json', '{ "mcpServers": {} }');
    put('work/.vscode/mcp.json', '{ not JSON');
    const surroundings = {
      platform: 'linux',
      home: join(folder, 'home'),
      folder: join(folder, 'work'),
      env: {},
    } as const;
    expect(writePlaces(surroundings, (_, each) => each).replaceAll(folder, '')).toBe(
      [
        '/home/.config/Claude/claude_desktop_config.json  (Claude Desktop)',
        '  not governed      mcpServers.filesystem',
        '  not governed      mcpServers.memory',
        '/home/.cursor/mcp.json  (Cursor)',
        '  behind the proxy  mcpServers.a',
        '  cannot be read    mcpServers.b',
        '/work/.mcp.json  (Claude Code, this folder)',
        '  no servers',
        '/work/.vscode/mcp.json  (VS Code, this folder)',
        '  /work/.vscode/mcp.json:1:3: is no JSON (InvalidSymbol)',
        'Name the file to wrap or unwrap; --dry-run shows what would change.',
        '',
      ].join('\n'),
    );
    const empty = { ...surroundings, home: join(folder, 'x'), folder: join(folder, 'y') };
    expect(writePlaces(empty, (_, each) => each)).toBe('No configuration of a client was found: name its file.\n');
  });

  test.each(['darwin', 'win32', 'linux'] as const)('knows where clients keep their files on %s', (platform) => {
    const places = knownPlaces({ platform, home: '/h', folder: '/w', env: { APPDATA: '/h/AppData/Roaming' } });
    const desktop = {
      darwin: '/h/Library/Application Support/Claude/claude_desktop_config.json',
      win32: '/h/AppData/Roaming/Claude/claude_desktop_config.json',
      linux: '/h/.config/Claude/claude_desktop_config.json',
    };
    expect(places.map(({ path }) => path)).toEqual(
      expect.arrayContaining([desktop[platform], '/h/.claude.json', '/h/.cursor/mcp.json', '/w/.vscode/mcp.json']),
    );
    expect(places.every(({ path }) => !existsSync(path))).toBe(true);
  });
});
