import { afterEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/call/json.js';
import { HOSTS, refusalOf, Started, text, textOf } from './hosts/all-hosts.js';
import { CLIENTS } from './hosts/clients.js';

const nested = (levels: number, inner = ''): unknown => JSON.parse('['.repeat(levels) + inner + ']'.repeat(levels));
const manyKeys = (keys: number): JsonObject =>
  Object.fromEntries(Array.from({ length: keys }, (_, at) => [`k${at}`, 1]));

const HOSTILE: readonly [string, () => unknown][] = [
  ['arrays nested 10,000 deep', () => nested(10_000)],
  ['objects nested 10,000 deep', () => JSON.parse('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000))],
  ['a text of 5 MB', () => 'x'.repeat(5_000_000)],
  ['5 MB in many texts', () => Array.from({ length: 50_000 }, () => 'x'.repeat(100))],
  ['a key of 5 MB', () => ({ ['k'.repeat(5_000_000)]: 1 })],
  ['100,000 keys', () => manyKeys(100_000)],
  ['100,000 keys in many objects', () => Array.from({ length: 1000 }, () => manyKeys(100))],
  ['a million empty lists', () => Array.from({ length: 1_000_000 }, () => [])],
];

describe.each([...HOSTS, ...CLIENTS])('hostile values, on $title', (host) => {
  const servers = new Started(host);
  afterEach(() => servers.closeAll());

  const setUp = (results: readonly (() => unknown)[] = []) => {
    const echo = { name: 'echo', handler: () => text('done') };
    const makers = results.map((make, at) => ({ name: `make_${at}`, handler: make }));
    const policyConfig = { failOpen: true, maxResultBytes: 1_000_000 };
    return servers.start({ tools: [echo, ...makers], options: { policyConfig } });
  };

  it.each(HOSTILE)('as arguments are refused by a limit, although failOpen is on: %s', async (_title, make) => {
    const server = await setUp();
    expect(refusalOf(await server.call('echo', { q: make() }))).toBe('arguments_too_large');
    expect(server.runs('echo')).toEqual([]);
    expect(server.sink.events).toMatchObject([{ resultStatus: 'blocked', params: undefined, failedOpen: [] }]);
    expect(textOf(await server.call('echo', { q: 1 }))).toBe('done');
  });

  it.each(HOSTILE)('as results are withheld: %s', async (_title, make) => {
    const structured = () => ({ content: [], structuredContent: { value: make() } });
    const meta = () => ({ content: [], _meta: { value: make() } });
    const server = await setUp([structured, meta]);
    for (const name of ['make_0', 'make_1']) {
      const result = await server.call(name);
      expect(refusalOf(result)).toBe('result_too_large');
      expect(JSON.stringify(result).length).toBeLessThan(1000);
    }
    expect(textOf(await server.call('echo'))).toBe('done');
  });

  it('as the text of an error are withheld', async () => {
    const server = await setUp([
      () => {
        throw new Error('x'.repeat(5_000_000));
      },
    ]);
    expect(refusalOf(await server.call('make_0'))).toBe('result_too_large');
  });

  it.each([
    ['{"a":{"__proto__":{"ssn":"123-45-6789"}}}'],
    ['{"a":{"constructor":{"prototype":{"ssn":"123-45-6789"}}}}'],
    ['{"a":[{"__proto__":["123-45-6789"]}]}'],
    ['{"a":{"__proto__":{"__proto__":"123-45-6789"}}}'],
  ])('under __proto__ keys are judged: %s', async (json) => {
    const tools = [{ name: 'echo', handler: () => text('done') }];
    const strict = await servers.start({ tools, options: { policyConfig: { defaultPiiScan: 'strict' } } });
    expect(refusalOf(await strict.call('echo', JSON.parse(json)))).toBe('pii_input');
    const redacting = await servers.start({ tools, options: { piiActions: { ssn: 'redact' } } });
    await redacting.call('echo', JSON.parse(json));
    const redacted = json.replace('123-45-6789', '##SSN##');
    expect(redacting.runs('echo').map((args) => JSON.stringify(args))).toEqual([redacted]);
    expect(JSON.stringify(redacting.sink.events[0]?.params)).toBe(redacted);
  });

  it('under __proto__ keys are plain keys to the handler, and change no prototype', async () => {
    const seen: JsonObject[] = [];
    const handler = (args: JsonObject) => {
      seen.push(args);
      return text('done');
    };
    const server = await servers.start({ tools: [{ name: 'echo', handler }] });
    await server.call('echo', JSON.parse('{"a":{"__proto__":{"admin":true},"b":1}}'));
    await server.raw('tools/call', { name: 'echo', arguments: JSON.parse('{"__proto__":{"admin":true},"b":1}') });
    const inner = seen[0]?.['a'] as JsonObject;
    expect(Object.keys(inner)).toEqual(['__proto__', 'b']);
    expect(inner['admin']).toBeUndefined();
    expect(seen[1]?.['admin']).toBeUndefined();
    expect(({} as JsonObject)['admin']).toBeUndefined();
  });

  it('under __proto__ keys of a result are redacted and stay where they were', async () => {
    const structuredContent = () => JSON.parse('{"a":{"__proto__":{"ssn":"123-45-6789"}}}') as unknown;
    const handler = () => ({ content: [], structuredContent: structuredContent() });
    const server = await servers.start({ tools: [{ name: 'it', handler }] });
    const { result } = await server.raw('tools/call', { name: 'it', arguments: {} });
    expect(JSON.stringify((result as JsonObject)['structuredContent'])).toBe('{"a":{"__proto__":{"ssn":"##SSN##"}}}');
  });
});

describe.each(HOSTS.filter((host) => host.lowLevel))('results that are no JSON, on $title', (host) => {
  const servers = new Started(host);
  afterEach(() => servers.closeAll());

  const cycle: JsonObject = { name: 'cycle' };
  cycle['self'] = cycle;
  const structured = (value: unknown) => () => ({ content: [], structuredContent: { value } });
  const start = async (handler: () => unknown) => {
    const echo = { name: 'echo', handler: () => text('done') };
    return servers.start({ tools: [echo, { name: 'it', handler }] });
  };
  const onTheWire = async (handler: () => unknown): Promise<string> => {
    const server = await start(handler);
    const { result } = await server.raw('tools/call', { name: 'it', arguments: {} });
    expect(textOf(await server.call('echo'))).toBe('done');
    expect(server.sink.events).toHaveLength(2);
    return JSON.stringify(result);
  };

  it('are scanned as JSON will write them', async () => {
    const said = await onTheWire(structured({ plain: 1, toJSON: () => ({ ssn: '123-45-6789' }) }));
    expect(said).toContain('##SSN##');
    const dated = await onTheWire(structured({ at: new Date(0), f: () => 1 }));
    expect(dated).toContain('1970-01-01T00:00:00.000Z');
  });

  it('are weighed as JSON will write them', async () => {
    const said = [
      await onTheWire(structured({ toJSON: () => nested(500) })),
      await onTheWire(structured({ toJSON: () => 'x'.repeat(17 * 1024 ** 2) })),
    ];
    for (const each of said) expect(each).toContain('result_too_large');
  });

  it.each([
    ['a cycle', structured(cycle)],
    ['a bigint', structured(10n)],
    ['a toJSON that throws', structured({ toJSON: () => JSON.parse('{') as unknown })],
    ['a toJSON that never ends', structured(endless())],
    ['10,000 levels from toJSON', structured({ toJSON: () => nested(10_000) })],
  ])('are withheld where JSON cannot write them, and the process goes on: %s', async (_title, handler) => {
    expect(await onTheWire(handler)).toMatch(/governance_failure|result_too_large/);
  });
});

/** Every toJSON of it gives another one inside. */
function endless(): object {
  return { toJSON: () => ({ next: endless() }) };
}
