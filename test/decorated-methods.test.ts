import { expect, test } from '@jest/globals';
import { noteMethod, notesOf } from '../src/decorated-methods.js';

/** What a runtime hands to a decorator, with the initializers it would run for each instance. */
function decorating(name: string) {
  const initializers: ((this: unknown) => void)[] = [];
  const addInitializer = (each: (this: unknown) => void) => initializers.push(each);
  const context = { kind: 'method', name, private: false, addInitializer } as unknown as ClassMethodDecoratorContext;
  const construct = (): object => {
    const instance = {};
    for (const each of initializers) each.call(instance);
    return instance;
  };
  return { context, construct };
}

test('notes are kept for each instance, from the first one on', () => {
  const { context, construct } = decorating('search');
  noteMethod(() => 1, context, { tool: { description: 'd' } });
  noteMethod(() => 1, context, { governance: { piiScan: 'strict' } });
  const [a, b] = [construct(), construct()];
  for (const instance of [a, b]) {
    expect([...notesOf(instance)]).toEqual([
      ['search', { tool: { description: 'd' }, governance: { piiScan: 'strict' } }],
    ]);
  }
  expect(notesOf({}).size).toBe(0);
});

test('a method called __proto__ is a method like any other', () => {
  const { context, construct } = decorating('__proto__');
  noteMethod(() => 1, context, { tool: {} });
  expect([...notesOf(construct()).keys()]).toEqual(['__proto__']);
});
