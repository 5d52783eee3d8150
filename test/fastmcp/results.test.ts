import { afterEach, describe, expect, it } from '@jest/globals';
import { type Tool, UserError } from 'fastmcp';
import { z } from 'zod';
import { FastMCP } from '../../src/fastmcp/index.js';
import { GovernanceMiddleware } from '../../src/index.js';
import { MemorySink } from '../../src/testing/index.js';
import { connectFastmcp, QUIET } from '../contract/hosts/fastmcp.js';

const SSN = '123-45-6789';
type AnyTool = Tool<undefined>;

describe('results in the forms of fastmcp', () => {
  let close: (() => Promise<void>) | undefined;
  afterEach(() => close?.());

  async function resultOf(tool: Partial<AnyTool>, args: object = {}) {
    const sink = new MemorySink();
    const server = new FastMCP<undefined>({ name: 'contract', version: '1.0.0', logger: QUIET });
    server.addMiddleware(new GovernanceMiddleware({ audit: sink }, { env: {} }));
    server.addTool({ name: 'it', execute: async () => 'x', ...tool });
    const { session, raw } = await connectFastmcp(server);
    close = () => session.close();
    const response = await raw('tools/call', { name: 'it', arguments: args });
    return { ...response, events: sink.events } as { result?: object; error?: object; events: typeof sink.events };
  }

  it.each<[string, AnyTool['execute'], object]>([
    ['a text', async () => `SSN ${SSN}`, { content: [{ type: 'text', text: 'SSN ##SSN##' }] }],
    ['nothing', async () => undefined, { content: [] }],
    ['one block', async () => ({ type: 'text', text: SSN }), { content: [{ type: 'text', text: '##SSN##' }] }],
    [
      'an error result',
      async () => ({ content: [{ type: 'text', text: SSN }], isError: true }),
      { content: [{ type: 'text', text: '##SSN##' }], isError: true },
    ],
    [
      'a UserError with extras',
      async () => fling(new UserError(`no ${SSN}`, { ssn: SSN })),
      { content: [{ type: 'text', text: 'no ##SSN##' }], isError: true, structuredContent: { ssn: '##SSN##' } },
    ],
    [
      'another error',
      async () => fling(new Error(`no ${SSN}`)),
      { content: [{ type: 'text', text: "Tool 'it' execution failed: no ##SSN##" }], isError: true },
    ],
  ])('are redacted like all others: %s', async (_title, execute, expected) => {
    expect((await resultOf({ execute })).result).toEqual(expected);
  });

  it('with an outputSchema: text and structured content alike', async () => {
    const outputSchema = z.object({ ssn: z.string(), n: z.number() });
    const { result } = await resultOf({ outputSchema, execute: async () => ({ ssn: SSN, n: 1 }) });
    expect(result).toEqual({
      content: [{ type: 'text', text: '{"ssn":"##SSN##","n":1}' }],
      structuredContent: { ssn: '##SSN##', n: 1 },
    });
  });

  it('of refused arguments: the validation error is recorded and says nothing raw', async () => {
    const parameters = z.object({
      id: z.string().regex(/^\d$/, { error: (issue) => `bad id ${String(issue.input)}` }),
    });
    const response = await resultOf({ parameters }, { id: SSN });
    expect(JSON.stringify([response.result, response.error])).toContain('##SSN##');
    expect(response.events).toMatchObject([{ resultStatus: 'tool_error' }]);
  });
});

function fling(error: Error): never {
  throw error;
}
