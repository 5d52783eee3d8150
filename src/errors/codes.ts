/** One refusal or failure that users can meet. */
export interface ErrorCode {
  /** The stable code, as in `error.code`. */
  readonly code: string;
  /** The class that carries it. */
  readonly class: string;
  readonly meaning: string;
  readonly whatToDo: string;
}

/** Every code there is. The reference page of errors is generated from this table. */
export const ERROR_CODES = {
  policy_blocked: {
    code: 'policy_blocked',
    class: 'PolicyViolationError',
    meaning: 'A policy, a tool configuration or a decorator blocks the call.',
    whatToDo: 'Change the rule that the text names, or do without the call.',
  },
  unknown_action: {
    code: 'unknown_action',
    class: 'PolicyViolationError',
    meaning: 'The decision point answered with an action that does not exist. Such an answer never counts as allow.',
    whatToDo: 'Have the decision point answer allow, warn, throttle, review or block.',
  },
  approval_unavailable: {
    code: 'approval_unavailable',
    class: 'PolicyViolationError',
    meaning: 'A person has to approve the call and nobody can be asked.',
    whatToDo: 'Set `onPolicyBlock`, or allow the tool.',
  },
  approval_denied: {
    code: 'approval_denied',
    class: 'ApprovalDeniedError',
    meaning: 'The approver said no, or the approval handler threw or answered with anything but a decision.',
    whatToDo: 'Ask the approver; check that the handler returns `{ approved: true | false }`.',
  },
  approval_timeout: {
    code: 'approval_timeout',
    class: 'ApprovalTimeoutError',
    meaning: 'Nobody decided in time.',
    whatToDo: 'Call again when an approver is there, or raise `approvalTimeoutMs`.',
  },
  approval_void: {
    code: 'approval_void',
    class: 'PolicyViolationError',
    meaning:
      'The call was approved, but by the time it was to run it was no longer what had been approved, or it was too late.',
    whatToDo: 'Call again: the approver is then asked about the call as it is now.',
  },
  rate_limited: {
    code: 'rate_limited',
    class: 'RateLimitError',
    meaning: 'A rate limit is used up.',
    whatToDo: 'Call again after `retryAfterSeconds`.',
  },
  invalid_tool_name: {
    code: 'invalid_tool_name',
    class: 'LimitError',
    meaning: 'The name of the tool is longer than 256 characters or has control characters.',
    whatToDo: 'Call a tool that the server lists.',
  },
  invalid_request: {
    code: 'invalid_request',
    class: 'LimitError',
    meaning: 'A `tools/call` whose name is no string or whose arguments are no object. Only the record has this code.',
    whatToDo: 'Send `name` as a string and `arguments` as an object.',
  },
  audit_unavailable: {
    code: 'audit_unavailable',
    class: 'PolicyViolationError',
    meaning: 'A required audit sink could not keep the record of the call, which may not run without one.',
    whatToDo: 'Make room for the audit store or repair it; the log has the fault. The next call tries anew.',
  },
  arguments_too_large: {
    code: 'arguments_too_large',
    class: 'LimitError',
    meaning: 'The arguments are larger, deeper or have more keys than permitted.',
    whatToDo: 'Send less at once, or raise `maxArgumentBytes`, `maxDepth` or `maxKeys`.',
  },
  result_too_large: {
    code: 'result_too_large',
    class: 'LimitError',
    meaning: 'The tool ran, but its result is larger, deeper or has more keys than permitted and is withheld.',
    whatToDo: 'Have the tool return less, or raise `maxResultBytes`, `maxDepth` or `maxKeys`.',
  },
  pii_input: {
    code: 'pii_input',
    class: 'PiiError',
    meaning: 'The arguments hold personal data or a secret of a type that is blocked.',
    whatToDo: 'Leave the value out, or set the action of that type in `piiActions`.',
  },
  pii_output: {
    code: 'pii_output',
    class: 'PiiError',
    meaning: 'The tool ran, but its result holds personal data or a secret of a type that is blocked and is withheld.',
    whatToDo: 'Set `redact` for that type in `piiActions`, or have the tool leave the value out.',
  },
  hostile_definition: {
    code: 'hostile_definition',
    class: 'PiiError',
    meaning: 'The definition of the tool, as it was listed last, holds hostile text of a type that is blocked.',
    whatToDo: 'Have the author of the tool clean its definition, or set `redact` for that type in `piiActions`.',
  },
  definition_changed: {
    code: 'definition_changed',
    class: 'PolicyViolationError',
    meaning:
      'The tool, or the instructions of its server, are not as they were accepted: they changed since they were first ' +
      'seen, or the tool was added later or is not listed.',
    whatToDo:
      'Look at `mcp-governance pins diff`; accept it with `mcp-governance pins accept`, or ask the author of the server.',
  },
  pins_unavailable: {
    code: 'pins_unavailable',
    class: 'PolicyViolationError',
    meaning:
      'The file of pins is damaged, vanished, or cannot be read, trusted or written; nobody knows what was accepted.',
    whatToDo: 'Repair the file, or put it back from a copy; the log says what is wrong with it.',
  },
  cancelled: {
    code: 'cancelled',
    class: 'CancelledError',
    meaning: 'The caller cancelled before the tool ran, or before what came back was judged.',
    whatToDo: 'Nothing: nobody waits for an answer. The record says whether the tool ran.',
  },
  governance_failure: {
    code: 'governance_failure',
    class: 'GovernanceFailure',
    meaning:
      'Governance itself failed (a decision point, a scanner, `identify`) and is configured to fail closed, or must.',
    whatToDo: 'Look at the log for the fault; `failOpen: true` lets calls pass where that is safe.',
  },
  invalid_config: {
    code: 'invalid_config',
    class: 'ConfigError',
    meaning: 'An option, an environment variable or the way governance was attached cannot be right.',
    whatToDo: 'Correct what the text names.',
  },
} as const satisfies Record<string, ErrorCode>;

/** A code of the table. */
export type Code = keyof typeof ERROR_CODES;
