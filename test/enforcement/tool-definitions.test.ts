import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Finding } from '../../src/call/finding.js';
import type { ListedTool } from '../../src/call/host-request.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { PlanCache } from '../../src/enforcement/plan-cache.js';
import { ToolDefinitions } from '../../src/enforcement/tool-definitions.js';
import type { PIIScanner } from '../../src/index.js';
import { ManualClock } from '../../src/testing/index.js';
import { contextOf } from './support.js';

const scanned: string[] = [];
beforeEach(() => {
  scanned.length = 0;
});

/** Finds the word hostile, as text, and the word person. */
const words: PIIScanner = {
  scan: (text) => {
    scanned.push(text);
    return [...text.matchAll(/hostile|person/g)].map(({ 0: word, index }): Finding => {
      const category = word === 'hostile' ? 'text' : 'pii';
      return { type: word, category, start: index, end: index + word.length, confidence: 1 };
    });
  },
};

function setUp(options: GovernanceOptions = {}, scanner = words) {
  const clock = new ManualClock();
  const plans = new PlanCache({ ...contextOf(options), clock });
  const told: string[] = [];
  const definitions = new ToolDefinitions({
    scanner,
    failOpen: options.policyConfig?.failOpen ?? true,
    onType: (...parts) => told.push(parts.join(' ')),
    onFindings: (findings) => told.push(...findings.map(({ type, path }) => `${type} at ${path}`)),
    onFault: (policyId, fault, open) => told.push(`${policyId} ${String(fault)} ${open}`),
  });
  const planOf = (tool: string) => plans.get({ server: 'a', tool, definition: undefined });
  const list = (tools: readonly ListedTool[], signal?: AbortSignal) => definitions.list(tools, planOf, signal);
  const refuses = (tool: string) => definitions.planOf(planOf(tool)) !== planOf(tool);
  return { list, refuses, told, clock };
}

const tool = (description: string, name = 'read'): ListedTool => ({ name, description });
const redacting: GovernanceOptions = { piiActions: { hostile: 'redact' } };
const blocking: GovernanceOptions = { piiActions: { hostile: 'block' } };

describe('ToolDefinitions', () => {
  test('gives back the very list, and the very tools, where nothing is to be changed', async () => {
    const { list, told } = setUp({ piiActions: { person: 'block' } });
    const tools = [tool('a person'), tool('hostile', 'other')];
    expect(await list(tools)).toBe(tools);
    expect(told).toEqual(['mcp:other hostile warn', 'hostile at $.description']);
    const both = setUp(redacting);
    const listed = await both.list(tools);
    expect(listed).toEqual([tool('a person'), tool('', 'other')]);
    expect(listed[0]).toBe(tools[0]);
    expect(tools[1]).toEqual(tool('hostile', 'other'));
  });

  test('scans a definition again only where it is another', async () => {
    const { list, told } = setUp(redacting);
    await list([tool('hostile one')]);
    const texts = scanned.length;
    expect(await list([tool('hostile one')])).toEqual([tool(' one')]);
    expect(scanned).toHaveLength(texts);
    expect(await list([tool('hostile two')])).toEqual([tool(' two')]);
    expect(scanned.length).toBeGreaterThan(texts);
    expect(told.filter((line) => line.startsWith('mcp:'))).toEqual(['mcp:read hostile redact']);
  });

  test('refuses the calls of a blocked tool until its definition is clean', async () => {
    const { list, refuses } = setUp(blocking);
    expect(refuses('read')).toBe(false);
    expect(await list([tool('hostile'), tool('', 'other')])).toEqual([tool('', 'other')]);
    expect([refuses('read'), refuses('other')]).toEqual([true, false]);
    expect(await list([tool('clean')])).toEqual([tool('clean')]);
    expect(refuses('read')).toBe(false);
  });

  test('hides a tool that is to be redacted in its name, which cannot be another', async () => {
    const { list, refuses } = setUp(redacting);
    expect(await list([tool('', 'hostile_read')])).toEqual([]);
    expect(refuses('hostile_read')).toBe(true);
    expect(await setUp().list([tool('', 'hostile_read')])).toHaveLength(1);
  });

  test('judges what will be written, not what the object says of itself', async () => {
    const { list } = setUp(redacting);
    const written = { name: 'read', toJSON: () => ({ name: 'read', title: 'so hostile' }) };
    expect(await list([written])).toEqual([{ name: 'read', title: 'so ' }]);
  });

  test('takes no longer than scanTimeoutMs for a scanner that answers later', async () => {
    const never: PIIScanner = { scan: () => new Promise<never>(() => undefined) };
    const { list, told, clock } = setUp({ scanTimeoutMs: 50 }, never);
    const listing = list([tool('any')]);
    await clock.untilPending();
    await clock.advance(50);
    expect(await listing).toEqual([tool('any')]);
    expect(told).toEqual([expect.stringMatching(/^mcp:read DeadlineError.* true$/)]);
  });

  test.each([true, false])('what cannot be written is a fault, and failOpen (%s) says what then', async (failOpen) => {
    const { list, told } = setUp({ policyConfig: { failOpen } });
    const odd = { name: 'read', size: 1n };
    expect(await list([odd, tool('', 'other')])).toEqual(failOpen ? [odd, tool('', 'other')] : [tool('', 'other')]);
    expect(told).toEqual([expect.stringMatching(/^mcp:read TypeError/)]);
  });

  test.each([undefined, null, 'tools', [null, 5, {}, { name: 7 }]])(
    'leaves %j, which is no list of tools, to the host',
    async (odd) => {
      expect(await setUp(blocking).list(odd as never)).toBe(odd);
    },
  );
});
