import { type Command, EXIT, UsageError } from './command.js';
import { UnusableInput } from './policy/unusable-input.js';
import { harmless } from './scan/harmless.js';
import { backupsOf, openConfigFile, replaceConfigFile } from './wrap/config-file.js';
import { parseWordsAndServers } from './wrap/flags.js';
import { writeFates } from './wrap/report.js';
import { unwrapConfig } from './wrap/rewrite.js';
import { writeDiff } from './wrap/write-diff.js';

/** `mcp-governance unwrap`: takes the servers of a client's configuration out from behind the proxy. */
export const unwrap: Command = {
  name: 'unwrap',
  summary: 'takes them out from behind it again',
  help: [
    'Usage: mcp-governance unwrap <file> [--server name]... [--dry-run]',
    '',
    'Undoes what wrap did: byte for byte where an entry was not changed since and the copy that wrap kept is still',
    'there, and otherwise from the entry itself. Everything else in the file stays as it is. The copies are left:',
    'remove them.',
    '',
    'Options:',
    '  --server name   this server only; may be given several times',
    '  --dry-run       change nothing; print the difference, with secrets masked',
    '  --help          this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}   done, or there was nothing to do`,
    `  ${EXIT.usage}   the command line cannot be understood, or the file cannot be used; nothing was changed`,
  ].join('\n'),
  async run(args, terminal) {
    const { given, words, servers } = parseWordsAndServers(args, { 'dry-run': { type: 'boolean' } });
    if (given.help === true) {
      terminal.out(`${unwrap.help}\n`);
      return EXIT.ok;
    }
    const [path] = words;
    if (path === undefined) throw new UsageError('no file was named; mcp-governance wrap lists those of this machine');
    try {
      const file = openConfigFile(path);
      const earlier = backupsOf(path).map(({ bytes }) => bytes.toString());
      const rewriting = unwrapConfig(file.text, path, servers, earlier);
      if (given['dry-run'] === true) {
        terminal.out(writeDiff(path, file.text, rewriting, terminal.paint) || 'Nothing would change.\n');
        return EXIT.ok;
      }
      terminal.out(`${harmless(path)}\n${writeFates(rewriting.fates)}`);
      if (rewriting.edits.length > 0) replaceConfigFile(file, rewriting.text);
      return EXIT.ok;
    } catch (fault) {
      if (!(fault instanceof UnusableInput)) throw fault;
      terminal.err(`${fault.message}\n`);
      return EXIT.usage;
    }
  },
};
