import { resolve } from 'node:path';
import { type Command, EXIT, UsageError } from './command.js';
import { readPolicy } from './policy/read-policy.js';
import { UnusableInput } from './policy/unusable-input.js';
import { parseWordsAndServers } from './wrap/flags.js';
import { harmless } from './scan/harmless.js';
import { keepBackup, openConfigFile, replaceConfigFile } from './wrap/config-file.js';
import { ownSurroundings } from './wrap/known-places.js';
import { writePlaces } from './wrap/list-places.js';
import { writeFates } from './wrap/report.js';
import { wrapConfig } from './wrap/rewrite.js';
import { writeDiff } from './wrap/write-diff.js';

const FLAGS = {
  policy: { type: 'string' },
  config: { type: 'string' },
  local: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
} as const;

/** `mcp-governance wrap`: rewrites a client's configuration so that its servers start behind the proxy. */
export const wrap: Command = {
  name: 'wrap',
  summary: "puts the servers of a client's configuration file behind the proxy",
  help: [
    'Usage: mcp-governance wrap [<file>] [--server name]... [--policy file] [--config file] [--local] [--dry-run]',
    '',
    'Rewrites the server entries of Claude Desktop, Claude Code, Cursor and VS Code, and of any JSON file with',
    'mcpServers: each server starts behind `mcp-governance proxy` from then on. Comments, order and layout stay; a',
    'copy of the file is kept beside it, for its owner only. What cannot be governed is refused, and then nothing',
    'is changed.',
    'Without a file: lists the configuration files of this machine, and how their servers stand to the proxy.',
    '',
    'Options:',
    '  --server name   this server only; may be given several times',
    '  --policy file   the policy that the proxy enforces',
    '  --config file   the configuration of the proxy',
    '  --local         start the proxy from this installation, by its path, and not by npx',
    '  --dry-run       change nothing; print the difference, with secrets masked',
    '  --help          this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}   done, or there was nothing to do`,
    `  ${EXIT.usage}   the command line cannot be understood, or the file cannot be used; nothing was changed`,
  ].join('\n'),
  async run(args, terminal) {
    const { given, words, servers } = parseWordsAndServers(args, FLAGS);
    if (given.help === true) {
      terminal.out(`${wrap.help}\n`);
      return EXIT.ok;
    }
    const [path] = words;
    try {
      if (path === undefined) {
        if (servers.length > 0) throw new UsageError('name the file that holds these servers');
        terminal.out(writePlaces(ownSurroundings(), terminal.paint));
        return EXIT.ok;
      }
      if (given.policy !== undefined) readPolicy(given.policy);
      const file = openConfigFile(path);
      const rewriting = wrapConfig(file.text, path, servers, {
        local: given.local === true,
        // Clients start servers in folders of their own.
        policy: given.policy === undefined ? undefined : resolve(given.policy),
        config: given.config === undefined ? undefined : resolve(given.config),
      });
      if (given['dry-run'] === true) {
        terminal.out(writeDiff(path, file.text, rewriting, terminal.paint) || 'Nothing would change.\n');
        return EXIT.ok;
      }
      terminal.out(`${harmless(path)}\n${writeFates(rewriting.fates)}`);
      if (rewriting.edits.length === 0) return EXIT.ok;
      const backup = keepBackup(file);
      replaceConfigFile(file, rewriting.text);
      terminal.out(`As it was: ${harmless(backup)}. Restart the client.\n`);
      return EXIT.ok;
    } catch (fault) {
      if (!(fault instanceof UnusableInput)) throw fault;
      terminal.err(`${fault.message}\n`);
      return EXIT.usage;
    }
  },
};
