import { expect, test } from '@jest/globals';
import { withArguments } from '../../src/call/tool-call.js';
import { toolCall } from './support.js';

test('withArguments changes the arguments and nothing else', () => {
  const call = Object.freeze(
    toolCall({ meta: { a: 1 }, definition: { tagged: {} }, signal: new AbortController().signal, door: 'proxy' }),
  );
  const args = { query: 'dogs' };
  const changed = withArguments(call, args);
  expect(changed).toEqual({ ...call, arguments: args });
  expect(Object.keys(changed).sort()).toEqual(Object.keys(call).sort());
  expect(changed.arguments).toBe(args);
  expect(call.arguments).toEqual({ query: 'cats' });
});
