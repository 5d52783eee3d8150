import { PolicyDocumentError } from '../../policy/policy-document-error.js';
import { type Command, EXIT } from '../command.js';
import { parseFlagsAndWords } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import { onlyFile, parsePolicy, readPolicyText, writeProblems } from './read-policy.js';

/** `mcp-governance policy validate`: whether a policy can be loaded, and if not, why and in which line. */
export const validate: Command = {
  name: 'validate',
  summary: 'says whether a policy can be loaded, and points at what is wrong',
  help: [
    'Usage: mcp-governance policy validate <file> [--json]',
    '',
    'Reads a policy as governance does when it starts, and lists everything that is wrong with it (at most 50).',
    '',
    'Options:',
    '  --json   print one object { file, valid, name, revision, rules, problems } and nothing else',
    '  --help   this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}        the policy is valid`,
    `  ${EXIT.failed}        it is not`,
    `  ${EXIT.usage}        the command line cannot be understood, or the file cannot be read`,
  ].join('\n'),
  async run(args, terminal) {
    const { given, words } = parseFlagsAndWords(args, { json: { type: 'boolean' } });
    if (given.help === true) {
      terminal.out(`${validate.help}\n`);
      return EXIT.ok;
    }
    const file = onlyFile(words);
    const text = readPolicyText(file);
    try {
      const { name, revision, rules } = parsePolicy(file, text).policy;
      const report = { file, valid: true, ...(name === undefined ? {} : { name }), revision, rules: rules.length };
      const count = `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`;
      terminal.out(
        given.json === true
          ? `${JSON.stringify({ ...report, problems: [] }, null, 2)}\n`
          : `${harmless(file)}: ${terminal.paint('green', 'valid')}, ${count}, revision ${revision}\n`,
      );
      return EXIT.ok;
    } catch (fault) {
      if (!(fault instanceof PolicyDocumentError)) throw fault;
      const { problems } = fault;
      if (given.json === true) terminal.out(`${JSON.stringify({ file, valid: false, problems }, null, 2)}\n`);
      else
        terminal.out(writeProblems(file, text, problems) + `${countOf(problems.length)}; nothing of it is in force\n`);
      return EXIT.failed;
    }
  },
};

function countOf(count: number): string {
  return `${count} ${count === 1 ? 'problem' : 'problems'}`;
}
