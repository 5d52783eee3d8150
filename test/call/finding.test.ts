import { expect, test } from '@jest/globals';
import { FINDING_ACTIONS, type PIIScanner } from '../../src/call/finding.js';
import { RegexPIIScanner } from '../../src/pii/regex-pii-scanner.js';

test('what is done about findings stands from lax to strict', () => {
  expect(FINDING_ACTIONS).toEqual(['allow', 'warn', 'redact', 'block']);
});

test('a scanner may be synchronous or asynchronous, may ignore the context, and the built-in one is a scanner', async () => {
  const finding = { type: 'codename', category: 'text', start: 0, end: 4, confidence: 1 } as const;
  const scanners: PIIScanner[] = [
    { scan: () => [finding] },
    { scan: async (text) => [{ ...finding, end: text.length }] },
    new RegexPIIScanner(),
  ];
  const found = await Promise.all(scanners.map((each) => each.scan('atom')));
  expect(found).toEqual([[finding], [finding], []]);
});
