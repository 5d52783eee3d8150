/** An event of an ordinary call. */
export function eventOf(id) {
  return {
    id,
    timestamp: new Date().toISOString(),
    sessionId: 'soak',
    agent: 'soak',
    user: '',
    door: 'middleware',
    server: 'soak',
    tool: 'tool',
    method: 'tools/call: tool',
    policyId: 'mcp:soak:tool',
    action: 'allow',
    policyDecision: 'allow',
    policyConflicts: [],
    riskLevel: 'low',
    params: { id, path: '/data/report.csv', limit: 20 },
    findings: [],
    resultStatus: 'success',
    durationMs: 1,
    governanceMs: 1,
    failedOpen: [],
  };
}
