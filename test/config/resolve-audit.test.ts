import { describe, expect, test } from '@jest/globals';
import type { Sink } from '../../src/audit/audit-event.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { resolveAudit } from '../../src/config/resolve-audit.js';
import { MemorySink } from '../../src/testing/index.js';

const sink = new MemorySink();
const resolve = (audit: unknown, environment = {}) => resolveAudit(audit as GovernanceOptions['audit'], environment);

describe('audit', () => {
  test.each([
    ['nothing', undefined, []],
    ['a sink', sink, [sink]],
    ['several', [sink, sink], [sink, sink]],
    ['an object with a sink', { sinks: sink }, [sink]],
    ['an object with several', { sinks: [sink, sink], params: 'hash' }, [sink, sink]],
  ])('can be %s', (_, audit, sinks) => {
    expect(resolve(audit).sinks).toEqual(sinks);
  });

  test('says what is recorded of arguments, with which key, and how long a sink may take', () => {
    expect(resolve(sink)).toEqual({
      sinks: [sink],
      url: undefined,
      params: 'redacted',
      hashKey: undefined,
      timeoutMs: 5000,
    });
    const said = { sinks: sink, params: 'none', hashKey: 'k'.repeat(16), timeoutMs: 1 };
    expect(resolve(said)).toEqual({ ...said, sinks: [sink], url: undefined, hashKey: Buffer.from('k'.repeat(16)) });
    expect(resolve({ sinks: sink, hashKey: new Uint8Array(16).fill(7) }).hashKey).toEqual(Buffer.alloc(16, 7));
  });

  test("takes the key of the environment where code names none, and code's before it", () => {
    const environment = { auditHashKey: 'e'.repeat(16) };
    expect(resolve(sink, environment).hashKey).toEqual(Buffer.from('e'.repeat(16)));
    expect(resolve({ sinks: sink, hashKey: 'c'.repeat(16) }, environment).hashKey).toEqual(Buffer.from('c'.repeat(16)));
  });

  test("the environment's store is opened where code names no sink", () => {
    const environment = { auditUrl: 'file:audit.db' };
    expect(resolve(undefined, environment)).toMatchObject({ sinks: [], url: 'file:audit.db' });
    expect(resolve({ params: 'none' }, environment)).toMatchObject({ url: 'file:audit.db', params: 'none' });
    for (const audit of [sink, [], { sinks: sink }]) expect(resolve(audit, environment).url).toBeUndefined();
  });

  test.each([
    [{}, 'audit: name the sinks'],
    [{ params: 'hash' }, 'audit: name the sinks'],
    [{ sinks: sink, param: 'hash' }, "audit: unknown option 'param'. Did you mean 'params'?"],
    [{ sinks: {} }, 'audit.sinks: must be a sink'],
    [{ sinks: sink, params: 'all' }, 'audit.params: '],
    [{ sinks: sink, hashKey: 'short' }, 'audit.hashKey: must have at least 16'],
    [{ wirte: () => undefined }, "audit: unknown option 'wirte'."],
    [[{}], 'audit: must be a sink'],
    [new Map(), 'audit: must be a sink'],
    [Object.assign(new MemorySink(), { required: true }), 'audit: a sink with required: true must have intend()'],
  ])('%j is refused when it is given', (audit, text) => {
    expect(() => resolve(audit)).toThrow(text);
  });

  test('a required sink that keeps intents is taken', () => {
    const required: Sink = { required: true, write: () => undefined, intend: () => Promise.resolve() };
    expect(resolve(required).sinks).toEqual([required]);
  });
});
