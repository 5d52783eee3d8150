import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport as InMemoryTransport1 } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer as McpServer1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from '@jest/globals';
import { elicitApproval } from '../../src/approval/handlers/elicit-approval.js';
import { firstOf } from '../../src/approval/handlers/first-of.js';
import { withMiddleware } from '../../src/sdk/index.js';
import { type CallResult, refusalOf, textOf } from '../contract/hosts/host.js';
import {
  type Answer,
  type Ask,
  closeAll,
  connectModern,
  governance,
  INFO,
  LINES,
  open,
  PARAMETERS,
  type Wire,
} from './asking-servers.js';

afterEach(closeAll);

const yes: Ask = () => ({ action: 'accept', content: { approve: true } });

describe.each(LINES)('%s', (_, connect) => {
  test('asks the client’s user, shows the arguments, runs and counts the call once', async () => {
    const asked: string[] = [];
    const shared = governance({ policyConfig: { defaultRateLimit: { maxPerMinute: 1 } } });
    const { call } = await connect(shared, (params) => (asked.push(params.message), yes(params)));
    expect(textOf(await call('write', 'x'))).toBe('wrote x');
    expect(shared.runs).toEqual(['x']);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('Operation: write\n');
    expect(asked[0]).toContain('"q": "x"');
    expect(shared.sink.events).toMatchObject([{ policyDecision: 'approved_by_user', resultStatus: 'success' }]);
    expect(refusalOf(await call('write', 'y'))).toBe('rate_limited');
  });

  test.each<[string, Answer]>([
    ['declines', { action: 'decline' }],
    ['closes the form', { action: 'cancel' }],
    ['leaves the box empty', { action: 'accept', content: { approve: false } }],
  ])('a user who %s has denied', async (_, answer) => {
    const shared = governance({});
    const { call } = await connect(shared, () => answer);
    expect(refusalOf(await call('write', 'x'))).toBe('approval_denied');
    expect(shared.runs).toEqual([]);
    expect(shared.sink.events).toMatchObject([{ policyDecision: 'denied_by_user', resultStatus: 'denied' }]);
  });

  test('a client that cannot ask its user: refused, and the text says so', async () => {
    const shared = governance({});
    const { call } = await connect(shared, undefined);
    const result = await call('write', 'x');
    expect(refusalOf(result)).toBe('approval_unavailable');
    expect(textOf(result)).toContain('the client cannot ask its user');
    expect(shared.runs).toEqual([]);
  });

  test('a client that cannot ask its user, and somebody else who can be asked', async () => {
    const onPolicyBlock = firstOf(elicitApproval, () => ({ approved: true, approver: 'kim' }));
    const shared = governance({ onPolicyBlock });
    const { call } = await connect(shared, undefined);
    expect(textOf(await call('write', 'x'))).toBe('wrote x');
    expect(shared.sink.events).toMatchObject([{ approver: 'kim' }]);
  });
});

describe('what a client of 2026-07-28 brings back', () => {
  /** Calls, and changes the request that brings the answer; how many times the user was asked, and what ran. */
  async function tampered(change: (params: Record<string, unknown>, wire: Wire) => void) {
    const shared = governance({});
    let asked = 0;
    const answer: Ask = (params) => (++asked === 1 ? yes(params) : { action: 'decline' });
    const { call, wire } = await connectModern(shared, answer);
    let legs = 0;
    wire.change = (params) => {
      legs += 1;
      if (legs === 2) change(params, wire);
    };
    return { result: await call('write', 'x'), asked, runs: shared.runs };
  }

  test('untouched, it is good', async () => {
    const { result, asked, runs } = await tampered(() => undefined);
    expect([textOf(result), asked, runs]).toEqual(['wrote x', 1, ['x']]);
  });

  test.each<[string, (params: Record<string, unknown>, wire: Wire) => void]>([
    ['other arguments', (params) => (params['arguments'] = { q: 'y' })],
    ['another tool', (params) => (params['name'] = 'ask')],
    ['another principal', (_, wire) => (wire.user = 'mallory')],
    ['a state of its own making', (params) => (params['requestState'] = `mcp-governance.1.${'A'.repeat(80)}`)],
    [
      'a state that was changed',
      (params) => (params['requestState'] = `${String(params['requestState']).slice(0, -4)}AAAA`),
    ],
  ])('%s: a call of its own, which is asked about anew', async (_, change) => {
    const { asked, runs } = await tampered(change);
    expect(asked).toBeGreaterThan(1);
    expect(runs).toEqual([]);
  });

  test('is good once', async () => {
    const shared = governance({});
    let asked = 0;
    const { call, wire } = await connectModern(shared, (params) =>
      ++asked === 1 ? yes(params) : { action: 'decline' },
    );
    let used: Record<string, unknown> = {};
    wire.change = (params) => {
      if (params['requestState'] !== undefined && asked === 1) used = structuredClone(params);
    };
    await call('write', 'x');
    const { requestState, inputResponses } = used;
    wire.change = (params) => Object.assign(params, asked === 1 ? { requestState, inputResponses } : {});
    expect(refusalOf(await call('write', 'x'))).toBe('approval_denied');
    expect([asked, shared.runs]).toEqual([2, ['x']]);
  });

  test('a yes that is remembered runs no call whose own question is still open', async () => {
    const shared = governance({
      onPolicyBlock: async (error, request) => ({ ...(await elicitApproval(error, request)), remember: 'session' }),
    });
    const waiting: (() => void)[] = [];
    const { call } = await connectModern(shared, (params) =>
      params.message.includes('"first"')
        ? yes(params)
        : new Promise((resolve) => {
            waiting.push(() => resolve({ action: 'decline' }));
          }),
    );
    const second = call('write', 'second');
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(textOf(await call('write', 'first'))).toBe('wrote first');
    expect(shared.runs).toEqual(['first']);
    waiting[0]?.();
    expect(refusalOf(await second)).toBe('approval_denied');
    expect(shared.runs).toEqual(['first']);
    expect(shared.sink.events.map(({ policyDecision }) => policyDecision)).toEqual([
      'approved_by_user',
      'denied_by_user',
    ]);
  });

  test('leaves a tool its own questions, answers and state', async () => {
    const shared = governance({});
    const { call } = await connectModern(shared, () => ({
      action: 'accept',
      content: { approve: true, confirm: true },
    }));
    expect(textOf(await call('ask', 'x'))).toBe('asked with its own');
    expect(shared.runs).toEqual(['x']);
  });
});

test('a tool that is redefined while somebody decides does not run', async () => {
  const shared = governance({});
  const server = withMiddleware(new McpServer1(INFO));
  server.addMiddleware(shared.middleware);
  const run = ({ q }: { q: string }) => (shared.runs.push(q), { content: [] });
  const tool = server.registerTool('write', { description: 'Writes a file.', inputSchema: PARAMETERS }, run);
  const client = new Client1(INFO, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, () => {
    tool.update({ description: 'Deletes all files.' });
    return { action: 'accept', content: { approve: true } };
  });
  const [near, far] = InMemoryTransport1.createLinkedPair();
  await Promise.all([client.connect(near), server.connect(far)]);
  open.push(() => server.close());
  const result = (await client.callTool({ name: 'write', arguments: { q: 'x' } })) as CallResult;
  expect([refusalOf(result), shared.runs]).toEqual(['approval_void', []]);
});
