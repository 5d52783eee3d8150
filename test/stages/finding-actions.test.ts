import { expect, test } from '@jest/globals';
import type { Finding, FindingCategory } from '../../src/call/finding.js';
import { createFindingPolicy, typesOf } from '../../src/stages/finding-actions.js';
import { toolConfig } from './support.js';

const finding = (type: string, category: FindingCategory): Finding => ({
  type,
  category,
  start: 0,
  end: 1,
  confidence: 1,
});

test.each([
  ['standard', 'input', 'pii', 'warn'],
  ['standard', 'input', 'secret', 'warn'],
  ['standard', 'output', 'pii', 'redact'],
  ['standard', 'output', 'secret', 'redact'],
  ['strict', 'input', 'pii', 'block'],
  ['strict', 'input', 'secret', 'block'],
  ['strict', 'output', 'pii', 'redact'],
  ['strict', 'input', 'text', 'warn'],
  ['strict', 'output', 'text', 'warn'],
] as const)('%s, %s, %s: %s', (piiScan, direction, category, action) => {
  expect(createFindingPolicy(toolConfig({ piiScan }), direction)(finding('any', category))).toBe(action);
});

test('what is said of a type goes before the mode, in both directions and for text as well', () => {
  const piiActions = new Map([
    ['email', 'allow' as const],
    ['codename', 'block' as const],
  ]);
  for (const direction of ['input', 'output'] as const) {
    const policy = createFindingPolicy(toolConfig({ piiScan: 'strict', piiActions }), direction);
    expect(policy(finding('email', 'pii'))).toBe('allow');
    expect(policy(finding('codename', 'text'))).toBe('block');
    expect(policy(finding('constructor', 'pii'))).toBe(direction === 'input' ? 'block' : 'redact');
  }
});

test('typesOf names each type once', () => {
  expect(typesOf([finding('a', 'pii'), finding('b', 'pii'), finding('a', 'pii')])).toEqual(['a', 'b']);
});
