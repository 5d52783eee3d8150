import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/errors/config-error.js';
import { PolicyHierarchy } from '../../src/policy/policy-hierarchy.js';
import { Policy } from '../../src/policy/policy.js';
import type { ToolCall } from '../../src/call/tool-call.js';

const CALL: ToolCall = {
  door: 'filter',
  server: '',
  tool: 'x',
  arguments: {},
  principal: { agent: '', user: '', attributes: {}, selfDeclared: false },
  sessionId: undefined,
  meta: undefined,
  definition: undefined,
  signal: undefined,
};

const rule = (name: string, action: string, more: object = {}) => ({ name, action, ...more });
const decide = (document: object, call: object = {}) =>
  Policy.from(document).evaluate({ server: 'fs', tool: 'read_file', ...call });

describe('precedence in one document', () => {
  const block = rule('block', 'block');
  const allow = rule('allow', 'allow');
  const laws = { mandatory: true };

  test.each([
    ['the first match', { rules: [allow, block] }, 'allow'],
    ['a mandatory rule before others', { rules: [block, rule('law', 'warn', laws)] }, 'law'],
    ['a final rule before others', { rules: [allow, rule('end', 'block', { final: true })] }, 'end'],
    ['the first of the mandatory ones', { rules: [rule('one', 'allow', laws), rule('two', 'block', laws)] }, 'one'],
    ['the tool before the rules', { tools: { fs: { read_file: 'review' } }, rules: [allow] }, '<tools>'],
    ['a block before a laxer tool', { tools: { fs: { read_file: 'review' } }, rules: [block] }, 'block'],
    ['the tool before a block behind', { tools: { fs: { read_file: 'warn' } }, rules: [allow, block] }, '<tools>'],
    ['the tool that blocks before a block', { tools: { fs: { read_file: 'block' } }, rules: [block] }, '<tools>'],
    [
      'a mandatory rule before the tool',
      { tools: { fs: { read_file: 'block' } }, rules: [rule('law', 'allow', laws)] },
      'law',
    ],
    ['the tool of any server', { tools: { '*': { read_file: 'warn' } }, rules: [allow] }, '<tools>'],
    ['the rules before the server', { tools: { fs: { '*': 'block' } }, rules: [allow] }, 'allow'],
    ['the server before the defaults', { tools: { fs: { '*': 'warn' } }, defaults: { action: 'block' } }, '<tools>'],
    [
      'the defaults',
      { rules: [rule('no', 'block', { match: { tool: 'x' } })], defaults: { action: 'warn' } },
      '<default>',
    ],
    ['a rule that is not enabled does not exist', { rules: [{ ...block, enabled: false }, allow] }, 'allow'],
  ])('%s', (_, document, ruleName) => expect(decide(document).ruleName).toBe(ruleName));

  test('the named server before any server', () => {
    const tools = { '*': { '*': 'block', read_file: 'warn' }, fs: { read_file: 'allow' } };
    expect(decide({ tools }).action).toBe('allow');
    expect(decide({ tools }, { server: 'db' }).action).toBe('warn');
    expect(decide({ tools }, { tool: 'x' }).action).toBe('block');
    expect(decide({ tools: { fs: { '*': 'warn' } } }, { tool: '*' }).action).toBe('warn');
  });

  test('flags come from every mandatory or final rule that matches', () => {
    const rules = [rule('a', 'block', { mandatory: true }), rule('b', 'block', { final: true }), rule('c', 'block')];
    expect(decide({ rules })).toMatchObject({ ruleName: 'a', mandatory: true, final: true });
    expect(decide({ rules: rules.slice(1) })).toMatchObject({ ruleName: 'b', mandatory: false, final: true });
    expect(decide({ rules: rules.slice(2) })).toMatchObject({ ruleName: 'c', mandatory: false, final: false });
    const warned = [rule('w', 'warn', { mandatory: true }), ...rules.slice(1)];
    expect(decide({ rules: warned })).toMatchObject({ ruleName: 'w', mandatory: true, final: false });
  });

  test('a rule that expired does not exist', () => {
    const rules = [rule('soon', 'block', { expires_at: '2027-01-01' }), rule('rest', 'allow')];
    expect(decide({ rules }, { now: new Date('2026-12-31T23:59:59Z') }).ruleName).toBe('soon');
    expect(decide({ rules }, { now: new Date('2027-01-01T00:00:00Z') }).ruleName).toBe('rest');
  });
});

