import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditEvent } from '../../src/audit/audit-event.js';

/** An event with every field; `index` tells events apart and sets their time. */
export function event(index: number, more: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    timestamp: new Date(Date.UTC(2026, 0, 1) + index * 1_000).toISOString(),
    sessionId: `session-${Math.floor(index / 10)}`,
    agent: 'agent',
    user: 'user',
    door: 'middleware',
    server: 'docs',
    tool: index % 2 === 0 ? 'even' : 'odd',
    method: 'tools/call: even',
    policyId: 'mcp:docs:even',
    action: 'allow',
    policyDecision: 'allow',
    matchedRule: '<default>',
    policyRevision: undefined,
    policyLayer: undefined,
    policyConflicts: [],
    riskLevel: 'low',
    reason: undefined,
    humanDecision: undefined,
    approver: undefined,
    paramsHash: undefined,
    params: { query: `Crème number${index}`, deep: { list: [1, 'é\n"x"'] } },
    findings: [],
    resultStatus: 'success',
    statusCode: undefined,
    errorCode: undefined,
    durationMs: index / 8,
    governanceMs: 0.5,
    failedOpen: [],
    traceId: undefined,
    ...more,
  };
}

/** A folder for one test file. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'audit-'));

  file(name: string): string {
    return join(this.path, name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
