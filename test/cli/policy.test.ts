import { afterAll, describe, expect, test } from '@jest/globals';
import { POLICY_COMMANDS } from '../../src/cli/policy.js';
import { Folder } from './policy/run-policy.js';

const folder = new Folder();
afterAll(() => folder.remove());

const GOOD = `version: 1
name: files
defaults: { action: review, risk: high }
rules:
  - name: reads
    match: { tool: "read_*", server: files }
    when: { args.limit: { lte: 1000 } }
    action: allow
  - name: secrets
    match: { tool: "*" }
    when: { args.path: { contains: secret } }
    action: block
    final: true
tests:
  - { name: reads small, call: { server: files, tool: read_file, args: { limit: 5 } }, expect: allow, rule: reads }
  - { call: { server: files, tool: read_file, arguments: { limit: 5000 } }, expect: review }
  - { call: { tool: x, args: { path: /secret } }, expect: block }
`;
const good = folder.write('good.yaml', GOOD);

describe('mcp-governance policy', () => {
  test.each([['--help'], ['help'], ['-h']])('%s lists its commands', async (word) => {
    const { status, stdout } = await folder.run(word);
    expect(status).toBe(0);
    for (const { name, summary } of POLICY_COMMANDS) expect(stdout).toContain(`  ${name.padEnd(10)}${summary}`);
  });

  test.each(POLICY_COMMANDS.map(({ name }) => [name]))(
    '%s names its own help where an option is unknown',
    async (name) => {
      const { status, stderr } = await folder.run(name, '--bogus');
      expect(status).toBe(2);
      expect(stderr).toMatch(new RegExp(`\\nSee mcp-governance policy ${name} --help\\.\\n$`));
    },
  );

  test.each(POLICY_COMMANDS.map(({ name }) => [name]))('%s --help explains it', async (name) => {
    for (const words of [
      [name, '--help'],
      ['help', name],
    ]) {
      const { status, stdout } = await folder.run(...words);
      expect(status).toBe(0);
      expect(stdout).toContain(`Usage: mcp-governance policy ${name} `);
      expect(stdout.split('\n').filter((line) => line.length > 120)).toEqual([]);
    }
  });

  test.each([
    [[], 'say what to do with a policy'],
    [['valdate'], "unknown policy command 'valdate'. Did you mean 'validate'?"],
    [['validate'], 'no policy was named'],
    [['validate', 'a', 'b'], 'one policy at a time'],
    [['check', good], '--tool is missing'],
    [['check', good, '--tool', 'x', '--args', '{"password": hunter2}'], '--args is no JSON object'],
    [['check', good, '--tool', 'x', '--now', 'noon'], '--now is a moment such as'],
    [['check', good, '--tool', 'x', '--attr', 'admin'], '--attr is a name and a value'],
    [['diff', good], 'two policies are compared'],
    [['replay', good], '--events is missing'],
    [['validate', 'no-such-file.yaml'], 'no-such-file.yaml: cannot be read: there is no such file'],
    [['diff', good, good, '--calls', 'no-such.jsonl'], 'no-such.jsonl: there is no such file'],
  ])('%j ends with 2 and says what to do', async (args, text) => {
    const { status, stdout, stderr } = await folder.run(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(text);
    expect(stderr).not.toContain('hunter2');
  });
});

describe('validate', () => {
  test('says that a policy is valid', async () => {
    const { status, stdout } = await folder.run('validate', good);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^good\.yaml: valid, 2 rules, revision [0-9a-f]{16}\n$/);
  });

  test('points at every problem with a caret', async () => {
    const bad = folder.write('bad.yaml', 'version: 1\nrules:\n  - match: { tol: x }\n    action: alow\n');
    const { status, stdout } = await folder.run('validate', bad);
    expect(status).toBe(1);
    expect(stdout).toBe(
      [
        "bad.yaml:3:14: rules[0].match.tol: unknown key 'tol'. Did you mean 'tool'?",
        '    3 |   - match: { tol: x }',
        '      |              ^',
        "bad.yaml:4:13: rules[0].action: must be one of allow, warn, throttle, review, block. Did you mean 'allow'?",
        '    4 |     action: alow',
        '      |             ^',
        '2 problems; nothing of it is in force\n',
      ].join('\n'),
    );
  });

  test('shows the part of a long line that matters, and nothing a terminal obeys', async () => {
    const bad = folder.write('long.yaml', `{ version: 1, name: "${'é'.repeat(200)}\u202e", actoin: allow }\n`);
    const { stdout } = await folder.run('validate', bad);
    const [, line = '', caret = ''] = stdout.split('\n');
    expect(line.slice(caret.indexOf('^'))).toMatch(/^actoin/);
    expect(stdout).not.toContain('\u202e');
    expect(line.length).toBeLessThan(120);
  });

  test('--json is data and nothing else', async () => {
    const valid = JSON.parse((await folder.run('validate', good, '--json')).stdout);
    expect(valid).toMatchObject({ valid: true, name: 'files', rules: 2, problems: [] });
    const run = await folder.run('validate', folder.write('empty.yaml', ''), '--json');
    expect(run.status).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({ valid: false, problems: [{ line: 1, column: 1 }] });
  });
});

