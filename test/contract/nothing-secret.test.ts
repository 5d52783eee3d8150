import { afterAll, beforeAll, describe, expect, it, jest, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLogger } from '../../src/audit/audit-logger.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { makeCorpus, type Secret } from './corpus/make-corpus.js';
import { DOORS, type OpenDoor } from './doors.js';
import type { HostTool } from './hosts/all-hosts.js';
import { registerTelemetry, spanText } from './telemetry.js';

const CORPUS = makeCorpus(500);
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** What is sent now: tools, policy and approver say it, too. */
let sent: Secret = CORPUS[0] as Secret;

const tools: readonly HostTool[] = [
  {
    name: 'echo',
    handler: () => ({
      content: [{ type: 'text', text: sent.text }],
      structuredContent: { note: sent.text, [sent.text]: 'a key', list: [sent.text] },
      _meta: { note: sent.text },
    }),
  },
  {
    name: 'throws',
    handler: () => {
      throw Object.assign(new Error(`could not use ${sent.text}`), { code: -32050, data: { note: sent.text } });
    },
  },
  { name: 'asked', handler: () => ({ content: [] }) },
  { name: 'blocked', handler: () => ({ content: [] }) },
];

/** What an address may stand in: people are called by one. */
const named = (): string => (['email', 'ip_address'].includes(sent.type) ? 'kim' : sent.text);

const options: GovernanceOptions = {
  policy: {
    decide: ({ tool }) => ({
      action: tool === 'blocked' ? 'block' : 'warn',
      reason: `because of ${sent.text}`,
      ruleName: sent.text,
      revision: sent.text,
      layer: sent.text,
      conflicts: [sent.text],
    }),
  },
  toolConfigs: { asked: { approvalRequired: true } },
  onPolicyBlock: (error) => ({ approved: false, approver: error.code === 'approval_unavailable' ? named() : 'kim' }),
  identify: () => ({ agent: named(), user: named(), attributes: { note: sent.text }, selfDeclared: false }),
};

const folder = mkdtempSync(join(tmpdir(), 'nothing-secret-'));
const stores = ['audit.db', 'audit.jsonl'].map(
  (name) => new AuditLogger({ url: `file:${join(folder, name)}`, worker: false }),
);
const telemetry = registerTelemetry();
const lines: string[] = [];
beforeAll(() => {
  process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'debug';
  jest.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});
afterAll(async () => {
  process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';
  jest.restoreAllMocks();
  await telemetry.shutdown();
  rmSync(folder, { recursive: true });
});

describe.each(DOORS)('500 secrets and identifiers at $title', ({ open }) => {
  it('are in no event, span, metric, line of the log, error or result', async () => {
    const door = await open(tools, options);
    const leaks: string[] = [];
    let events = 0;
    for (const secret of CORPUS) {
      sent = secret;
      telemetry.reset();
      lines.length = 0;
      door.clear();
      const answers = await sendEverywhere(door, secret);
      events += door.events.length;
      for (const event of door.events) for (const store of stores) void store.write(event);
      const seen = {
        answer: JSON.stringify(answers),
        event: JSON.stringify(door.events),
        span: telemetry.spans().map(spanText).join('\n'),
        log: lines.join(''),
      };
      for (const [where, said] of Object.entries(seen)) if (holds(said, secret)) leaks.push(`${secret.type}: ${where}`);
    }
    const counted = await telemetry.metrics();
    for (const secret of CORPUS) if (holds(counted, secret)) leaks.push(`${secret.type}: metric`);
    expect([...new Set(leaks)]).toEqual([]);
    expect(events).toBe(5 * CORPUS.length);
    await door.close();
  }, 60_000);
});

test('500 secrets and identifiers from all doors are in no byte of the database and of the JSONL', async () => {
  for (const store of stores) {
    await store.flush();
    expect(await store.count()).toBe(5 * CORPUS.length * DOORS.length);
    await store.close();
  }
  // What is shorter may stand in a hash or in a time by chance; the events themselves were looked at above.
  const parts = CORPUS.flatMap(partsOf).flatMap((part) => part.split('\n'));
  const patterns = [...new Set(parts.filter((part) => part.length >= 12))];
  expect(patterns.length).toBeGreaterThan(CORPUS.length);
  const list = join(folder, 'patterns');
  writeFileSync(list, patterns.join('\n'));
  const files = readdirSync(folder).filter((name) => name.startsWith('audit.'));
  const grep = (file: string, ...options: string[]) =>
    spawnSync('grep', [...options, file], { cwd: folder, encoding: 'latin1' });
  for (const file of files) expect([file, grep(file, '-aoFf', list).stdout]).toEqual([file, '']);
  expect(grep('audit.jsonl', '-c', 'mcp:').stdout.trim()).toBe(String(5 * CORPUS.length * DOORS.length));
}, 60_000);

/** Sends a secret in every place that a caller can fill. */
async function sendEverywhere(door: OpenDoor, { text }: Secret): Promise<unknown[]> {
  const args = { note: text, list: [text, [text]], [text]: 1 };
  const along = {
    meta: { note: text, traceparent: TRACE, tracestate: `vendor=${text}`, baggage: `a=${text}` },
    sessionId: text,
  };
  const answers: unknown[] = [];
  for (const tool of ['echo', 'throws', 'asked', 'blocked', text]) answers.push(await door.call(tool, args, along));
  return answers;
}

/** True where a value, or a good part of a long one, can be read in a text. */
function holds(said: string, secret: Secret): boolean {
  return partsOf(secret).some((part) => said.includes(part));
}

function partsOf({ value }: Secret): string[] {
  const written = JSON.stringify(value).slice(1, -1);
  return [value, written, ...(value.length > 40 ? [value.slice(0, 30), value.slice(-30)] : [])];
}
