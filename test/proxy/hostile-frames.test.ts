import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MemorySink } from '../../src/audit/memory-sink.js';
import { isJsonObject, type JsonObject } from '../../src/call/json.js';
import { startRelay } from '../contract/hosts/proxied.js';

const PARAMS = '{"name":"blocked","arguments":{}}';
const call = (params = PARAMS, id = '1'): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${params}}`;
const args = (text: string): string => call(`{"name":"blocked","arguments":${text}}`);
const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

/** What comes back: the code of a JSON-RPC error, a refusal as a result, or nothing. */
type Answer = number | 'refused' | 'nothing';

/** Lines that may not reach the server, and what their sender is told. */
const FRAMES: readonly (readonly [title: string, line: string, answer: Answer])[] = [
  // Calls that are refused, whatever they look like.
  ['a call', call(), 'refused'],
  ['a call with a text for an id', call(PARAMS, '"x"'), 'refused'],
  ['an empty text for an id', call(PARAMS, '""'), 'refused'],
  ['a negative id', call(PARAMS, '-1'), 'refused'],
  ['a broken number for an id', call(PARAMS, '1.5'), 'refused'],
  ['an id of nought', call(PARAMS, '0'), 'refused'],
  ['a long id', call(PARAMS, `"${'i'.repeat(100_000)}"`), 'refused'],
  ['an id that is a name of JavaScript', call(PARAMS, '"__proto__"'), 'refused'],
  ['a call without an id', `{"jsonrpc":"2.0","method":"tools/call","params":${PARAMS}}`, 'nothing'],
  ['a batch of one', `[${call()}]`, 'refused'],
  ['a batch behind a ping', `[{"jsonrpc":"2.0","id":"p","method":"ping"},${call()}]`, 'refused'],
  ['spaces', ` \t${call().replaceAll(':', ' : ').replaceAll(',', ' , ')} `, 'refused'],
  ['a carriage return', `${call()}\r`, 'refused'],
  ['carriage returns within', call().replaceAll(',', ',\r'), 'refused'],
  ['an escaped method', call().replace('tools/call', 'tools\\/call'), 'refused'],
  ['a method in escapes', call().replace('tools/call', '\\u0074ools\\u002fcall'), 'refused'],
  ['an escaped key', call().replace('"method"', '"m\\u0065thod"'), 'refused'],
  ['an escaped name', call('{"name":"bl\\u006fcked"}'), 'refused'],
  ['params in front', `{"params":${PARAMS},"method":"tools/call","id":1,"jsonrpc":"2.0"}`, 'refused'],
  ['no arguments', call('{"name":"blocked"}'), 'refused'],
  ['a member nobody knows', call().replace('{"jsonrpc"', '{"x":{"name":"blocked"},"jsonrpc"'), 'refused'],
  ['__proto__ as a member', call().replace('{"jsonrpc"', '{"__proto__":{"method":"ping"},"jsonrpc"'), 'refused'],
  ['__proto__ in params', call('{"__proto__":{"name":"free"},"name":"blocked"}'), 'refused'],
  ['__proto__ in arguments', args('{"__proto__":{"a":1}}'), 'refused'],
  ['constructor in arguments', args('{"constructor":{"prototype":{"a":1}}}'), 'refused'],
  ['a task', call('{"name":"blocked","task":{"ttl":1}}'), -32080],
  ['a bad _meta', call('{"name":"blocked","_meta":7}'), 'refused'],
  ['a bad progress token', call('{"name":"blocked","_meta":{"progressToken":{}}}'), 'refused'],
  [
    'many members',
    args(JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [at, at])))),
    'refused',
  ],
  ['much text', args(`{"a":"${'a'.repeat(2 * 1024 ** 2)}"}`), 'refused'],
  ['70 levels', args(deep(70)), 'refused'],
  ['a zero', args('{"a":"\\u0000"}'), 'refused'],
  ['a byte order mark within', args('{"a":"\ufeff"}'), 'refused'],
  ['line separators', args('{"a":"\u2028\u2029"}'), 'refused'],
  ['a whole pair', args('{"a":"\\ud83d\\ude00"}'), 'refused'],
  // Calls that are none.
  ['no params', '{"jsonrpc":"2.0","id":1,"method":"tools/call"}', -32602],
  ['params null', call('null'), -32602],
  ['params a list', call('["blocked",{}]'), -32602],
  ['params a text', call('"blocked"'), -32602],
  ['params true', call('true'), -32602],
  ['no name', call('{"arguments":{"a":"blocked"}}'), -32602],
  ['a name that is null', call('{"name":null,"arguments":{"a":"blocked"}}'), -32602],
  ['a name that is a list', call('{"name":["blocked"]}'), -32602],
  ['a name that is an object', call('{"name":{"toString":"blocked"}}'), -32602],
  ['a name that is a number', call('{"name":7,"arguments":{"a":"blocked"}}'), -32602],
  ['arguments null', args('null'), -32602],
  ['arguments a list', args('[]'), -32602],
  ['arguments a text', args('"{}"'), -32602],
  ['arguments a number', args('1'), -32602],
  ['arguments false', args('false'), -32602],
  ['none without an id', '{"jsonrpc":"2.0","method":"tools/call","params":["blocked"]}', 'nothing'],
  ['a number beyond 2^53', args('{"n":9007199254740993}'), -32602],
  ['a negative number beyond 2^53', args('{"n":-9007199254740993}'), -32602],
  ['a number with 20 digits', args('{"n":12345678901234567890}'), -32602],
  ['a fraction with too many digits', args('{"n":0.1000000000000000055511151231257827}'), -32602],
  ['infinity by size', args('{"n":1e400}'), -32602],
  ['nothing by size', args('{"n":1e-400}'), -32602],
  ['a large number deep down', args('{"a":[[{"b":[9007199254740993]}]]}'), -32602],
  ['a large number in _meta', call('{"name":"blocked","_meta":{"progressToken":9007199254740993}}'), -32602],
  ['half a pair', args('{"a":"\\ud83d"}'), -32602],
  ['the other half', args('{"a":"\\uDE00"}'), -32602],
  ['halves in the wrong order', args('{"a":"\\ude00\\ud83d"}'), -32602],
  ['half a pair as a key', args('{"\\ud83d":1}'), -32602],
  ['half a pair in the name', call('{"name":"blocked\\ud83d"}'), -32602],
  ['half a pair in an id', call(PARAMS, '"\\ud83d"'), -32602],
  // What other readers would read otherwise.
  ['two methods', call().replace('"id"', '"method":"ping","id"'), -32600],
  [
    'two methods, the other way round',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","method":"ping","params":{"name":"blocked"}}',
    -32600,
  ],
  ['two params', `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"free"},"params":${PARAMS}}`, -32600],
  ['two names', call('{"name":"free","name":"blocked"}'), -32600],
  ['two names, one escaped', call('{"n\\u0061me":"free","name":"blocked"}'), -32600],
  ['two arguments', call('{"name":"blocked","arguments":{},"arguments":{"a":1}}'), -32600],
  ['two members within arguments', args('{"a":1,"a":2}'), -32600],
  ['two members in a list of arguments', args('{"a":[{"b":1,"b":2}]}'), -32600],
  ['two ids', call().replace('"id":1', '"id":1,"id":2'), -32600],
  ['two versions', call().replace('"jsonrpc":"2.0"', '"jsonrpc":"2.0","jsonrpc":"2.0"'), -32600],
  ['two __proto__', args('{"__proto__":1,"__proto__":2}'), -32600],
  ['Method alone', call().replace('"method"', '"Method"'), -32600],
  ['METHOD besides', call().replace('"tools/call"', '"ping","METHOD":"tools/call"'), -32600],
  ['Params besides', call('{"name":"free"}').replace('"params"', `"Params":${PARAMS},"params"`), -32600],
  ['a long s in params', call().replace('"params"', '"param\u017f"'), -32600],
  ['Name besides', call('{"name":"free","Name":"blocked"}'), -32602],
  ['NAME alone', call('{"NAME":"blocked"}'), -32602],
  ['Arguments besides', call('{"name":"blocked","arguments":{},"Arguments":{"a":1}}'), -32602],
  ['Id besides', call().replace('"id":1', '"id":1,"Id":2'), -32600],
  ['JSONRPC for jsonrpc', call().replace('"jsonrpc"', '"JSONRPC"'), -32600],
  // What is no message.
  ['no version', `{"id":1,"method":"tools/call","params":${PARAMS}}`, -32600],
  ['version 1.0', call().replace('"2.0"', '"1.0"'), -32600],
  ['version 2', call().replace('"2.0"', '2.0'), -32600],
  ['an id that is null', call(PARAMS, 'null'), -32600],
  ['an id that is true', call(PARAMS, 'true'), -32600],
  ['an id that is a list', call(PARAMS, '[1]'), -32600],
  ['an id that is an object', call(PARAMS, '{"a":1}'), -32600],
  ['an id beyond 2^53', call(PARAMS, '9007199254740993'), -32600],
  ['an id without end', call(PARAMS, '1e400'), -32600],
  ['a method in a list', call().replace('"tools/call"', '["tools/call"]'), -32600],
  ['a method that is null', call().replace('"tools/call"', 'null'), -32600],
  ['a result besides', call().replace('"id"', '"result":{},"id"'), -32600],
  ['an error besides', call().replace('"id"', '"error":{},"id"'), -32600],
  ['an empty batch', '[]', -32600],
  ['a batch in a batch', `[[${call()}]]`, -32600],
  ['a batch with a number', `[${call()},1]`, -32600],
  ['a batch with null', `[null,${call()}]`, -32600],
  ['a text', JSON.stringify(call()), -32600],
  ['a number', '42', -32600],
  ['null', 'null', -32600],
  ['200 levels', args(deep(200)), -32600],
  ['100,000 levels', `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${deep(100_000)}}`, -32600],
  ['a million brackets', '['.repeat(1_000_000), -32600],
  // What is no JSON.
  ['half a call', call().slice(0, -1), -32700],
  ['a call and more', `${call()}${call()}`, -32700],
  ['a comma too many', call().replace('}}', '},}'), -32700],
  ['single quotes', call().replaceAll('"', "'"), -32700],
  ['a comment', `/**/${call()}`, -32700],
  ['a byte order mark', `\ufeff${call()}`, -32700],
  ['a zero in front', `\u0000${call()}`, -32700],
  ['NaN', args('{"n":NaN}'), -32700],
  ['a raw tab in a text', args('{"a":"\t"}'), -32700],
  ['a number that begins with nought', args('{"n":01}'), -32700],
  ['a header of LSP', `Content-Length: ${call().length}`, -32700],
  ['a request of HTTP', 'POST /mcp HTTP/1.1', -32700],
  ['shell', '$(tools/call blocked)', -32700],
  ['a line of 5 MB', args(`{"a":"${'a'.repeat(5 * 1024 ** 2)}"}`), -32600],
];

describe('what may not reach the server', () => {
  let session: ReturnType<typeof open>;
  beforeEach(() => {
    session = open();
  });
  afterEach(() => session.close());

  it(`is a table of at least 80 lines`, () => {
    expect(FRAMES.length).toBeGreaterThanOrEqual(80);
  });

  it.each(FRAMES)('%s', async (_title, line, answer) => {
    session.write(line);
    const told = await session.afterwards(answer === 'nothing' ? 0 : 1);
    expect(told.map(readAnswer)).toEqual(answer === 'nothing' ? [] : [answer]);
    expect(session.reached.filter((text) => text.includes('blocked') || /tools.{0,6}call/i.test(text))).toEqual([]);
  });

  it('leaves an event for every call, also for those that are none', async () => {
    for (const [, line] of FRAMES.filter(([, , answer]) => answer === 'refused').slice(0, 5)) {
      session.write(line);
      await session.afterwards(1);
    }
    for (const line of [call('null'), args('{"n":9007199254740993}'), call('{"name":"blocked","Name":"free"}')]) {
      session.write(line);
      await session.afterwards(1);
    }
    expect(session.sink.events.map(({ door }) => door)).toEqual(Array.from({ length: 8 }, () => 'proxy'));
  });

  it('is found in any text that fast-check makes of a call', async () => {
    const pieces = [
      call(),
      '"',
      '{',
      '}',
      '[',
      ']',
      ',',
      '\\',
      ':',
      '"method":"tools/call"',
      '"name":"blocked"',
      ' ',
      '1',
    ];
    const mutated = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 5 })), {
      maxLength: 12,
    });
    const cut = fc.tuple(fc.nat(call().length), fc.nat(call().length), fc.string({ maxLength: 4 }));
    const lines = fc.oneof(
      mutated.map((each) => each.join('')),
      cut.map(([from, to, by]) => call().slice(0, from) + by + call().slice(to)),
    );
    await fc.assert(
      fc.asyncProperty(lines, async (line) => {
        session.write(line.replaceAll('\n', ' '));
        await session.afterwards(0);
        const called = session.reached.filter((text) => text.includes('tools/call') || text.includes('blocked'));
        expect(called.map((text) => methodOf(text))).not.toContain('tools/call');
      }),
      { numRuns: 300 },
    );
  });
});

/** A relay that blocks `blocked`, before a server that answers everything and keeps what reached it. */
function open() {
  const sink = new MemorySink();
  const { fromClient, toClient, fromServer, toServer, close } = startRelay({
    audit: sink,
    toolConfigs: { '*': { policyAction: 'block' } },
  });
  const reached: string[] = [];
  const told: JsonObject[] = [];
  let heard = (): void => undefined;
  linesOf(toServer, (text) => {
    const { id, method } = JSON.parse(text) as JsonObject;
    if (method !== 'ping') reached.push(text);
    if (id !== undefined) fromServer.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: { reached: true } })}\n`);
  });
  linesOf(toClient, (text) => {
    told.push(JSON.parse(text) as JsonObject);
    heard();
  });
  let pings = 0;
  return {
    sink,
    reached,
    close,
    write: (line: string) => fromClient.write(`${line}\n`),
    /** What was told until a ping was answered, and so much besides. */
    async afterwards(least: number): Promise<JsonObject[]> {
      const id = `ping ${pings++}`;
      fromClient.write(`{"jsonrpc":"2.0","id":"${id}","method":"ping"}\n`);
      const others = () => told.filter((each) => !String(each['id']).startsWith('p'));
      while (!told.some((each) => each['id'] === id) || others().length < least) {
        await new Promise<void>((resolve) => (heard = resolve));
      }
      const found = others();
      told.length = 0;
      return found;
    },
  };
}

function linesOf(stream: NodeJS.ReadableStream, onLine: (text: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
}

function readAnswer({ result, error }: JsonObject): unknown {
  if (isJsonObject(error)) return error['code'];
  return isJsonObject(result) && result['isError'] === true ? 'refused' : result;
}

function methodOf(text: string): unknown {
  const read: unknown = JSON.parse(text);
  return isJsonObject(read) ? read['method'] : undefined;
}
