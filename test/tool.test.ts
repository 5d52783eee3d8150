import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../src/errors/config-error.js';
import { governance } from '../src/governance.js';
import { governanceOf } from '../src/governance-tag.js';
import { tool, toolsFrom } from '../src/tool.js';

class Documents {
  readonly #prefix: string;

  constructor(prefix = '') {
    this.#prefix = prefix;
  }

  @governance({ approvalRequired: true })
  @tool({ description: 'Deletes a document.', annotations: { destructiveHint: true } })
  async delete_document({ id }: { id: string }, context: unknown): Promise<unknown[]> {
    return [`${this.#prefix}${id}`, context];
  }

  @tool({ name: 'find' })
  search(): string {
    return 'found';
  }

  @tool()
  @governance({ piiScan: 'strict' })
  list(): string[] {
    return [];
  }

  notATool(): void {}
}

describe('toolsFrom', () => {
  test('makes a tool of every decorated method, in order, with what was said of it', () => {
    const tools = toolsFrom(new Documents());
    const members = tools.map((each) => Object.fromEntries(Object.entries(each)));
    expect(members.map(({ execute: _, ...rest }) => rest)).toEqual([
      { name: 'delete_document', description: 'Deletes a document.', annotations: { destructiveHint: true } },
      { name: 'find' },
      { name: 'list' },
    ]);
    expect(tools.map((each) => governanceOf(each))).toEqual([
      { approvalRequired: true },
      undefined,
      { piiScan: 'strict' },
    ]);
  });

  test('a tool runs on its own instance, with arguments and context', async () => {
    const [a, b] = [toolsFrom(new Documents('a-')), toolsFrom(new Documents('b-'))];
    expect(await a[0]?.execute({ id: '1' }, 'context')).toEqual(['a-1', 'context']);
    expect(await b[0]?.execute({ id: '1' }, 'context')).toEqual(['b-1', 'context']);
    expect(await a[1]?.execute({}, {})).toBe('found');
  });

  test('a subclass inherits the tools and may replace what they do', async () => {
    class Archive extends Documents {
      override search(): string {
        return 'from the archive';
      }

      @tool()
      restore(): string {
        return 'restored';
      }
    }
    const tools = toolsFrom(new Archive());
    expect(tools.map((each) => each.name)).toEqual(['delete_document', 'find', 'list', 'restore']);
    expect(await tools[1]?.execute({}, {})).toBe('from the archive');
  });

  test('an error of the method, thrown or rejected, is a rejection', async () => {
    class Failing {
      @tool()
      fail(): never {
        throw new Error('sync');
      }
    }
    await expect(toolsFrom(new Failing())[0]?.execute({}, {})).rejects.toThrow('sync');
  });

  test('refuses what has no tools, and a method that nobody could call', () => {
    class Half {
      @governance({ piiScan: 'strict' })
      search(): void {}
    }
    expect(() => toolsFrom({})).toThrow('toolsFrom found no methods with @tool. Pass an instance, not the class.');
    expect(() => toolsFrom(Documents)).toThrow(ConfigError);
    expect(() => toolsFrom(new Half())).toThrow('search has @governance but no @tool.');
  });
});

test('a method is one tool: @tool twice is an error', () => {
  class Twice {
    @tool()
    @tool({ name: 'other' })
    search(): void {}
  }
  expect(() => new Twice()).toThrow('@tool is on search twice.');
});
