import type { Flip, Replay } from '../../policy/tools/replay-events.js';
import { harmless } from '../scan/harmless.js';
import type { Terminal } from '../terminal.js';
import { ACTION_STYLES } from './action-styles.js';

/** What a policy makes of recorded calls, for people: a line for each kind of call that would flip, and a sum. */
export function writeReplay(result: Replay, paint: Terminal['paint']): string {
  return result.flips.map((flip) => writeFlip(flip, paint)).join('') + writeSummary(result);
}

function writeFlip({ server, tool, from, to, rule, count }: Flip, paint: Terminal['paint']): string {
  const arrow = `${paint(ACTION_STYLES[from], from)} -> ${paint(ACTION_STYLES[to], to)}`;
  return `${String(count).padStart(6)}  ${arrow}  ${harmless(`${server}:${tool}`)}  by ${harmless(rule)}\n`;
}

function writeSummary({ calls, undecided, withoutParams, flips }: Replay): string {
  const flipped = flips.reduce((sum, { count }) => sum + count, 0);
  const notes = [
    undecided === 0 ? '' : `; ${undecided} more were refused before any decision`,
    withoutParams === 0 ? '' : `; ${withoutParams} were recorded without arguments and judged so`,
  ];
  return `${flipped} of ${calls} calls would be decided differently${notes.join('')}\n`;
}
