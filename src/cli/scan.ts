import process from 'node:process';
import { nearest } from '../errors/config-error.js';
import { RegexPIIScanner } from '../pii/regex-pii-scanner.js';
import { type Command, EXIT, UsageError } from './command.js';
import { parseFlagsAndWords } from './parse-flags.js';
import { harmless, shownWord } from './scan/harmless.js';
import { type Input, readInput, UnreadableInput } from './scan/input.js';
import { readJson } from './scan/json-document.js';
import { type Part, scanJson, type Scanned, type Scanners, scanText } from './scan/parts.js';
import { sizeOf, writeFindings, writeSummary } from './scan/report.js';
import type { Terminal } from './terminal.js';

const FLAGS = {
  redact: { type: 'boolean' },
  json: { type: 'boolean' },
  as: { type: 'string' },
  types: { type: 'string' },
  exclude: { type: 'string' },
} as const;
const LARGE = 50_000_000;
const HELP_WIDTH = 100;

/** `mcp-governance scan`: what the built-in scanner finds in a file or in what is piped in, with the values masked. */
export const scan: Command = {
  name: 'scan',
  summary: 'what the scanner finds in a file or in piped text, masked; or the text, redacted',
  help: [
    'Usage: mcp-governance scan [<file> | -] [--redact | --json] [--types a,b] [--exclude a,b] [--as text|json]',
    '',
    'Finds personal data and secrets, as governance does in arguments and results. Values are never shown.',
    'JSON is scanned as a value: places are paths, and a key says what its value is. Anything else is scanned',
    'as text: places are line:column, both from 1, columns in UTF-16 units.',
    '',
    'Options:',
    '  --redact        print the whole, with ##TYPE## in place of each value; JSON stays JSON',
    '  --json          print one object { input, as, bytes, milliseconds, findings } and nothing else;',
    '                  a finding has a type, category, confidence and place, and start and end in its text',
    '  --types a,b     look for these types only',
    '  --exclude a,b   look for all types but these',
    '  --as text|json  how to read the input; by default JSON where it is an object or a list',
    '  --help          this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}        nothing was found, or --redact did its work`,
    `  ${EXIT.failed}        something was found`,
    `  ${EXIT.usage}        the command line cannot be understood, or the input cannot be read`,
    '',
    'Types:',
    ...wrapped(RegexPIIScanner.types),
  ].join('\n'),
  async run(args, terminal) {
    const { given, words } = parseFlagsAndWords(args, FLAGS);
    if (given.help === true) {
      terminal.out(`${scan.help}\n`);
      return EXIT.ok;
    }
    if (words.length > 1) throw new UsageError('one file at a time');
    if (given.redact === true && given.json === true) throw new UsageError('--redact and --json exclude one another');
    const all = new RegexPIIScanner();
    const options = { as: formOf(given.as), redact: given.redact === true, json: given.json === true };
    const scanners = { wanted: wantedScanner(all, given.types, given.exclude), all };
    const [file] = words;
    const name = file === undefined || file === '-' ? 'stdin' : shownWord(file, all);
    try {
      return await scanInput(await readInput(file), name, options, scanners, terminal);
    } catch (fault) {
      if (fault instanceof UsageError) throw fault;
      // Whatever went wrong, 1 would say that something was found; and only our own texts are known to quote nothing.
      const why = fault instanceof UnreadableInput ? fault.message : `this failed (${(fault as Error).name})`;
      terminal.err(`mcp-governance scan: ${name}: ${why}\n`);
      return EXIT.usage;
    }
  },
};

type Form = 'text' | 'json';

async function scanInput(
  input: Input,
  name: string,
  options: { readonly as: Form | undefined; readonly redact: boolean; readonly json: boolean },
  scanners: Scanners,
  terminal: Terminal,
): Promise<number> {
  if (input.bytes > LARGE && process.stderr.isTTY) terminal.err(`Scanning ${sizeOf(input.bytes)} ...\n`);
  const started = performance.now();
  const { as, scanned } = await scanAs(input.text, name, options.as, scanners, terminal);
  const milliseconds = Math.round((performance.now() - started) * 1_000) / 1_000;
  const findings = scanned.parts.flatMap((part) => part.findings);
  const measured = { bytes: input.bytes, milliseconds };
  if (options.redact) {
    terminal.out(input.byteOrderMark + scanned.redacted());
    return EXIT.ok;
  }
  if (options.json) {
    const report = { input: name, as, ...measured, findings: scanned.parts.flatMap(findingsOf) };
    terminal.out(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    for (const lines of writeFindings(name, scanned.parts, terminal.paint)) terminal.out(lines);
    terminal.out(writeSummary(findings, measured));
  }
  return findings.length === 0 ? EXIT.ok : EXIT.failed;
}

async function scanAs(
  text: string,
  name: string,
  form: Form | undefined,
  scanners: Scanners,
  terminal: Terminal,
): Promise<{ as: Form; scanned: Scanned }> {
  const mayBeJson = /^\s*[[{]/.test(text) && !/\.(?:jsonl|ndjson)$/i.test(name);
  if (form === 'json' || (form === undefined && mayBeJson)) {
    const document = readJson(text);
    if (document.problem === undefined) return { as: 'json', scanned: await scanJson(text, document.value, scanners) };
    if (form === 'json') throw new UnreadableInput(`${document.problem}. To scan it as text: --as text`);
    if (document.isJson) terminal.err(`mcp-governance scan: ${name}: ${document.problem}, so it is scanned as text\n`);
  }
  return { as: 'text', scanned: scanText(text, scanners) };
}

function findingsOf(part: Part) {
  return part.findings.map((finding) => {
    const { type, category, start, end, confidence } = finding;
    return { type, category, confidence, ...part.locate(finding), start, end };
  });
}

function formOf(word: string | undefined): Form | undefined {
  if (word === undefined || word === 'text' || word === 'json') return word;
  throw new UsageError(`--as is text or json, not '${harmless(word)}'`);
}

function wantedScanner(all: RegexPIIScanner, types: string | undefined, exclude: string | undefined): RegexPIIScanner {
  if (types === undefined && exclude === undefined) return all;
  const excluded = new Set(exclude === undefined ? [] : typesIn(exclude, '--exclude', all));
  const included = types === undefined ? RegexPIIScanner.types : typesIn(types, '--types', all);
  const left = included.filter((type) => !excluded.has(type));
  if (left.length === 0) throw new UsageError('--types and --exclude leave no type to look for');
  return new RegexPIIScanner({ types: left });
}

function typesIn(list: string, flag: string, scanner: RegexPIIScanner): string[] {
  const types = list
    .split(',')
    .map((type) => type.trim())
    .filter((type) => type !== '');
  const unknown = types.find((type) => !RegexPIIScanner.types.includes(type));
  if (unknown !== undefined) {
    const near = nearest(unknown, RegexPIIScanner.types);
    const hint = near === '' ? '' : `. Did you mean '${near}'?`;
    throw new UsageError(`${flag}: there is no type '${shownWord(unknown, scanner)}'${hint}`);
  }
  if (types.length === 0) throw new UsageError(`${flag} names no type`);
  return types;
}

function wrapped(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < HELP_WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines;
}
