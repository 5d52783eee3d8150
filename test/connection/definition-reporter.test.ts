import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Backoff } from '../../src/connection/backoff.js';
import { faultOfStatus } from '../../src/connection/connection-fault.js';
import { DefinitionReporter } from '../../src/connection/definition-reporter.js';
import { ManualClock } from '../../src/testing/index.js';

interface Sent {
  readonly server: string;
  readonly names: readonly string[];
}

let sent: Sent[];
let refuses: (names: readonly string[]) => number;
let faults: unknown[];
let clock: ManualClock;
let reporter: DefinitionReporter;

const tool = (name: string, description = 'Does it'): object => ({
  name,
  description,
  inputSchema: { type: 'object' },
});
const settle = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await clock.advance(0);
};

beforeEach(() => {
  sent = [];
  faults = [];
  refuses = () => 0;
  clock = new ManualClock();
  const ask = async (_: unknown, options: { params: { server: string }; body: string }): Promise<unknown> => {
    const { definitions } = JSON.parse(options.body) as { definitions: { name: string }[] };
    const names = definitions.map(({ name }) => name);
    const status = refuses(names);
    if (status !== 0) throw faultOfStatus(status, undefined);
    sent.push({ server: options.params.server, names });
    return {};
  };
  reporter = new DefinitionReporter({
    client: { ask: ask as never },
    clock,
    backoff: new Backoff(() => 0),
    onFault: (fault) => faults.push(fault),
  });
});

afterEach(() => reporter.close());

describe('DefinitionReporter', () => {
  test('reports each definition once, and again when it is another', async () => {
    reporter.report('files', [tool('read'), tool('write')]);
    reporter.report('files', [tool('read')]);
    await settle();
    reporter.report('files', [tool('read'), tool('write', 'Does something else')]);
    reporter.report('mail', [tool('read')]);
    await settle();
    expect(sent).toEqual([
      { server: 'files', names: ['read', 'write'] },
      { server: 'files', names: ['write'] },
      { server: 'mail', names: ['read'] },
    ]);
  });

  test('leaves out what is no tool, and what has no place on the wire', async () => {
    reporter.report('files', [null, 7, {}, { name: 5 }, tool('x'.repeat(300)), tool('a\u0000b'), tool('ok')]);
    reporter.report('', [tool('nobody')]);
    reporter.report('files', [
      { name: 'large', description: 'x'.repeat(90_000), inputSchema: { x: 'y'.repeat(600_000) } },
    ]);
    await settle();
    expect(sent).toEqual([{ server: 'files', names: ['ok'] }]);
  });

  test('tries again while the controlplane is away, with the newest', async () => {
    refuses = () => 503;
    reporter.report('files', [tool('read', 'old')]);
    await settle();
    reporter.report('files', [tool('read', 'new')]);
    refuses = () => 0;
    await clock.advance(60_000);
    await settle();
    expect(sent).toEqual([{ server: 'files', names: ['read'] }]);
    expect(faults).toHaveLength(1);
  });

  test('one that is never taken holds up no other', async () => {
    refuses = (names) => (names.includes('poison') ? 400 : 0);
    reporter.report(
      'files',
      ['a', 'b', 'poison', 'c', 'd'].map((name) => tool(name)),
    );
    await settle();
    expect(sent.flatMap(({ names }) => names)).toEqual(['a', 'b', 'c', 'd']);
    expect(faults).toHaveLength(1);
  });
});