describe('match', () => {
  test.each([
    [{ tool: 'read_*' }, {}, true],
    [{ tool: ['x', 'read_[a-f]*'] }, {}, true],
    [{ tool: 'Read_*' }, {}, false],
    [{ type: 'read_file', target: 'fs' }, {}, true],
    [{ server: 'f?' }, {}, true],
    [{ server: 'fs' }, { server: undefined }, false],
    [{ server: '*' }, { server: undefined }, true],
    [{ agent: 'bot-*' }, { principal: { agent: 'bot-1' } }, true],
    [{ agent: 'bot-*' }, {}, false],
    [{ user: ['ann', 'bob'] }, { principal: { user: 'bob' } }, true],
    [{ user: 'ann' }, { principal: { user: 'bob' } }, false],
    [{}, {}, true],
  ])('%j of %j: %s', (match, call, matches) => {
    expect(decide({ rules: [rule('r', 'warn', { match })] }, call).action === 'warn').toBe(matches);
  });
});

describe('a decision', () => {
  test('carries what the rule says', () => {
    const document = {
      name: 'mail',
      rules: [
        {
          action: 'throttle',
          reason: 'Slow',
          risk: 'high',
          approvers: ['ann'],
          timeout_minutes: 5,
          throttle_delay_seconds: 2,
          mandatory: true,
          metadata: { ticket: 7 },
        },
      ],
    };
    const policy = Policy.from(document);
    const decision = policy.evaluate({ tool: 'x' });
    expect(decision).toEqual({
      action: 'throttle',
      reason: 'Slow',
      risk: 'high',
      ruleName: 'rules[0]',
      policyId: 'mail',
      revision: policy.revision,
      obligations: { approvers: ['ann'], timeoutMinutes: 5, throttleDelaySeconds: 2 },
      mandatory: true,
      final: false,
      metadata: { ticket: 7 },
    });
    expect(Object.isFrozen(decision)).toBe(true);
    expect(policy.decide(CALL)).toEqual(decision);
  });

  test('takes the risk of the defaults where its rule says none', () => {
    expect(decide({ defaults: { action: 'review', risk: 'high' }, rules: [rule('a', 'allow')] }).risk).toBe('high');
  });

  test('is review where the document has nothing to say', () => {
    expect(decide({ rules: [] })).toMatchObject({
      action: 'review',
      ruleName: '<default>',
      reason: 'No rule matches this call, and the policy has no defaults',
    });
  });
});

describe('a policy', () => {
  test('cannot be changed through what it was made from, nor through what it shows', () => {
    const document = { rules: [{ action: 'allow', match: { tool: ['a'] }, when: { 'args.a': { in: ['x'] } } }] };
    const policy = Policy.from(document);
    document.rules[0]!.action = 'block';
    document.rules[0]!.match.tool.push('b');
    document.rules[0]!.when['args.a'].in.push('y');
    expect(policy.evaluate({ tool: 'a', arguments: { a: 'x' } }).action).toBe('allow');
    expect(policy.evaluate({ tool: 'a', arguments: { a: 'y' } }).ruleName).toBe('<default>');
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
    expect(frozen(policy.document)).toBe(true);
  });

  test('has one revision for one meaning of the words, and another for another', () => {
    const ours = Policy.parse('rules: [{ match: { tool: a, server: b }, action: review, risk: low }]');
    const theirs = Policy.parse(
      'version: "1"\nrules:\n  - match: { target: b, type: a }\n    risk_level: low\n    approval: approve\n',
    );
    expect(ours.revision).toMatch(/^[\da-f]{16}$/);
    expect(theirs.revision).toBe(ours.revision);
    expect(theirs.document).toEqual(ours.document);
    expect(Policy.from({ rules: [{ action: 'review' }] }).revision).not.toBe(ours.revision);
  });

  test('is the same however it was loaded', async () => {
    const rules = Array.from({ length: 300 }, (_, index) => ({
      name: `r${index}`,
      match: { tool: `t${index}_*` },
      action: 'allow',
    }));
    const document = { name: 'x', rules, defaults: { action: 'block' } };
    const text = `name: x\nrules:\n${rules.map((each) => `  - ${JSON.stringify(each)}\n`).join('')}defaults: { action: block }\n`;
    const all = [
      Policy.from(document),
      Policy.parse(text),
      Policy.parse(JSON.stringify(document)),
      await Policy.load(document),
      await Policy.load(text),
    ];
    expect(new Set(all.map(({ revision }) => revision)).size).toBe(1);
    for (const policy of all) expect(policy.evaluate({ tool: 't299_x' }).ruleName).toBe('r299');
  });

  test('finds the settings of a tool', () => {
    const policy = Policy.from({
      settings: {
        '*': { '*': { pii_scan: 'strict' } },
        fs: { 'write_*': { rate_limit: { max_per_minute: 3, by: ['tool'] }, pii_actions: { email: 'redact' } } },
      },
    });
    expect(policy.settingsFor('fs', 'write_file')).toEqual([
      { piiScan: 'strict' },
      { rateLimit: { maxPerMinute: 3, by: ['tool'] }, piiActions: { email: 'redact' } },
    ]);
    expect(policy.settingsFor('db', 'write_file')).toEqual([{ piiScan: 'strict' }]);
  });
});