describe('check', () => {
  test('says what is decided, by which rule, and what was tried before it', async () => {
    const args = ['--server', 'files', '--tool', 'read_file', '--args', '{"limit":5000,"path":"/very-private"}'];
    const { status, stdout } = await folder.run('check', good, ...args);
    expect(status).toBe(1);
    expect(stdout).toContain('review by <default>\n');
    expect(stdout).toMatch(/no {7}mandatory {2}secrets\n {6}args\.path: contains "secret" does not hold\n/);
    expect(stdout).toMatch(/no {7}rules {6}reads\n {6}args\.limit: lte 1000 does not hold\n/);
    expect(stdout).toMatch(/matched {2}defaults {3}<default>\n/);
    expect(stdout).not.toMatch(/5000|very-private/);
  });

  test('ends with 0 where the call may run', async () => {
    const args = ['--server', 'files', '--tool', 'read_file', '--args', '{"limit":5}'];
    const { status, stdout } = await folder.run('check', good, ...args, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      decision: { action: 'allow', ruleName: 'reads', policyId: 'files', risk: 'high' },
      steps: [
        { rule: 'secrets', matched: false },
        { rule: 'reads', matched: true },
      ],
    });
  });

  test('hands over who calls, what the tool says of itself, and when', async () => {
    const file = folder.write(
      'who.yaml',
      `rules:
  - action: allow
    match: { agent: bot, user: ann }
    when: { principal.role: { eq: admin }, principal.level: { gte: 3 }, annotations.readOnlyHint: { eq: true },
            time: { after: "08:00", before: "09:00" } }
`,
    );
    const flags = ['--tool', 'x', '--agent', 'bot', '--user', 'ann', '--attr', 'role=admin', '--attr', 'level=3'];
    const rest = ['--annotations', '{"readOnlyHint":true}', '--now'];
    expect((await folder.run('check', file, ...flags, ...rest, '2027-01-31T08:30:00Z')).status).toBe(0);
    expect((await folder.run('check', file, ...flags, ...rest, '2027-01-31T09:00:00Z')).status).toBe(1);
  });

  test('a policy that is not valid ends with 2 and its problems', async () => {
    const { status, stdout, stderr } = await folder.run('check', folder.write('b.yaml', 'rulez: []\n'), '--tool', 'x');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^b\.yaml:1:1: rulez: unknown key 'rulez'.*\n {4}1 \| rulez: \[\]\n {6}\| \^\n$/);
  });
});

describe('test', () => {
  test('runs what stands under tests', async () => {
    const { status, stdout } = await folder.run('test', good);
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        'pass  reads small: allow by reads',
        'pass  tests[1] files:read_file: review by <default>',
        'pass  tests[2] x: block by secrets',
        '3 tests, all passed\n',
      ].join('\n'),
    );
  });

  test('names the line of a test that fails, and ends with 1', async () => {
    const text = 'defaults: { action: warn }\ntests:\n  - { call: { tool: x }, expect: allow, rule: reads }\n';
    const file = folder.write('failing.yaml', text);
    const { status, stdout } = await folder.run('test', file);
    expect(status).toBe(1);
    expect(stdout).toBe(
      'fail  tests[0] x: expected allow by reads, is warn by <default> (failing.yaml:3)\n1 test, 1 failed\n',
    );
    expect(JSON.parse((await folder.run('test', file, '--json')).stdout)).toEqual([
      { test: 'tests[0] x', line: 3, passed: false, expected: 'allow', action: 'warn', rule: '<default>' },
    ]);
  });

  test('a policy without tests has not been tested', async () => {
    expect(await folder.run('test', folder.write('none.yaml', 'defaults: { action: warn }\n'))).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^no tests: /),
    });
  });
});

