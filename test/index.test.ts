import { expect, test } from '@jest/globals';
import * as entry from '../src/index.js';

const CLASSES = [
  ...['ApprovalDeniedError', 'ApprovalTimeoutError', 'AuditError', 'AuditLogger', 'CancelledError', 'CannotAskError'],
  ...['ConfigError', 'GovernanceError', 'GovernanceFailure', 'GovernanceMiddleware', 'LimitError'],
  ...['LoggingAuditLogger', 'MemorySink', 'PiiError', 'Policy', 'PolicyDocumentError', 'PolicyHierarchy'],
  ...['PolicyViolationError', 'PolicyWatcher', 'RateLimitError', 'RegexPIIScanner', 'ToolFilter'],
];
const FUNCTIONS = [
  ...['autoApprove', 'autoDeny', 'controlplaneApproval', 'elicitApproval', 'extractBlockMetadata', 'firstOf'],
  ...['governToolCall', 'governance'],
  ...['isPolicyViolation', 'promptApproval', 'tool', 'toolsFrom', 'webhookApproval'],
];

test('the entry has these names and no others: one more or less is a change of the interface', () => {
  expect(Object.keys(entry).sort()).toEqual([...CLASSES, ...FUNCTIONS]);
});
