import type { OnPinChange } from '../config/options.js';
import type { PinReport } from '../pins/pins.js';
import { describeFault, log } from '../telemetry/log.js';
import { PinError } from '../pins/pin-error.js';
import type { TextMask } from './text-mask.js';

/** A log is no place for a whole schema; `mcp-governance pins diff` shows it. */
const MOST_LINES = 24;

const CHANGES = {
  changed: 'is no longer defined as it was accepted',
  added: 'was added to a list that was complete',
} as const;

const ENDS: Readonly<Record<OnPinChange, string>> = {
  warn: 'its calls pass (pins.onChange: warn)',
  review: 'its calls are refused until somebody accepts it with mcp-governance pins accept',
  block: 'it is hidden and its calls are refused until somebody accepts it with mcp-governance pins accept',
};

/** Writes to the log what is told of pins: a line that says what it is, and a line for each of its difference. */
export function logPinReport(report: PinReport, onChange: OnPinChange, mask: TextMask): void {
  if (report.kind === 'unavailable') {
    const { fault } = report;
    log('error', fault instanceof PinError ? fault.message : describeFault(fault));
    return;
  }
  log('warn', headline(report, onChange, mask));
  const diff = 'diff' in report ? report.diff : [];
  for (const { sign, text } of diff.slice(0, MOST_LINES)) log('warn', `  ${sign} ${text}`);
  if (diff.length > MOST_LINES) log('warn', `    and ${diff.length - MOST_LINES} more: mcp-governance pins diff`);
}

function headline(report: Exclude<PinReport, { kind: 'unavailable' }>, onChange: OnPinChange, mask: TextMask): string {
  const called = ({ server, tool }: { readonly server: string; readonly tool?: string | undefined }): string => {
    const named = server === '' ? 'a server without a name' : `server ${quoted(mask.name(server))}`;
    return tool === undefined ? named : `tool ${quoted(mask.text(tool))} of ${named}`;
  };
  switch (report.kind) {
    case 'changed':
    case 'added':
      return `${called(report)} ${CHANGES[report.kind]}: ${ENDS[onChange]}`;
    case 'removed':
      return `${called(report)} is no longer listed`;
    case 'instructions':
      return `the instructions of ${called({ server: report.server })} are not those that were accepted: of all its tools, ${ENDS[onChange].replace('it is', 'each is').replace('its calls', 'the calls')}`;
    case 'not_pinnable':
      return `the definition of ${called(report)} is too large, too deep, listed twice or one too many, and cannot be pinned: ${onChange === 'warn' ? 'its calls pass' : 'its calls are refused'}`;
    case 'more':
      return `there is too much to tell of ${called({ server: report.server })}: what comes now is only shown by mcp-governance pins diff`;
    case 'shadowed':
      return `${called(report)} has the name of a ${called(report.other)}: calls may go to the one that is not meant`;
    case 'look_alike':
      return `the name of ${called(report)} looks like that of ${called(report.other)}: it may be meant to be taken for it`;
  }
}

function quoted(name: string): string {
  return JSON.stringify(name);
}
