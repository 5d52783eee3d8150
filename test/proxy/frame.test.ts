import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Reading, readFrames, toFrame, writeFrame } from '../../src/proxy/frame.js';
import { surveyJson } from '../../src/proxy/survey.js';

const call = (params: string, id = '1') => `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${params}}`;

function framesOf(reading: Reading) {
  if ('refusal' in reading) throw new Error(JSON.stringify(reading.refusal));
  return reading.frames;
}

function refusalOf(reading: Reading) {
  if (!('refusal' in reading)) throw new Error('was read');
  const { id, error } = reading.refusal as { id: unknown; error: { code: number; message: string } };
  return { id, code: error.code, message: error.message, isAnswer: reading.isAnswer === true };
}

describe('readFrames', () => {
  it('keeps the text of a message', () => {
    const text = '{ "jsonrpc": "2.0", "id": 1, "method": "ping" }';
    expect(framesOf(readFrames(text))).toEqual([{ text, message: { jsonrpc: '2.0', id: 1, method: 'ping' } }]);
  });

  it('keeps the texts of the messages in a batch', () => {
    const one = '{"jsonrpc":"2.0", "id":1, "method":"a", "params":{"x":[1,{"y":",]}"}]}}';
    const two = '{"jsonrpc":"2.0","method":"b"}';
    const read = readFrames(` [ ${one} ,${two}]`);
    expect(framesOf(read).map(({ text }) => text)).toEqual([one, two]);
    expect('isBatch' in read && read.isBatch).toBe(true);
  });

  it.each([
    ['not JSON', '{', -32700],
    ['nothing', '', -32700],
    ['a text', '"tools/call"', -32600],
    ['null', 'null', -32600],
    ['an empty batch', '[]', -32600],
    ['a number in a batch', '[1]', -32600],
    ['a batch in a batch', '[[{"jsonrpc":"2.0","method":"a"}]]', -32600],
    ['no jsonrpc', '{"id":1,"method":"a"}', -32600],
    ['an old jsonrpc', '{"jsonrpc":"1.0","id":1,"method":"a"}', -32600],
    ['nothing but an id', '{"jsonrpc":"2.0","id":1}', -32600],
    ['a result and an error', '{"jsonrpc":"2.0","id":1,"result":{},"error":{}}', -32600],
    ['a method and a result', '{"jsonrpc":"2.0","id":1,"method":"a","result":{}}', -32600],
    ['a result for nobody', '{"jsonrpc":"2.0","id":null,"result":{}}', -32600],
    ['an id that is null', '{"jsonrpc":"2.0","id":null,"method":"a"}', -32600],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"a"}', -32600],
    ['an id beyond 2^53', '{"jsonrpc":"2.0","id":9007199254740993,"method":"a"}', -32600],
    ['a method that is a list', '{"jsonrpc":"2.0","id":1,"method":["tools/call"]}', -32600],
    ['Method', '{"jsonrpc":"2.0","id":1,"Method":"tools/call"}', -32600],
    ['method and METHOD', '{"jsonrpc":"2.0","id":1,"method":"ping","METHOD":"tools/call"}', -32600],
    ['a Result', '{"jsonrpc":"2.0","id":1,"result":{},"Result":{}}', -32600],
    ['params with a long s', '{"jsonrpc":"2.0","id":1,"method":"tools/call","param\u017f":{}}', -32600],
    ['two methods', '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}', -32600],
    ['two names', call('{"name":"a","name":"b"}'), -32600],
    ['two names, one of them escaped', call('{"name":"a","n\\u0061me":"b"}'), -32600],
    ['two equal members deep down', call('{"name":"a","arguments":{"x":[{"y":1,"y":1}]}}'), -32600],
    ['two __proto__', call('{"name":"a","arguments":{"__proto__":1,"__proto__":2}}'), -32600],
    ['a Name', call('{"name":"a","Name":"b"}'), -32600],
    ['Arguments', call('{"name":"a","Arguments":{}}'), -32600],
    ['a number beyond 2^53', call('{"name":"a","arguments":{"n":9007199254740993}}'), -32602],
    ['too many digits', call('{"name":"a","arguments":{"n":0.12345678901234567890}}'), -32602],
    ['a number beyond all', call('{"name":"a","arguments":{"n":1e999}}'), -32602],
    ['a number next to none', call('{"name":"a","arguments":{"n":1e-999}}'), -32602],
    ['half a surrogate', call('{"name":"a","arguments":{"n":"\\ud83d"}}'), -32602],
    ['half a surrogate in a name', call('{"name":"a","arguments":{"\\uDE00":1}}'), -32602],
    ['half a surrogate as it is', call('{"name":"a","arguments":{"n":"\ud83d"}}'), -32602],
    ['depth', call(`{"name":"a","arguments":{"n":${'['.repeat(200)}${']'.repeat(200)}}}`), -32600],
    ['great depth', `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`, -32600],
    ['great depth of objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, -32600],
  ])('refuses %s', (_, text, code) => {
    expect(refusalOf(readFrames(text)).code).toBe(code);
  });

  it('answers by the id, where it is one', () => {
    expect(refusalOf(readFrames('{"jsonrpc":"2.0","id":7,"Method":"a","method":"b"}'))).toMatchObject({
      id: 7,
      isAnswer: false,
    });
    expect(refusalOf(readFrames('{"jsonrpc":"2.0","id":{},"method":"b"}')).id).toBeNull();
    expect(refusalOf(readFrames('{"jsonrpc":"2.0","id":"x","result":1,"Result":2}'))).toMatchObject({
      id: 'x',
      isAnswer: true,
    });
  });

  it('quotes nothing of what it refuses', () => {
    const secret = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
    expect(JSON.stringify(readFrames(`{"jsonrpc":"2.0","${secret}":1,"${secret}":2}`))).not.toContain('ghp_');
    expect(JSON.stringify(readFrames(`{${secret}`))).not.toContain('ghp_');
  });

  it.each([
    '{"jsonrpc":"2.0","id":1,"method":"later/invented","params":{"n":9007199254740993}}',
    '{"jsonrpc":"2.0","id":1,"result":{"n":0.12345678901234567890}}',
  ])('passes numbers that nobody judges: %s', (text) => {
    expect(framesOf(readFrames(text))[0]).toMatchObject({ text, isInexact: true });
  });

  it.each([
    '1',
    '1.0',
    '1e3',
    '0.1',
    '-0.0',
    '123456789012345',
    '9007199254740991',
    '1.7976931348623157e308',
    '100000000000000000000',
  ])('takes the number %s in a call', (number) => {
    expect(framesOf(readFrames(call(`{"name":"a","arguments":{"n": ${number}}}`)))).toHaveLength(1);
  });

  it('takes whole pairs of surrogates, escaped or not', () => {
    expect(framesOf(readFrames(call('{"name":"a","arguments":{"n":"\\ud83d\\ude00 \u{1F600}"}}')))).toHaveLength(1);
  });

  it('reads what JSON writes, as it was written', () => {
    const json = fc.json({ maxDepth: 5 });
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 1, '\t'), (params, indent) => {
        const message = { jsonrpc: '2.0', id: 1, method: 'm', params: JSON.parse(params) as unknown };
        const text = JSON.stringify(message, undefined, indent);
        const [frame] = framesOf(readFrames(text));
        expect(frame?.text).toBe(text);
        expect(frame?.message).toEqual(message);
        expect(JSON.parse(writeFrame(frame!))).toEqual(message);
        expect(writeFrame(frame!)).not.toMatch(/[\r\n]/);
      }),
    );
  });

  it('looks large texts over before it reads them', () => {
    const long = 'x"\\'.repeat(50_000);
    expect(framesOf(readFrames(call(JSON.stringify({ name: 'a', arguments: { long } }))))).toHaveLength(1);
    const twice = `{"name":"a","arguments":{"long":${JSON.stringify(long)},"a":1,"a":2}}`;
    expect(refusalOf(readFrames(call(twice)))).toMatchObject({ code: -32600, id: 1 });
    expect(refusalOf(readFrames(call(twice).slice(0, 90_000))).code).toBe(-32700);
  });

  it('answers any text with frames or a refusal', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readFrames(text)));
  });
});

describe('surveyJson', () => {
  it('takes a number for exact where reading changes nothing', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(surveyJson(JSON.stringify([number])).isInexact).toBe(false);
      }),
    );
  });

  it('takes an integer for exact where reading it as one says the same', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (integer) => {
        expect(surveyJson(`{"n":${integer}}`).isInexact).toBe(expand(String(Number(integer))) !== String(integer));
      }),
    );
  });
});

function expand(shortest: string): string {
  const found = /^(-?)(\d)(?:\.(\d+))?e\+(\d+)$/.exec(shortest);
  if (found === null) return shortest;
  const [, sign, whole, fraction = '', exponent] = found;
  return `${sign}${whole}${fraction.padEnd(Number(exponent), '0')}`;
}

describe('writeFrame', () => {
  it('writes what has no text', () => {
    expect(writeFrame(toFrame({ jsonrpc: '2.0', method: 'a' }))).toBe('{"jsonrpc":"2.0","method":"a"}');
  });
});