test('an explanation names every rule that was tried, and no value of the call', () => {
  const policy = Policy.from({
    defaults: { action: 'block' },
    rules: [
      rule('writes', 'allow', { match: { tool: 'write_*', server: ['db', 'mail'] } }),
      rule('small', 'allow', { when: { 'args.limit': { lte: 1000 }, 'args.sql': { gt: 5 } } }),
      rule('never', 'allow', { when: { any: [{ 'args.sql': { eq: 'x' } }], not: { 'args.limit': { exists: true } } } }),
      rule('odd', 'review', { when: { 'args.sql': { gt: 5 } } }),
      rule('behind', 'allow'),
    ],
  });
  const call = { server: 'fs', tool: 'read_file', arguments: { limit: 5000, sql: 'secret text' } };
  const decision = policy.evaluate(call, { explain: true });
  expect(decision.explanation).toEqual({
    steps: [
      {
        phase: 'rules',
        rule: 'writes',
        matched: false,
        reasons: ['match.tool "write_*" is not read_file', 'match.server "db", "mail" is not fs'],
      },
      {
        phase: 'rules',
        rule: 'small',
        matched: false,
        reasons: ['args.limit: lte 1000 does not hold', 'args.sql: gt 5 cannot be evaluated'],
      },
      {
        phase: 'rules',
        rule: 'never',
        matched: false,
        reasons: ['args.sql: eq "x" does not hold', 'not: what must not hold does'],
      },
      { phase: 'rules', rule: 'odd', matched: true, reasons: ['args.sql: gt 5 cannot be evaluated'] },
    ],
  });
  expect(decision.ruleName).toBe('odd');
  expect(JSON.stringify(decision)).not.toMatch(/5000|secret/);
  expect(policy.evaluate(call)).not.toHaveProperty('explanation');
});

describe('a call that is none', () => {
  test.each([
    [undefined, 'must be an object'],
    [{ server: 'fs' }, 'must name its tool'],
    [{ tool: 5 }, 'must name its tool'],
    [{ tool: 'x', args: {} }, "no member 'args'. Did you mean 'arguments'?"],
    [{ tool: 'x', sever: 'fs' }, "no member 'sever'. Did you mean 'server'?"],
    [{ tool: 'x', server: null }, 'server of a call must be a text'],
    [{ tool: 'x', arguments: '{}' }, 'arguments of a call must be an object'],
    [{ tool: 'x', arguments: [] }, 'arguments of a call must be an object'],
    [{ tool: 'x', principal: 'kim' }, 'principal of a call must be an object'],
    [{ tool: 'x', principal: { role: 'admin' } }, 'principal: { attributes: { role: ... } }'],
    [{ tool: 'x', annotations: true }, 'annotations of a call must be an object'],
    [{ tool: 'x', now: 5 }, 'must be a Date'],
  ])('%j is refused, not judged without what was meant', (call, text) => {
    const policy = Policy.from({ defaults: { action: 'allow' } });
    for (const each of [policy, new PolicyHierarchy({ org: policy })]) {
      expect(() => each.evaluate(call as never)).toThrow(ConfigError);
      expect(() => each.evaluate(call as never)).toThrow(text);
    }
  });
});
