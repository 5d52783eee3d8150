import type { Explanation } from '../../policy/explanation.js';
import type { ExplainedDecision } from '../../policy/policy.js';
import { type Command, EXIT, UsageError } from '../command.js';
import { parseFlagsAndWords } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import type { Terminal } from '../terminal.js';
import { ACTION_STYLES } from './action-styles.js';
import { callFromFlags } from './call-from-flags.js';
import { onlyFile, readPolicy } from './read-policy.js';

const FLAGS = {
  server: { type: 'string' },
  tool: { type: 'string' },
  args: { type: 'string' },
  agent: { type: 'string' },
  user: { type: 'string' },
  attr: { type: 'string', multiple: true },
  annotations: { type: 'string' },
  now: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** `mcp-governance policy check`: what a policy decides about one call, and every rule that was tried. */
export const check: Command = {
  name: 'check',
  summary: 'decides one call, and says which rules were tried and why they did not match',
  help: [
    'Usage: mcp-governance policy check <file> --tool t [--server s] [--args json] [--agent a] [--user u]',
    '                                   [--attr name=value]... [--annotations json] [--now iso] [--json]',
    '',
    'Decides one call without running anything. Values of arguments are never shown.',
    '',
    'Options:',
    '  --tool t             the tool',
    '  --server s           the server; unknown where it is left out',
    '  --args json          the arguments as a JSON object: \'{ "path": "/tmp/a" }\'',
    '  --agent a, --user u  who calls; unknown where they are left out',
    '  --attr name=value    an attribute of the caller, such as role=admin; may be given several times.',
    '                       A value that is JSON is read as such: level=3 is a number, level="3" a text',
    '  --annotations json   what the tool says of itself: \'{ "readOnlyHint": true }\'',
    '  --now iso            when the call is made, such as 2027-01-31T18:00:00Z; by default now',
    '  --json               print one object { decision, steps } and nothing else',
    '  --help               this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}        the call may run: allow, warn or throttle`,
    `  ${EXIT.failed}        it may not without a person, or not at all: review or block`,
    `  ${EXIT.usage}        the command line cannot be understood, or the policy cannot be used`,
  ].join('\n'),
  async run(args, terminal) {
    const { given, words } = parseFlagsAndWords(args, FLAGS);
    if (given.help === true) {
      terminal.out(`${check.help}\n`);
      return EXIT.ok;
    }
    const file = onlyFile(words);
    if (given.tool === undefined) throw new UsageError('--tool is missing: name the tool that is called');
    const call = callFromFlags({ ...given, tool: given.tool, attr: given.attr });
    const { policy } = readPolicy(file);
    const { explanation = { steps: [] }, ...decision } = policy.evaluate(call, { explain: true });
    const { steps } = explanation;
    terminal.out(
      given.json === true
        ? `${JSON.stringify({ decision, steps }, null, 2)}\n`
        : writeDecision(decision, terminal.paint) + writeSteps(explanation, terminal.paint),
    );
    return ['allow', 'warn', 'throttle'].includes(decision.action) ? EXIT.ok : EXIT.failed;
  },
};

function writeDecision(decision: ExplainedDecision, paint: Terminal['paint']): string {
  const { action, ruleName = '', reason, risk, obligations, final, mandatory, revision = '' } = decision;
  const { approvers = [], timeoutMinutes, throttleDelaySeconds } = obligations ?? {};
  const rows: [string, string | undefined][] = [
    ['reason', reason],
    ['risk', risk],
    ['approvers', approvers.length === 0 ? undefined : approvers.join(', ')],
    ['time to answer', timeoutMinutes === undefined ? undefined : `${timeoutMinutes} minutes`],
    ['delay', throttleDelaySeconds === undefined ? undefined : `${throttleDelaySeconds} seconds`],
    ['flags', [final === true ? 'final' : '', mandatory === true ? 'mandatory' : ''].filter(Boolean).join(', ')],
    ['revision', revision],
  ];
  const lines = rows.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`  ${`${name}:`.padEnd(16)}${harmless(value)}\n`],
  );
  return `${paint(ACTION_STYLES[action], action)} by ${harmless(ruleName)}\n${lines.join('')}`;
}

function writeSteps({ steps }: Explanation, paint: Terminal['paint']): string {
  const lines = steps.map(({ phase, rule, matched, reasons }) => {
    const mark = matched ? paint('green', 'matched') : paint('dim', 'no     ');
    const because = reasons.map((reason) => `      ${harmless(reason)}\n`).join('');
    return `  ${mark}  ${phase.padEnd('mandatory'.length)}  ${harmless(rule)}\n${because}`;
  });
  return `Tried, in order:\n${lines.length === 0 ? '  nothing: no rule, and no defaults\n' : lines.join('')}`;
}
