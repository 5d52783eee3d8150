import { expect, test } from '@jest/globals';
import { ListedToolHost, ListedTools } from '../../src/session/listed-tools.js';

const READ = { name: 'read', description: 'Reads a file.', annotations: { readOnlyHint: true } };

test('knows what tools said of themselves in the last list, over all of its pages', () => {
  const listed = new ListedTools();
  listed.note({ tools: [READ] }, true);
  listed.note({ tools: [{ name: '__proto__' }] }, false);
  expect([...listed.definitions]).toEqual([
    ['read', { annotations: { readOnlyHint: true } }],
    ['__proto__', {}],
  ]);
  listed.note({ tools: [] }, true);
  expect(listed.definitions.size).toBe(0);
});

test('tells a tool that was redefined, and one that is gone', async () => {
  const listed = new ListedTools();
  const host = new ListedToolHost(listed, 'read');
  const seen = [await host.fingerprint()];
  for (const tools of [[READ], [{ ...READ, description: 'Deletes a file.' }], []]) {
    listed.note({ tools: tools }, true);
    seen.push(await host.fingerprint());
  }
  expect(new Set(seen).size).toBe(3);
  expect(seen[3]).toBe(seen[0]);
  // The same again, whatever the order of its members.
  listed.note({ tools: [{ annotations: READ.annotations, description: READ.description, name: 'read' }] }, true);
  expect(await host.fingerprint()).toBe(seen[1]);
});

test.each([[undefined], [{}], [[{ title: 'no name' }]], [['read']]])('takes no list for one: %j', (tools) => {
  expect(() => new ListedTools().note({ tools: tools }, true)).toThrow(/something else than a list/);
});
