import { parseArgs, type ParseArgsConfig } from 'node:util';
import { nearest } from '../errors/config-error.js';
import { UsageError } from './command.js';

/** Flags of a command by name, as `parseArgs` takes them. */
export type Flags = NonNullable<ParseArgsConfig['options']>;

/** The flags that were given. */
export type GivenFlags<F extends Flags> = Readonly<
  {
    [N in keyof F]?: F[N]['type'] extends 'boolean'
      ? boolean
      : F[N] extends { multiple: true }
        ? readonly string[]
        : string;
  } & { help?: boolean }
>;

/**
 * Reads the flags of a command that takes no other words; `--help` is a flag of every command.
 *
 * @throws UsageError naming what is wrong, and the nearest known flag.
 */
export function parseFlags<F extends Flags>(args: readonly string[], flags: F): GivenFlags<F> {
  return parse(args, flags, false).given;
}

/**
 * Reads the flags of a command, and the other words that it takes.
 *
 * @throws UsageError naming what is wrong, and the nearest known flag.
 */
export function parseFlagsAndWords<F extends Flags>(
  args: readonly string[],
  flags: F,
): { readonly given: GivenFlags<F>; readonly words: readonly string[] } {
  return parse(args, flags, true);
}

function parse<F extends Flags>(args: readonly string[], flags: F, allowPositionals: boolean) {
  const options: Flags = { ...flags, help: { type: 'boolean', short: 'h' } };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals });
    return { given: values as unknown as GivenFlags<F>, words: positionals };
  } catch (fault) {
    const { code, message } = fault as NodeJS.ErrnoException;
    if (code?.startsWith('ERR_PARSE_ARGS') !== true) throw fault;
    throw new UsageError(`${firstSentence(message)}${hint(args, Object.keys(options))}`, { cause: fault });
  }
}

/** What follows in Node's text is about positional arguments, which nobody asked for. */
function firstSentence(message: string): string {
  return message.replace(/\. To specify a positional.*$/s, '');
}

function hint(args: readonly string[], known: readonly string[]): string {
  const stray = args.find((arg) => arg.startsWith('--') && !known.includes(nameOf(arg)));
  const near = stray === undefined ? '' : nearest(nameOf(stray), known);
  return near === '' ? '' : `. Did you mean '--${near}'?`;
}

function nameOf(arg: string): string {
  return arg.slice(2).split('=')[0] ?? '';
}
