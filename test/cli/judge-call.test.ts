import { describe, expect, test } from '@jest/globals';
import type { AuditEvent } from '../../src/audit/audit-event.js';
import { judgeCall, type ObservedCall } from '../../src/cli/demo/judge-call.js';
import { writePage } from '../../src/cli/demo/page.js';
import { painter } from '../../src/cli/terminal.js';

function observed(seen: Partial<ObservedCall>, event: Partial<AuditEvent> = {}): ObservedCall {
  const record = { action: 'allow', policyDecision: 'allow', findings: [], failedOpen: [], ...event } as never;
  return { result: { content: [{ type: 'text', text: 'fine' }] }, event: record, reached: 1, roundTripMs: 2, ...seen };
}

function refusal(code: string) {
  return { isError: true, content: [], _meta: { 'mcp-governance/refusal': { code } } };
}

const FOUND = [{ type: 'ssn', category: 'pii', start: 0, end: 11, confidence: 1 }] as const;

describe('a call of the demo is judged by what was seen', () => {
  test('allowed', () => {
    expect(judgeCall(observed({})).outcome).toBe('allowed');
  });

  test('a refusal that reached the tool is unexpected', () => {
    const result = refusal('policy_blocked');
    expect(judgeCall(observed({ result, reached: 0 })).outcome).toBe('blocked');
    expect(judgeCall(observed({ result, reached: 1 })).outcome).toBe('unexpected');
  });

  test('a refusal that the demo does not know is unexpected', () => {
    expect(judgeCall(observed({ result: refusal('cancelled'), reached: 0 })).outcome).toBe('unexpected');
  });

  test('an error of the tool, a tool that ran twice or never, and a call without record are unexpected', () => {
    expect(judgeCall(observed({ result: { isError: true, content: [] } })).outcome).toBe('unexpected');
    expect(judgeCall(observed({ reached: 2 })).outcome).toBe('unexpected');
    expect(judgeCall(observed({ reached: 0 })).outcome).toBe('unexpected');
    expect(judgeCall({ ...observed({}), event: undefined })).toMatchObject({
      outcome: 'unexpected',
      reason: 'the server left no record of the call',
    });
  });

  test('redacted only where the marks stand in text and in structuredContent', () => {
    const content = [{ type: 'text', text: '##SSN##' }];
    const both = { content, structuredContent: { ssn: '##SSN##' } };
    expect(judgeCall(observed({ result: both }, { findings: FOUND })).outcome).toBe('redacted');
    expect(judgeCall(observed({ result: { content } }, { findings: FOUND })).outcome).toBe('unexpected');
  });

  test('a value that comes back is unexpected, wherever it stands', () => {
    const result = {
      content: [{ type: 'text', text: '##SSN##' }],
      structuredContent: { a: '##SSN##', b: '536-90-4399' },
    };
    expect(judgeCall(observed({ result }, { findings: FOUND }), ['536-90-4399'])).toMatchObject({
      outcome: 'unexpected',
      reason: 'a value that should be withheld came back',
    });
  });

  test('denied only where the tool was not reached', () => {
    const result = refusal('approval_denied');
    const event = { action: 'review', approver: 'ada' } as const;
    expect(judgeCall(observed({ result, reached: 0 }, event))).toEqual({
      outcome: 'denied',
      action: 'review',
      reason: 'denied by ada',
    });
    expect(judgeCall(observed({ result, reached: 1 }, event)).outcome).toBe('unexpected');
  });

  test('throttled only where the answer took its time', () => {
    expect(judgeCall(observed({ roundTripMs: 1_003 }, { action: 'throttle' })).outcome).toBe('throttled');
    expect(judgeCall(observed({ roundTripMs: 3 }, { action: 'throttle' })).outcome).toBe('unexpected');
  });
});

describe('the page', () => {
  const line = {
    tool: 'get_document',
    action: 'block',
    reason: 'no',
    outcome: 'blocked',
    expected: 'allowed',
  } as const;
  const call = {
    kind: 'call',
    about: 'an ordinary call',
    line: { ...line, micros: 12_345 },
    event: undefined,
  } as const;
  const step = { kind: 'step', told: 'A change:', request: ['PUT /x'], seen: '200' } as const;
  const url = 'http://127.0.0.1:8787';

  test('says where a call did not end as it should', () => {
    const page = writePage({ standalone: [call], connected: [], url }, painter(false));
    expect(page).toContain('expected: allowed');
    expect(page).toContain('0 of 1 calls ended as they should.');
    expect(page).toContain('12,345 µs');
  });

  test('sets what was done between calls apart, and counts calls alone', () => {
    const page = writePage({ standalone: [], connected: [call, step, step, call], url }, painter(false));
    const told = '\n\n  > A change:\n    PUT /x\n    200\n\n';
    expect(page).toContain(`${told}${told.slice(2)}`);
    expect(page).toContain('0 of 2 calls ended as they should.');
  });
});
