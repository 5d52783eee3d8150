import { z } from 'zod';
import { resolveSegments } from './path-segments.js';
import { readPath } from './read-path.js';
import { FALSE, type Truth, TRUE, UNKNOWN } from '../truth.js';
import { listed, type Operator, type OperatorTest } from './operator.js';

const path = z.string({ error: 'must be an absolute path' }).min(1, { error: 'must be an absolute path' });

/** Operator that asks where a path leads, once `.`, `..` and repeated slashes are resolved. */
export const WITHIN_PATH_OPERATOR: Operator = {
  name: 'within_path',
  operand: 'an absolute path or a list of them',
  schema: z.union([path, z.array(path).min(1)], { error: 'must be an absolute path or a list of them' }),
  meaning:
    'The path is this directory or lies below it (or one of those), after `.`, `..` and repeated slashes are ' +
    'resolved. `file:` URLs are read. Links in the file system are not followed: nothing is looked up.',
  wrongType:
    'It cannot be evaluated for what is no text, and for a path that is relative, starts with `~`, or holds NUL, ' +
    'a backslash (but for a Windows directory) or a percent-encoded dot or slash.',
  example: '/srv/data',
  compile: (operand) => {
    const tests: OperatorTest[] = [];
    for (const directory of listed(operand as string | string[])) {
      const test = within(directory);
      if (typeof test === 'string') return test;
      tests.push(test);
    }
    return (value) => {
      let best: Truth = FALSE;
      for (const test of tests) {
        const truth = test(value);
        if (truth > best) best = truth;
      }
      return best;
    };
  },
};

function within(directory: string): OperatorTest | string {
  const windows = /^[A-Za-z]:[\\/]/.test(directory);
  const read = readPath(directory, windows);
  if (read === undefined) {
    return directory.startsWith('/') || windows
      ? 'must be a plain absolute path, without NUL, backslashes or percent-encoded signs'
      : "must be an absolute path such as '/srv/data'";
  }
  const base = resolveSegments(read);
  return (value) => {
    const path = typeof value === 'string' ? readPath(value, windows) : undefined;
    if (path === undefined) return UNKNOWN;
    const segments = resolveSegments(path);
    return base.length <= segments.length && base.every((segment, index) => segment === segments[index]) ? TRUE : FALSE;
  };
}
