import process from 'node:process';
import { styleText } from 'node:util';

/** The styles that our output uses. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** What a command writes to. */
export interface Terminal {
  /** Results: with `--json`, data and nothing else. */
  out(text: string): void;
  /** Everything else: faults and hints. */
  err(text: string): void;
  /** Styles a text for `out`; gives it back as it is where nobody would see colours. */
  readonly paint: (style: Style, text: string) => string;
}

/** Makes the function that styles texts, or leaves them plain. */
export function painter(colours: boolean): Terminal['paint'] {
  // Whether the stream shows colours is settled already; left to itself, styleText of newer Nodes asks again.
  return (style, text) => (colours && text !== '' ? styleText(style, text, { validateStream: false }) : text);
}

/** The terminal of this process: coloured on a TTY that shows colours, unless `NO_COLOR` is set. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const colours = stdout.isTTY && (env['NO_COLOR'] ?? '') === '' && stdout.hasColors();
  return {
    out: (text) => {
      stdout.write(text);
    },
    err: (text) => {
      stderr.write(text);
    },
    paint: painter(colours),
  };
}
