import { runTests, type TestOutcome } from '../../policy/tools/run-tests.js';
import { type Command, EXIT } from '../command.js';
import { parseFlagsAndWords } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import type { Terminal } from '../terminal.js';
import { onlyFile, readPolicy } from './read-policy.js';

/** `mcp-governance policy test`: runs the tests that stand in a policy. */
export const test: Command = {
  name: 'test',
  summary: "runs the policy's own `tests`",
  help: [
    'Usage: mcp-governance policy test <file> [--json]',
    '',
    'Decides each call under `tests:` in the policy and compares the action, and the rule where one is named.',
    '',
    'Options:',
    '  --json   print an array of { test, line, passed, expected, action, rule } and nothing else',
    '  --help   this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}        every test passed`,
    `  ${EXIT.failed}        a test failed, or there is none`,
    `  ${EXIT.usage}        the command line cannot be understood, or the policy cannot be used`,
  ].join('\n'),
  async run(args, terminal) {
    const { given, words } = parseFlagsAndWords(args, { json: { type: 'boolean' } });
    if (given.help === true) {
      terminal.out(`${test.help}\n`);
      return EXIT.ok;
    }
    const { file, policy, locate } = readPolicy(onlyFile(words));
    const outcomes = runTests(policy);
    const lineOf = ({ position }: TestOutcome): number => locate(['tests', position], 'value').line;
    const failed = outcomes.filter(({ passed }) => !passed).length;
    if (given.json === true) {
      const report = outcomes.map((outcome) => ({
        test: nameOf(outcome),
        line: lineOf(outcome),
        passed: outcome.passed,
        expected: outcome.test.expect,
        action: outcome.action,
        rule: outcome.rule,
      }));
      terminal.out(`${JSON.stringify(report, null, 2)}\n`);
    } else {
      for (const outcome of outcomes) terminal.out(writeOutcome(outcome, file, lineOf(outcome), terminal.paint));
      terminal.out(writeSummary(outcomes.length, failed));
    }
    return outcomes.length === 0 || failed > 0 ? EXIT.failed : EXIT.ok;
  },
};

function writeOutcome(outcome: TestOutcome, file: string, line: number, paint: Terminal['paint']): string {
  const { test: each, action, rule, passed } = outcome;
  const name = harmless(nameOf(outcome));
  if (passed) return `${paint('green', 'pass')}  ${name}: ${action} by ${harmless(rule)}\n`;
  const expected = each.rule === undefined ? each.expect : `${each.expect} by ${each.rule}`;
  const where = `${file}:${line}`;
  return `${paint('red', 'fail')}  ${name}: ${harmless(`expected ${expected}, is ${action} by ${rule} (${where})`)}\n`;
}

function writeSummary(count: number, failed: number): string {
  if (count === 0) return 'no tests: write some under `tests:`, such as { call: { tool: read_file }, expect: allow }\n';
  return `${count} ${count === 1 ? 'test' : 'tests'}, ${failed === 0 ? 'all passed' : `${failed} failed`}\n`;
}

function nameOf({ test: { name, call }, position }: TestOutcome): string {
  return name ?? `tests[${position}] ${call.server ?? ''}${call.server === undefined ? '' : ':'}${call.tool}`;
}
