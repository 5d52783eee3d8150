import type { WaitingPin } from '../../pins/accept.js';
import { type DiffLine, diffDefinitions } from '../../pins/diff.js';
import type { JsonObject } from '../../call/json.js';
import type { Terminal } from '../terminal.js';
import { shownName } from './open-pins.js';

const COLOURS = { '+': 'green', '-': 'red', ' ': 'bold' } as const;

/** What waits, with what differs, for people. */
export function showWaiting(each: WaitingPin, terminal: Terminal): string {
  const named =
    each.tool === undefined ? `${shownName(each.server)}  (instructions)` : shownName(each.server, each.tool);
  const lines = diffOf(each).map(({ sign, text }) => `  ${terminal.paint(COLOURS[sign], `${sign} ${text}`)}\n`);
  return `${terminal.paint('bold', named)}: ${each.waiting}\n${lines.join('')}`;
}

/** What waits, with both definitions, as `--json` prints it. */
export function writeWaiting(each: WaitingPin): JsonObject {
  const { server, tool = null, waiting, pin } = each;
  return {
    server,
    tool,
    waiting,
    accepted: pin.accepted ?? null,
    pending: pin.pending ?? null,
    missing: pin.missing ?? null,
    diff: diffOf(each).map(({ sign, text }) => `${sign} ${text}`),
  };
}

function diffOf({ pin, waiting }: WaitingPin): readonly DiffLine[] {
  if (waiting === 'removed') return [];
  return diffDefinitions(pin.accepted?.definition, pin.pending?.definition);
}
