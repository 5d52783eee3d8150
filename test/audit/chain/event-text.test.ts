import { expect, test } from '@jest/globals';
import type { AuditEvent } from '../../../src/audit/audit-event.js';
import { eventText } from '../../../src/audit/chain/event-text.js';
import { canonicalJson } from '../../../src/call/canonical-json.js';
import { event } from '../support.js';

test.each<[string, Partial<AuditEvent>]>([
  ['an ordinary one', {}],
  [
    'one with findings',
    { findings: [{ type: 'ssn', path: '/a', start: 1, end: 9, category: 'pii', confidence: 1 } as never] },
  ],
  ['one without its first field', { action: undefined }],
  ['one with names of every kind', { params: { '10': 1, '9': 2, ['__proto__']: { b: 1, a: [] }, é: '\ud800"\n' } }],
  ['one with every text hostile', { agent: '"},{', reason: '\u0000\u2028\n"', tool: '\ud800' }],
  ['one with odd numbers', { durationMs: Number.NaN, governanceMs: -0, statusCode: 1e21 }],
])('%s is written as canonical JSON', (_, more) => {
  const given = event(1, more);
  expect(eventText(given).text).toBe(canonicalJson(given));
});

test('getters are fields like any other, and what is no field of an event is not kept', () => {
  class Lazy {
    get id() {
      return 'lazy';
    }
  }
  const given = Object.assign(new Lazy(), { tool: 't', secret: 'x' }) as unknown as AuditEvent;
  expect(eventText(given).text).toBe('{"id":"lazy","tool":"t"}');
});
