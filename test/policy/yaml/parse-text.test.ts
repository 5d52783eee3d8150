import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { runAtOnce } from '../../../src/policy/run-slices.js';
import { parseText } from '../../../src/policy/yaml/parse-text.js';

const read = (text: string) => runAtOnce(parseText(text, 'p.yaml'));

describe('parseText', () => {
  test.each([
    ['JSON', '{"a": [1, {"b": null}], "c": "x"}'],
    ['Windows lines and a byte order mark', '\uFEFFa: 1\r\nb:\r\n  - c\r\n'],
    ['folded and literal texts', 'a: |\n  x\n  y\nb: >-\n  x\n  y\n'],
    ['a start and an end', '---\na: 1\n...\n'],
    ['words that older YAML took for truth', 'a: yes\nb: on\nc: 08:00\n'],
    ['anchors, in moderation', 'a: &x { b: [1] }\nc: [*x, *x]\n'],
    ['a long list before other keys', `r:\n${'  - { a: 1 }\n  - b\n'.repeat(60)}z: { y: 1 }\n`],
    ['a long list that ends the text', `z: 1\nr:\n${'- { a: [1, 2] }\n'.repeat(97)}`],
    ['anchors across a long list', `r:\n  - &x { a: 1 }\n${'  - *x\n'.repeat(70)}z: *x\n`],
    ['a long flow list', `{ "z": 1, "r": [${'{ "a": [1, 2] }, "b", c: d, '.repeat(50)}"e"], "y": [2] }`],
    ['a long flow list with a comma at its end', `a: 1\nr: [\n${'  { a: 1 },\n'.repeat(64)}]\ny: 2\n`],
    ['anchors across several long lists', `r: [&x { a: 1 }${', *x'.repeat(70)}]\nz:\n${'- *x\n'.repeat(70)}`],
  ])('reads %s as the YAML library does', (_, text) => {
    expect(read(text).value).toEqual(parse(text, { maxAliasCount: -1 }));
  });

  test('finds places, in long lists and through aliases', () => {
    const { locate } = read(`r:\n${'  - { a: 1 }\n'.repeat(100)}x: &x { key: 1 }\ny:\n  z: *x\n`);
    expect(locate(['r', 0], 'value')).toEqual({ line: 2, column: 5 });
    expect(locate(['r', 99, 'a'], 'key')).toEqual({ line: 101, column: 7 });
    expect(locate(['r', 99, 'a'], 'value')).toEqual({ line: 101, column: 10 });
    expect(locate(['y', 'z', 'key'], 'key')).toEqual({ line: 102, column: 9 });
    expect(locate(['y', 'missing'], 'value')).toEqual({ line: 104, column: 3 });
    expect(locate([], 'value')).toEqual({ line: 1, column: 1 });
  });

  test('a broken line in a long list is found where it is', () => {
    const text = `rules:\n${'  - { a: 1 }\n'.repeat(100)}  - { a: "\\q" }\n${'  - { a: 1 }\n'.repeat(100)}`;
    expect(() => read(text)).toThrow('p.yaml:102:11: invalid escape sequence \\q');
  });

  test.each([
    ['two commas', ',,'],
    ['no comma', ' '],
  ])('a long flow list with %s anywhere is refused, as the YAML library refuses it', (_, separator) => {
    for (let at = 1; at < 100; at++) {
      const text = `r: [${'{ a: 1 },'.repeat(at - 1)}{ a: 1 }${separator}${'{ a: 1 },'.repeat(100 - at)}]`;
      expect(() => parse(text)).toThrow();
      expect(() => read(text)).toThrow(/p\.yaml:1:\d+: /);
    }
  });

  test('numbers keep their value, or are refused', () => {
    expect(read('a: 9007199254740991\nb: 1e21\nc: 0.1\n').value).toEqual({ a: 9007199254740991, b: 1e21, c: 0.1 });
    expect(() => read('a: 9007199254740993\n')).toThrow('p.yaml:1:4: is a whole number too large');
  });
});
