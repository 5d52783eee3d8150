import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
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
function holds(said: string, { value }: Secret): boolean {
  const written = JSON.stringify(value).slice(1, -1);
  const parts = [value, written, ...(value.length > 40 ? [value.slice(0, 30), value.slice(-30)] : [])];
  return parts.some((part) => said.includes(part));
}
