/** One attribute of the call span. */
export interface AttributeEntry {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'number' | 'string[]';
  readonly meaning: string;
}

const PREFIX = 'waxell.mcp.';

function entry(name: string, type: AttributeEntry['type'], meaning: string): AttributeEntry {
  return { name, type, meaning };
}

/** Every attribute that a call span can carry. The reference page of telemetry is generated from this table. */
export const ATTRIBUTES = {
  method: entry('mcp.method.name', 'string', 'Always `tools/call`.'),
  session: entry('mcp.session.id', 'string', 'The session, where the transport has one.'),
  transport: entry('network.transport', 'string', '`pipe` for stdio, `tcp` for HTTP.'),
  genAiTool: entry('gen_ai.tool.name', 'string', 'The tool.'),
  genAiOperation: entry('gen_ai.operation.name', 'string', 'Always `execute_tool`.'),
  errorType: entry('error.type', 'string', '`tool_error`, or the code of the refusal or failure.'),
  serverName: entry(`${PREFIX}server_name`, 'string', "The server's name for matching."),
  toolName: entry(`${PREFIX}tool_name`, 'string', 'The tool.'),
  policyId: entry(`${PREFIX}policy_id`, 'string', '`mcp:{server}:{tool}`, the name that policies match.'),
  governanceChecked: entry(`${PREFIX}governance_checked`, 'boolean', 'True where a decision was made.'),
  governanceAction: entry(`${PREFIX}governance_action`, 'string', 'The action decided; not set without a decision.'),
  policyReason: entry(`${PREFIX}policy_reason`, 'string', 'Why, in the words of the policy.'),
  governanceTimestamp: entry(`${PREFIX}governance_timestamp`, 'string', 'When the call was judged, ISO 8601 in UTC.'),
  auditAgent: entry(`${PREFIX}audit_agent`, 'string', 'The agent that called.'),
  auditUser: entry(`${PREFIX}audit_user`, 'string', 'The user it called for; not set where nobody said.'),
  paramsHash: entry(
    `${PREFIX}params_hash`,
    'string',
    'First 16 hex characters of SHA-256 over the canonical redacted arguments.',
  ),
  policySkipped: entry(
    `${PREFIX}policy_skipped`,
    'boolean',
    'True where a decision point or the controlplane could not be asked, and the call was judged without it.',
  ),
  throttleDelayMs: entry(`${PREFIX}throttle_delay_ms`, 'number', 'Milliseconds the call was held back.'),
  approvalStatus: entry(
    `${PREFIX}approval_status`,
    'string',
    '`approved`, `denied`, `timeout`, or `not_required` where nobody was asked.',
  ),
  approvalApprover: entry(`${PREFIX}approval_approver`, 'string', 'Who decided.'),
  approvalElapsedMs: entry(`${PREFIX}approval_elapsed_ms`, 'number', 'Milliseconds from the question to the answer.'),
  piiInputTypes: entry(`${PREFIX}pii_input_types`, 'string[]', 'Types found in the arguments.'),
  piiOutputTypes: entry(`${PREFIX}pii_output_types`, 'string[]', 'Types found in what came back.'),
  piiRedacted: entry(`${PREFIX}pii_redacted`, 'boolean', 'True where anything was redacted.'),
  rateLimited: entry(`${PREFIX}rate_limited`, 'boolean', 'True where a rate limit refused the call.'),
  policyRevision: entry(`${PREFIX}policy_revision`, 'string', 'The revision of the policy that decided.'),
  matchedRule: entry(`${PREFIX}matched_rule`, 'string', 'The rule that decided.'),
  failedOpen: entry(`${PREFIX}failed_open`, 'string[]', 'The parts that failed and let the call pass.'),
  snapshotAgeMs: entry(
    `${PREFIX}snapshot_age_ms`,
    'number',
    'Milliseconds since the policies of the controlplane were last known to be current.',
  ),
  policyOverridden: entry(
    `${PREFIX}policy_overridden`,
    'boolean',
    "True where `toolConfigs` or the tool's own tag took the place of another answer of the policy.",
  ),
  definitionChanged: entry(
    `${PREFIX}definition_changed`,
    'boolean',
    'True where the tool is no longer what was accepted.',
  ),
} as const satisfies Record<string, AttributeEntry>;
