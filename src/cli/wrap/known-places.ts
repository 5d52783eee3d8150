import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** A file in which a client keeps its servers. */
export interface KnownPlace {
  readonly client: string;
  readonly path: string;
}

/** Where people and programs find themselves. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Those of this process. */
export function ownSurroundings(): Surroundings {
  return { platform: process.platform, home: homedir(), folder: process.cwd(), env: process.env };
}

/** Where clients keep their servers on a platform: for the user first, then for the folder one is in. */
export function knownPlaces({ platform, home, folder, env }: Surroundings): readonly KnownPlace[] {
  const programs =
    platform === 'darwin'
      ? join(home, 'Library/Application Support')
      : platform === 'win32'
        ? (env['APPDATA'] ?? join(home, 'AppData/Roaming'))
        : env['XDG_CONFIG_HOME'] || join(home, '.config');
  const [code, insiders] = [join(programs, 'Code/User'), join(programs, 'Code - Insiders/User')];
  return [
    { client: 'Claude Desktop', path: join(programs, 'Claude/claude_desktop_config.json') },
    { client: 'Claude Code', path: join(home, '.claude.json') },
    { client: 'Cursor', path: join(home, '.cursor/mcp.json') },
    { client: 'VS Code', path: join(code, 'mcp.json') },
    { client: 'VS Code', path: join(code, 'settings.json') },
    { client: 'VS Code Insiders', path: join(insiders, 'mcp.json') },
    { client: 'Claude Code, this folder', path: join(folder, '.mcp.json') },
    { client: 'Cursor, this folder', path: join(folder, '.cursor/mcp.json') },
    { client: 'VS Code, this folder', path: join(folder, '.vscode/mcp.json') },
    { client: 'VS Code, this folder', path: join(folder, '.vscode/settings.json') },
  ];
}