describe('diff', () => {
  const looser = folder.write('looser.yaml', GOOD.replace('lte: 1000', 'lte: 2000').replace(/^tests:.*/ms, ''));

  test('finds a bound that was moved without being given any calls', async () => {
    const { status, stdout } = await folder.run('diff', good, looser);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^review -> allow {2}files:read_x .*"limit":1001/m);
    expect(stdout).toMatch(/by <default> -> reads/);
  });

  test('says so where nothing changes', async () => {
    const { status, stdout } = await folder.run('diff', good, good);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^0 of \d+ calls are decided differently\n$/);
  });

  test('judges calls that were recorded, and shows none of their arguments', async () => {
    const calls = folder.write(
      'calls.jsonl',
      '{"server":"files","tool":"read_file","args":{"limit":1500,"path":"/private"}}\n\n{"tool":"other"}\n',
    );
    const { status, stdout } = await folder.run('diff', good, looser, '--calls', calls);
    expect(status).toBe(1);
    expect(stdout).toBe(
      'review -> allow  files:read_file  call 1\n    by <default> -> reads\n1 of 2 calls are decided differently\n',
    );
    const { differences } = JSON.parse((await folder.run('diff', good, looser, '--calls', calls, '--json')).stdout);
    expect(differences).toEqual([
      {
        position: 0,
        server: 'files',
        tool: 'read_file',
        before: { action: 'review', rule: '<default>' },
        after: { action: 'allow', rule: 'reads' },
      },
    ]);
  });

  test.each(['{"tool": secret}', '{"toool":"secret"}', '{"tool":"x","args":"secret"}', '[]'])(
    'refuses %s as a call without quoting it',
    async (line) => {
      const calls = folder.write('bad.jsonl', `${line}\n`);
      const { status, stderr } = await folder.run('diff', good, looser, '--calls', calls);
      expect(status).toBe(2);
      expect(stderr).toMatch(/^bad\.jsonl: ?(?:call )?1/);
      expect(stderr).not.toContain('secret');
    },
  );
});

describe('replay', () => {
  const event = (fields: object): string => JSON.stringify({ server: 'files', tool: 'read_file', ...fields });

  test('groups the recorded calls that would flip', async () => {
    const events = folder.write(
      'audit.jsonl',
      [
        event({ action: 'allow', params: { limit: 5 } }),
        event({ action: 'allow', params: { limit: 5000 } }),
        event({ action: 'allow', params: { limit: 6000 } }),
        event({ action: 'allow', tool: 'write_file', params: { path: '/secret' } }),
        event({ action: null }),
        event({ action: 'review', tool: 'write_file' }),
      ].join('\n'),
    );
    const { status, stdout } = await folder.run('replay', good, '--events', events);
    expect(status).toBe(1);
    expect(stdout).toBe(
      [
        '     2  allow -> review  files:read_file  by <default>',
        '     1  allow -> block  files:write_file  by secrets',
        '3 of 5 calls would be decided differently; 1 more were refused before any decision;' +
          ' 1 were recorded without arguments and judged so\n',
      ].join('\n'),
    );
    const report = JSON.parse((await folder.run('replay', good, '--events', events, '--json')).stdout);
    expect(report).toMatchObject({ calls: 5, undecided: 1, withoutParams: 1, flips: [{ count: 2, first: 1 }, {}] });
  });

  test('judges each call at its own time and for its own caller', async () => {
    const file = folder.write(
      'hours.yaml',
      'rules: [{ action: allow, match: { agent: bot, user: ann }, when: { time: { before: "09:00" } } }]\n',
    );
    const who = { action: 'allow', params: {}, agent: 'bot', user: 'ann' };
    const early = event({ ...who, timestamp: '2027-01-31T08:00:00.000Z' });
    const late = event({ ...who, timestamp: '2027-01-31T10:00:00.000Z' });
    const run = (line: string) => folder.run('replay', file, '--events', folder.write('t.jsonl', line));
    expect((await run(early)).status).toBe(0);
    expect((await run(late)).status).toBe(1);
  });
});
