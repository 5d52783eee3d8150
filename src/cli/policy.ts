import { nearest } from '../errors/config-error.js';
import { type Command, EXIT, UsageError } from './command.js';
import { check } from './policy/check.js';
import { diff } from './policy/diff.js';
import { init } from './policy/init.js';
import { lint } from './policy/lint.js';
import { replay } from './policy/replay.js';
import { test } from './policy/test.js';
import { UnusableInput } from './policy/unusable-input.js';
import { validate } from './policy/validate.js';

/** What `policy` can do, in the order in which `--help` lists it. */
export const POLICY_COMMANDS: readonly Command[] = [init, validate, lint, check, test, diff, replay];

/** `mcp-governance policy`: writes, proves and previews policies. */
export const policy: Command = {
  name: 'policy',
  summary: `writes, proves and previews a policy: ${POLICY_COMMANDS.map(({ name }) => name).join(', ')}`,
  help: [
    'Usage: mcp-governance policy <command> <file> [options]',
    '',
    'Commands:',
    ...POLICY_COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`),
    '',
    'Options:',
    '  --help    this text; mcp-governance policy <command> --help for one command',
    '',
    'Exit codes:',
    `  ${EXIT.ok}         all is well`,
    `  ${EXIT.failed}         the command ran and its answer is no`,
    `  ${EXIT.usage}         the command line cannot be understood, or a file cannot be used`,
  ].join('\n'),
  async run([word, ...rest], terminal) {
    if (word === '--help' || word === '-h' || word === 'help') {
      const topic = POLICY_COMMANDS.find(({ name }) => name === rest[0]);
      terminal.out(`${(topic ?? policy).help}\n`);
      return EXIT.ok;
    }
    const command = POLICY_COMMANDS.find(({ name }) => name === word);
    if (command === undefined) throw new UsageError(unknownWord(word));
    try {
      return await command.run(rest, terminal);
    } catch (fault) {
      if (fault instanceof UsageError) throw new UsageError(fault.message, { cause: fault, command: command.name });
      // Whatever went wrong, 1 would be an answer.
      if (!(fault instanceof UnusableInput)) throw fault;
      terminal.err(`${fault.message}\n`);
      return EXIT.usage;
    }
  },
};

function unknownWord(word: string | undefined): string {
  const names = POLICY_COMMANDS.map(({ name }) => name);
  if (word === undefined) return `say what to do with a policy: ${names.join(', ')}`;
  const near = nearest(word, names);
  return `unknown policy command '${word}'.${near === '' ? '' : ` Did you mean '${near}'?`}`;
}
