import { expect, test } from '@jest/globals';
import { skeletonOf } from '../../src/pins/look-alike.js';

test.each([
  ['read_file', 'readFile', 'Read-File', 'read.file', 'READ FILE', 'read/file'],
  ['paypal', 'раураl', 'pаypal', 'ｐａｙｐａｌ', 'pay\u200bpal', 'páypal', '𝗽𝗮𝘆𝗽𝗮𝗹'],
  ['files', 'fi1es', 'fiIes', 'filеs', 'f\u0456les'],
  ['modern', 'modem'],
  ['goo', 'g00', 'gοο'],
])('%s looks like %s', (name, ...others) => {
  for (const other of others) expect(skeletonOf(other)).toBe(skeletonOf(name));
});

test.each([
  ['read', 'write'],
  ['read_file', 'read_files'],
  ['get_user', 'set_user'],
  ['поиск', 'запрос'],
])('%s does not look like %s', (one, other) => {
  expect(skeletonOf(one)).not.toBe(skeletonOf(other));
});
