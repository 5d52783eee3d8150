import { afterEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { FastMCP } from '../../src/fastmcp/index.js';
import { ConfigError, governance, GovernanceMiddleware, tool, toolsFrom } from '../../src/index.js';
import { connectFastmcp, QUIET } from '../contract/hosts/fastmcp.js';
import { refusalOf, textOf } from '../contract/hosts/host.js';

const parameters = z.object({ id: z.string() });

class Documents {
  readonly calls: string[] = [];
  readonly #prefix = 'document';

  @tool({ description: 'Reads a document.', parameters })
  async read_document({ id }: { id: string }): Promise<string> {
    this.calls.push('read');
    return `${this.#prefix} ${id}`;
  }

  @governance({ approvalRequired: true, piiScan: 'strict' })
  @tool({ description: 'Updates a document.', parameters })
  async update_document({ id }: { id: string }, context: { log: { info(message: string): void } }): Promise<string> {
    this.calls.push('update');
    context.log.info(`updating ${id}`);
    return 'updated';
  }

  @tool({ name: 'drop', parameters })
  @governance({ policyAction: 'block' })
  remove(): string {
    this.calls.push('drop');
    return 'dropped';
  }

  helper(): string {
    return 'not a tool';
  }
}

describe('a class of decorated methods on fastmcp', () => {
  let close: (() => Promise<void>) | undefined;
  afterEach(() => close?.());

  async function setUp(documents = new Documents(), options: object = {}) {
    const server = new FastMCP({ name: 'Documents', version: '1.0.0', logger: QUIET });
    server.addMiddleware(new GovernanceMiddleware(options, { env: {} }));
    server.addTools(toolsFrom(documents));
    const { session, ...client } = await connectFastmcp(server);
    close = () => session.close();
    return { ...client, documents };
  }

  it('offers its tools, each under its name, and runs them on the instance', async () => {
    const { call, listTools, documents } = await setUp();
    expect(await listTools()).toEqual(['read_document', 'update_document', 'drop']);
    expect(textOf(await call('read_document', { id: '7' }))).toBe('document 7');
    expect(documents.calls).toEqual(['read']);
  });

  it('governs each by its decorator, in either order of the two', async () => {
    const { call, documents } = await setUp();
    expect(refusalOf(await call('update_document', { id: '7' }))).toBe('approval_unavailable');
    expect(refusalOf(await call('update_document', { id: '123-45-6789' }))).toBe('pii_input');
    expect(refusalOf(await call('drop', { id: '7' }))).toBe('policy_blocked');
    expect(documents.calls).toEqual([]);
  });

  it('runs an approved one with the context of fastmcp', async () => {
    const { call, documents, notifications } = await setUp(new Documents(), {
      onPolicyBlock: (error: { code: string }) => ({ approved: error.code === 'approval_unavailable' }),
    });
    expect(textOf(await call('update_document', { id: '7' }))).toBe('updated');
    expect(documents.calls).toEqual(['update']);
    expect(JSON.stringify(notifications)).toContain('updating 7');
  });

  it('keeps tags apart between instances and passes them on to subclasses', async () => {
    class Careful extends Documents {
      @governance({ policyAction: 'block' })
      @tool({ parameters })
      override async read_document(): Promise<string> {
        return 'never';
      }
    }
    expect(() => toolsFrom(new Careful())).toThrow(ConfigError);
    class Quiet extends Documents {
      override async read_document(): Promise<string> {
        return 'quiet';
      }
    }
    const { call } = await setUp(new Quiet());
    expect(textOf(await call('read_document', { id: '7' }))).toBe('quiet');
    expect(refusalOf(await call('drop', { id: '7' }))).toBe('policy_blocked');
  });

  it('is refused loudly where a tag would be lost', () => {
    class Forgotten {
      @governance({ policyAction: 'block' })
      untold(): string {
        return 'x';
      }
    }
    expect(() => toolsFrom(new Forgotten())).toThrow(/untold has @governance but no @tool/);
    expect(() => toolsFrom(Documents)).toThrow(/instance/);
    expect(() => toolsFrom({})).toThrow(ConfigError);
  });
});
