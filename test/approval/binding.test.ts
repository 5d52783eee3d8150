import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hash } from 'node:crypto';
import { bindingOf } from '../../src/approval/binding.js';
import { canonicalJson } from '../../src/call/canonical-json.js';
import { jsonObject, toolCall } from '../call/support.js';

const principal = { agent: 'a', user: 'u', attributes: {}, selfDeclared: false };
const call = toolCall({ principal });

test.each([
  ['another server', toolCall({ principal, server: 'other' }), 'f'],
  ['another tool', toolCall({ principal, tool: 'other' }), 'f'],
  ['another agent', toolCall({ principal: { ...principal, agent: 'b' } }), 'f'],
  ['another user', toolCall({ principal: { ...principal, user: 'v' } }), 'f'],
  ['a name moved from agent to user', toolCall({ principal: { ...principal, agent: 'au', user: '' } }), 'f'],
  ['other arguments', toolCall({ principal, arguments: { query: 'dogs' } }), 'f'],
  ['another definition', call, 'g'],
])('%s: another binding', (_, other, fingerprint) => {
  expect(bindingOf(other, fingerprint)).not.toBe(bindingOf(call, 'f'));
});

test('arguments that are equal bind the same, whatever the order of their keys, and no others do', () => {
  fc.assert(
    fc.property(jsonObject, jsonObject, (one, two) => {
      const bind = (args: typeof one) => bindingOf(toolCall({ principal, arguments: args }), '');
      expect(bind(one) === bind(two)).toBe(canonicalJson(one) === canonicalJson(two));
    }),
  );
  const turned = toolCall({ principal, arguments: { b: 1, a: 2 } });
  expect(bindingOf(turned, '')).toBe(bindingOf(toolCall({ principal, arguments: { a: 2, b: 1 } }), ''));
});

test('nobody without the key of the process can try values against it', () => {
  const { server, tool, arguments: args } = call;
  const bound = canonicalJson({ agent: 'a', user: 'u', server, tool, arguments: args, definition: 'f' });
  expect(bindingOf(call, 'f')).toMatch(/^[0-9a-f]{64}$/);
  expect(bindingOf(call, 'f')).not.toBe(hash('sha256', bound));
});
