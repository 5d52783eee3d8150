import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { redactJson } from '../../../src/cli/scan/redact-json.js';
import { redactionOf, redactValue } from '../../../src/pii/redact.js';
import { RegexPIIScanner } from '../../../src/pii/regex-pii-scanner.js';
import { scanValue } from '../../../src/pii/scan-value.js';

const scanner = new RegexPIIScanner();

async function redacted(text: string): Promise<{ text: string; value: unknown }> {
  const value: unknown = JSON.parse(text);
  const hits = await scanValue(value, scanner, { direction: 'output', tool: 'scan' });
  const redaction = redactionOf(hits, () => true);
  return {
    text: redaction === undefined ? text : redactJson(text, redaction),
    value: redactValue(value, hits, () => true),
  };
}

test('leaves all else as it is written', async () => {
  const source = String.raw`{ "z" : 1e400,"b":1.0,
    "10": [ ] , "2":{}, "mail": "bob@example.com \u00e9\/ \u0041", "n":-0, "t" : [true,null, 4111111111111111 ] }
`;
  expect((await redacted(source)).text).toBe(
    source.replace('bob@example.com', '##EMAIL##').replace('4111111111111111', '0'),
  );
});

test('finds its place behind escape sequences', async () => {
  const { text } = await redacted(String.raw`["\ud83d\ude00\n\"bob@example.com\" \u0062ob@example.com \\"]`);
  expect(text).toBe(String.raw`["\ud83d\ude00\n\"##EMAIL##\" ##EMAIL## \\"]`);
});

test('numbers keys that become equal, and keeps those of inner objects apart', async () => {
  const { text } = await redacted('{"a@example.com":{"c@example.com":1},"b@example.com":2,"##EMAIL##_2":3}');
  expect(text).toBe('{"##EMAIL##":{"##EMAIL##":1},"##EMAIL##_3":2,"##EMAIL##_2":3}');
});

test('takes hostile text away', async () => {
  expect((await redacted('{"a":"x\u200b\u200b\u200by \\u0041"}')).text).toBe('{"a":"xy A"}');
});

test('says the same as redaction of the value', async () => {
  const word = fc.constantFrom('bob@example.com', '123-45-6789', 'plain', '\u00e9"\\\n', '2', 'password', 'S3cr3t!pw');
  const text = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.integer(),
      fc.constant(null),
      fc.array(tie('tree'), { maxLength: 3 }),
      tie('object'),
    ),
    object: fc.dictionary(text, tie('tree'), { maxKeys: 4 }),
  }));
  await fc.assert(
    fc.asyncProperty(tree, fc.constantFrom(undefined, 2), async (value, indent) => {
      const result = await redacted(JSON.stringify(value, undefined, indent));
      expect(JSON.parse(result.text)).toEqual(JSON.parse(JSON.stringify(result.value)));
    }),
    { numRuns: 200 },
  );
});
