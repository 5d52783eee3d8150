import { describe, expect, test } from '@jest/globals';
import { Policy } from '../../src/policy/policy.js';

const megabyte = 'a'.repeat(1 << 20);

/** No test here looks at the time: without bounds these would not come to an end while anybody waits. */
describe('hostile input', () => {
  test.each([
    ['regex', '^(a+)+$', `${megabyte}!`, false],
    ['regex', '(a|aa)+$', megabyte, true],
    ['glob', '*a*a*a*b', megabyte, false],
    ['glob', '*a*?*[a-c]*b', megabyte, false],
    ['glob', `${'a*'.repeat(100)}b`, megabyte, false],
  ])('%s %s on a megabyte', (operator, operand, value, holds) => {
    const policy = Policy.from({
      defaults: { action: 'warn' },
      rules: [{ when: { 'args.x': { [operator]: operand } }, action: 'block' }],
    });
    expect(policy.evaluate({ tool: 'x', arguments: { x: value } }).action === 'block').toBe(holds);
  });

  test('a name of a megabyte', () => {
    const policy = Policy.from({
      defaults: { action: 'warn' },
      rules: [{ match: { tool: '*a*a*b' }, action: 'block' }],
    });
    expect(policy.evaluate({ tool: megabyte, server: megabyte }).action).toBe('warn');
  });

  test('an anchor bomb', () => {
    const level = (from: string, to: string) => `${to}: &${to} [${Array(10).fill(`*${from}`).join(', ')}]\n`;
    const names = Array.from('abcdefghij');
    const text = `a: &a [x, x, x]\n${names
      .slice(1)
      .map((name, index) => level(names[index]!, name))
      .join('')}`;
    expect(() => Policy.parse(text)).toThrow('aliases stand for too much');
  });

  test.each([
    ['ten megabytes', `# ${'x'.repeat(10 << 20)}\nrules: []`, 'is larger than 4 MiB'],
    ['brackets', '['.repeat(1 << 20), 'is nested too deeply'],
    ['dashes', '- '.repeat(1 << 20), 'is nested too deeply'],
    ['documents', '---\n'.repeat(1 << 19), 'a second document begins here'],
  ])('%s', (_, text, message) => expect(() => Policy.parse(text)).toThrow(message));

  test('more rules than a text may hold', () => {
    const rule = '  - { action: allow }\n';
    expect(() => Policy.parse(`rules:\n${rule.repeat(10_001)}`)).toThrow(
      'policy:10002:5: rules: a document may hold 10000 rules: this one holds 10001',
    );
    expect(Policy.from({ rules: Array(10_001).fill({ action: 'allow' }) }).rules).toHaveLength(10_001);
  });

  test('names that objects have by nature', () => {
    const tools = JSON.parse('{"__proto__": {"constructor": "block", "__proto__": "warn"}}') as object;
    const policy = Policy.from({ tools, defaults: { action: 'allow' } });
    expect(policy.evaluate({ server: '__proto__', tool: 'constructor' }).action).toBe('block');
    expect(policy.evaluate({ server: '__proto__', tool: '__proto__' }).action).toBe('warn');
    expect(policy.evaluate({ server: 'constructor', tool: 'toString' }).action).toBe('allow');
    expect(({} as Record<string, unknown>)['constructor']).toBe(Object);
  });
});
