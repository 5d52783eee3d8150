import { readFileSync } from 'node:fs';
import { nearest } from '../errors/config-error.js';
import { type Command, EXIT, UsageError } from './command.js';
import { COMMANDS } from './commands.js';
import type { Terminal } from './terminal.js';

const PROGRAM = 'mcp-governance';

/**
 * Runs one command line.
 *
 * @param argv - What stands behind the program's name.
 * @returns The exit code.
 */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [word, ...rest] = argv;
  if (word === undefined || word === '--help' || word === '-h' || word === 'help') return help(rest, terminal);
  if (word === '--version' || word === '-v') {
    terminal.out(`${version()}\n`);
    return EXIT.ok;
  }
  const command = COMMANDS.find((each) => each.name === word);
  if (command === undefined) return misunderstood(unknownWord(word), '', terminal);
  try {
    return await command.run(rest, terminal);
  } catch (fault) {
    if (fault instanceof UsageError) {
      const inner = fault.command === undefined ? '' : `${fault.command} `;
      return misunderstood(fault.message, `${command.name} ${inner}`, terminal);
    }
    terminal.err(`${PROGRAM} ${command.name}: ${fault instanceof Error ? fault.message : String(fault)}\n`);
    return EXIT.failed;
  }
}

/** The version in our package.json, two folders up from the sources and from the built files alike. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

function help([topic]: readonly string[], terminal: Terminal): number {
  const command = COMMANDS.find((each) => each.name === topic);
  terminal.out(`${command?.help ?? overview(COMMANDS)}\n`);
  return EXIT.ok;
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length), '--version'.length) + 2;
  const line = (name: string, summary: string): string => `  ${name.padEnd(width)}${summary}`;
  return [
    `${PROGRAM} ${version()}: decides, before an MCP tool runs, whether it may run, and records every call.`,
    '',
    `Usage: ${PROGRAM} <command> [options]`,
    '',
    'Commands:',
    ...commands.map(({ name, summary }) => line(name, summary)),
    '',
    'Options:',
    line('--help', `this text; ${PROGRAM} <command> --help for one command`),
    line('--version', 'the version'),
    '',
    'Exit codes:',
    line(String(EXIT.ok), 'all is well'),
    line(String(EXIT.failed), 'the command ran and its answer is no, or something it needs is missing'),
    line(String(EXIT.usage), 'the command line cannot be understood'),
  ].join('\n');
}

function unknownWord(word: string): string {
  const kind = word.startsWith('-') ? 'option' : 'command';
  const known = kind === 'option' ? ['--help', '--version'] : COMMANDS.map(({ name }) => name);
  const near = nearest(word, known);
  return `unknown ${kind} '${word}'.${near === '' ? '' : ` Did you mean '${near}'?`}`;
}

function misunderstood(what: string, command: string, terminal: Terminal): number {
  terminal.err(`${PROGRAM}: ${what}\nSee ${PROGRAM} ${command}--help.\n`);
  return EXIT.usage;
}
