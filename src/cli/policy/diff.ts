import { canonicalJson } from '../../call/canonical-json.js';
import type { PolicyTestCall } from '../../policy/document.js';
import { testCallSchema } from '../../policy/document-schema.js';
import { comparePolicies, type Difference } from '../../policy/tools/compare-policies.js';
import { generateCalls } from '../../policy/tools/generate-calls.js';
import { type Command, EXIT, UsageError } from '../command.js';
import { parseFlagsAndWords } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import type { Terminal } from '../terminal.js';
import { ACTION_STYLES } from './action-styles.js';
import { readJsonLines } from './read-lines.js';
import { readPolicy } from './read-policy.js';
import { UnusableInput } from './unusable-input.js';

const SHOWN = 50;
const WIDEST_CALL = 160;

/** `mcp-governance policy diff`: which calls two policies decide differently. */
export const diff: Command = {
  name: 'diff',
  summary: 'lists the calls that two policies decide differently',
  help: [
    'Usage: mcp-governance policy diff <old> <new> [--calls calls.jsonl] [--json]',
    '',
    'Without --calls, the calls are made of what both policies name: their tools, and values around the edge of every',
    'operator. That shows most changes and proves nothing about calls that it does not make.',
    '',
    'Options:',
    '  --calls f  calls to judge, one JSON object a line, in the form of `call` in `tests`; their arguments are not shown',
    '  --json     print one object { calls, differences } and nothing else',
    '  --help     this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}        no call is decided differently`,
    `  ${EXIT.failed}        some are`,
    `  ${EXIT.usage}        the command line cannot be understood, or a file cannot be used`,
  ].join('\n'),
  async run(args, terminal) {
    const { given, words } = parseFlagsAndWords(args, { calls: { type: 'string' }, json: { type: 'boolean' } });
    if (given.help === true) {
      terminal.out(`${diff.help}\n`);
      return EXIT.ok;
    }
    const [older, newer, ...rest] = words;
    if (older === undefined || newer === undefined || rest.length > 0) {
      throw new UsageError('two policies are compared: name the old one, then the new one');
    }
    const [before, after] = [readPolicy(older).policy, readPolicy(newer).policy];
    const now = new Date();
    const own = given.calls !== undefined;
    const calls = own ? [...readCalls(given.calls)] : generateCalls([before.document, after.document], now);
    const differences = comparePolicies(before, after, calls, now);
    if (given.json === true) {
      const shown = differences.map(({ position, call, ...said }) => ({ position, ...nameCall(call, own), ...said }));
      terminal.out(`${JSON.stringify({ calls: calls.length, differences: shown }, null, 2)}\n`);
    } else {
      for (const each of differences.slice(0, SHOWN)) terminal.out(writeDifference(each, own, terminal.paint));
      if (differences.length > SHOWN) terminal.out(`... and ${differences.length - SHOWN} more; --json lists all\n`);
      terminal.out(`${differences.length} of ${calls.length} calls are decided differently\n`);
    }
    return differences.length === 0 ? EXIT.ok : EXIT.failed;
  },
};

function* readCalls(file: string): Generator<PolicyTestCall> {
  let count = 0;
  for (const { arguments: args, ...call } of readJsonLines(file)) {
    count++;
    const whole = args === undefined ? call : { ...call, args };
    const checked = testCallSchema.safeParse(whole);
    if (!checked.success || checked.data.tool === undefined) {
      const known = Object.keys(testCallSchema.shape).join(', ');
      throw new UnusableInput(`${harmless(file)}: call ${count} is none: it has a tool, and may have ${known}`);
    }
    yield whole as unknown as PolicyTestCall;
  }
}

/** What may be shown of a call: arguments that were made of the policies themselves, but not those of real calls. */
function nameCall({ server, tool, ...rest }: PolicyTestCall, own: boolean): object {
  return { server: server ?? '', tool, ...(own ? {} : { call: rest }) };
}

function writeDifference(difference: Difference, own: boolean, paint: Terminal['paint']): string {
  const { position, call, before, after } = difference;
  const { server = '', tool, ...rest } = call;
  const detail = own ? `call ${position + 1}` : canonicalJson(rest);
  const cut = detail.length > WIDEST_CALL ? `${detail.slice(0, WIDEST_CALL)}...` : detail;
  const arrow = `${paint(ACTION_STYLES[before.action], before.action)} -> ${paint(ACTION_STYLES[after.action], after.action)}`;
  const rules = harmless(`by ${before.rule} -> ${after.rule}`);
  return `${arrow}  ${harmless(`${server}:${tool}`)}  ${paint('dim', harmless(cut))}\n    ${rules}\n`;
}
