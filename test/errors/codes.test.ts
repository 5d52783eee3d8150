import { describe, expect, test } from '@jest/globals';
import * as entry from '../../src/index.js';
import { ERROR_CODES } from '../../src/errors/codes.js';

const entries = Object.entries(ERROR_CODES);

describe('the table of error codes', () => {
  test.each(entries)('%s names itself, a public class, what it means and what to do', (key, each) => {
    expect(each.code).toBe(key);
    expect(key).toMatch(/^[a-z]+(_[a-z]+)*$/);
    const made = (entry as Record<string, unknown>)[each.class];
    expect(typeof made).toBe('function');
    expect((made as typeof entry.GovernanceError).prototype).toBeInstanceOf(entry.GovernanceError);
    for (const text of [each.meaning, each.whatToDo]) expect(text).toMatch(/^[A-Z`].*\.$/);
  });

  test('covers every public error class but the common one, and those that have the code of their parent', () => {
    const classes = Object.values(entry).filter(
      (each) =>
        typeof each === 'function' &&
        each.prototype instanceof entry.GovernanceError &&
        !(each.prototype instanceof entry.ConfigError),
    );
    const named = new Set(entries.map(([, each]) => each.class));
    expect(classes.map((each) => each.name).sort()).toEqual([...named].sort());
  });
});
