import { type Pin, type ServerPins, waitingOf } from '../../pins/pin-book.js';
import { type Command, EXIT } from '../command.js';
import { parseFlagsAndWords } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import type { Terminal } from '../terminal.js';
import { PIN_FLAGS, PIN_FLAGS_HELP, readWhich, shownName, UNUSABLE_HELP, withPins } from './open-pins.js';

/** `mcp-governance pins list`: which definitions are pinned. */
export const list: Command = {
  name: 'list',
  summary: 'which tools are pinned, and what of them waits',
  help: [
    'Usage: mcp-governance pins list [server] [--file f] [--json]',
    '',
    'Options:',
    ...PIN_FLAGS_HELP,
    '',
    'Exit codes:',
    `  ${EXIT.ok}   the pins were shown, whatever waits`,
    `  ${EXIT.failed}   there is no such server`,
    UNUSABLE_HELP,
  ].join('\n'),
  async run(args, terminal) {
    const { given, words } = parseFlagsAndWords(args, PIN_FLAGS);
    if (given.help === true) {
      terminal.out(`${list.help}\n`);
      return EXIT.ok;
    }
    const { server } = readWhich(words);
    return withPins(given.file, terminal, (file, book) => {
      const servers = [...book].filter(([name]) => server === undefined || name === server);
      if (given.json === true) {
        terminal.out(`${JSON.stringify({ file: file.path, servers: servers.map(writeServer) }, null, 2)}\n`);
      } else for (const [name, pins] of servers) terminal.out(showServer(name, pins, terminal));
      if (servers.length > 0) return EXIT.ok;
      terminal.err(
        server === undefined ? `Nothing is pinned in ${file.path}.\n` : `Nothing is pinned of this server.\n`,
      );
      return server === undefined ? EXIT.ok : EXIT.failed;
    });
  },
};

function showServer(name: string, pins: ServerPins, terminal: Terminal): string {
  const { instructions, tools, complete } = pins;
  const rows: [string, Pin][] = [...tools];
  if (instructions !== undefined) rows.unshift(['(instructions)', instructions]);
  const shown = rows.map(([tool, pin]) => [harmless(tool), pin] as const);
  const width = Math.min(48, Math.max(0, ...shown.map(([tool]) => tool.length)));
  const head = `${terminal.paint('bold', shownName(name))}${complete ? '' : '  (its list was not seen to the end)'}\n`;
  return head + shown.map(([tool, pin]) => `  ${tool.padEnd(width)}  ${state(pin, terminal)}\n`).join('');
}

function state(pin: Pin, terminal: Terminal): string {
  const waiting = waitingOf(pin);
  const since = (pin.pending?.at ?? pin.missing ?? pin.accepted?.at ?? '').slice(0, 19).replace('T', ' ');
  if (waiting === undefined) return `${terminal.paint('green', 'accepted')}  ${since}`;
  return `${terminal.paint('yellow', waiting)}  ${since}`;
}

function writeServer([server, { complete, instructions, tools }]: [string, ServerPins]) {
  const write = (pin: Pin) => ({
    state: waitingOf(pin) ?? 'accepted',
    fingerprint: pin.accepted?.fingerprint ?? null,
    accepted_at: pin.accepted?.at ?? null,
    pending_fingerprint: pin.pending?.fingerprint ?? null,
    pending_at: pin.pending?.at ?? null,
    missing_since: pin.missing ?? null,
  });
  return {
    server,
    complete,
    instructions: instructions === undefined ? null : write(instructions),
    tools: [...tools].map(([tool, pin]) => ({ tool, ...write(pin) })),
  };
}
